"""Rasa component: the n-gram intent model, trained and stored with the rest of the Rasa model."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components.language_detector import LANGUAGE
from bot.nlu.components.trained import TrainedComponent
from bot.nlu.components.word_tokenizer import NOTHING, words_of
from bot.nlu.intent_features import Tokens
from bot.nlu.intent_model import IntentModel
from bot.nlu.intent_training import Example, Settings, train
from bot.nlu.orthography import clean
from bot.nlu.spelling_variants import variant

RANKING_LENGTH = "ranking_length"
PENALTY = "penalty"
TOLERANCE = "tolerance"
VARIANTS = "variants"
VARIANT_WEIGHT = "variant_weight"
SEED = "seed"
QUECHUA = "qu"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramIntentClassifier(TrainedComponent, IntentClassifier):
    """Ranks intents by n-grams of the tokens' keys, in place of Rasa's featurizers and classifier."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """ranking_length: intents reported; penalty, tolerance: of the separations; variants: spelling variants made of

        each written line, each weighing variant_weight of it; seed: of the variants.
        """
        return {RANKING_LENGTH: 10, PENALTY: 1.0, TOLERANCE: 0.01, VARIANTS: 1, VARIANT_WEIGHT: 0.3, SEED: 1}

    @staticmethod
    def read_model(folder: Path) -> IntentModel:
        """The intent model that was saved in the folder."""
        return IntentModel.read(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the model on the intent examples and stores it."""
        messages = [m for m in training_data.intent_examples if m.get(INTENT) and m.get(TEXT)]
        # Rasa reads the files in any order; the same data must give the same model.
        messages.sort(key=lambda message: (message.get(INTENT), message.get(TEXT)))
        if len({m.get(INTENT) for m in messages}) < 2:
            raise ValueError("The intent model needs examples of at least two intents; add some to nlu_data/.")
        return self._keep(train([*map(_example, messages), *self._variants(messages)], self._settings()))

    def _settings(self) -> Settings:
        penalty, tolerance, weight = (float(self._config[name]) for name in (PENALTY, TOLERANCE, VARIANT_WEIGHT))
        return Settings(penalty, tolerance, weight)

    def _variants(self, messages: list[Message]) -> list[Example]:
        """Spelling variants; one that came out the same as its line teaches nothing and is left out."""
        dice = random.Random(self._config[SEED])  # noqa: S311 - spelling slips, nothing secret
        made = []
        for message in messages * int(self._config[VARIANTS]):
            text, language = message.get(TEXT), message.get(LANGUAGE)
            changed = variant(text, language == QUECHUA, dice)
            tokens = [(t.text, t.lemma) for t in words_of(clean(changed), language)]
            if tokens and tokens != tokens_of(message):
                made.append(Example(tokens, message.get(INTENT), variant=True))
        return made

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and ranking."""
        for message in messages:
            ranking = self._ranking(message)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> list[dict[str, Any]]:
        if self._model is None:
            return [{INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}]
        ranked = self._model.rank(tokens_of(message))[: self._config[RANKING_LENGTH]]
        return [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: chance} for name, chance in ranked]


def _example(message: Message) -> Example:
    return Example(tokens_of(message), message.get(INTENT))


def tokens_of(message: Message) -> Tokens:
    """The message as the models see it."""
    return [(t.text, t.lemma) for t in message.get(TOKENS_NAMES[TEXT]) or [] if t.text != NOTHING]
