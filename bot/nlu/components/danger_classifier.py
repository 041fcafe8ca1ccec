"""Rasa component: the learned fear of each danger, for the rules of danger to weigh when none of them fired."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components.intent_classifier import QUECHUA, tokens_of
from bot.nlu.components.language_detector import LANGUAGE
from bot.nlu.components.trained import TrainedComponent
from bot.nlu.components.word_tokenizer import words_of
from bot.nlu.danger_lines import WrittenLine, fingerprint, read_danger_lines
from bot.nlu.danger_model import DangerModel
from bot.nlu.danger_training import DangerLine, train
from bot.nlu.intent_features import Tokens
from bot.nlu.intent_training import Settings
from bot.nlu.orthography import clean
from bot.nlu.spelling_variants import variant

FEARS = "fears"
LINES = "lines"
CODE_OF_INTENT = {
    "crisis_suicide": "suicide",
    "crisis_harm_others": "harm_others",
    "medical_emergency": "medical",
    "report_violence": "violence",
    "concern_for_other": "concern_for_other",
}
CODES = tuple(CODE_OF_INTENT.values())


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerClassifier(TrainedComponent):
    """Puts {code: chance} under "fears" on each message; output of understanding stays as it is."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """lines: the folder of the danger lines; the rest as in NgramIntentClassifier."""
        return {LINES: "nlu_data", "penalty": 0.3, "tolerance": 0.01, "variants": 1, "variant_weight": 0.5, "seed": 1}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Rasa trains again when the danger lines change, which it does not read itself."""
        return fingerprint(Path(config.get(LINES) or cls.get_default_config()[LINES]))

    @staticmethod
    def read_model(folder: Path) -> DangerModel:
        """The danger model that was saved in the folder."""
        return DangerModel.read(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the model on the danger lines, each written in two ways, and on all intent examples as they stand."""
        written = sorted(
            read_danger_lines(Path(self._config[LINES]), frozenset(CODES)),
            key=lambda line: (line.text, line.language, line.codes),
        )
        lines = [*self._examples(training_data), *(DangerLine(_tokens(line), line.codes) for line in written)]
        return self._keep(train([*lines, *self._variants(written)], CODES, self._settings()))

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the fears."""
        for message in messages:
            message.set(FEARS, self._model.chances(tokens_of(message)) if self._model else {})
        return messages

    def _settings(self) -> Settings:
        penalty, tolerance, weight = (float(self._config[name]) for name in ("penalty", "tolerance", "variant_weight"))
        return Settings(penalty, tolerance, weight, folds=2)

    @staticmethod
    def _examples(training_data: TrainingData) -> list[DangerLine]:
        """What the intents learn from, in an order that does not hang on the files'."""
        found = [m for m in training_data.intent_examples if m.get(INTENT) and m.get(TEXT)]
        found.sort(key=lambda message: (message.get(TEXT), message.get(LANGUAGE) or "", message.get(INTENT)))
        return [DangerLine(tokens_of(message), _dangers(message.get(INTENT))) for message in found]

    def _variants(self, written: list[WrittenLine]) -> list[DangerLine]:
        """Each line once more as a hurried finger writes it."""
        dice = random.Random(self._config["seed"])  # noqa: S311 - spelling slips, nothing secret
        made = []
        for line in written * int(self._config["variants"]):
            changed = replace(line, text=variant(line.text, line.language == QUECHUA, dice))
            made.append(DangerLine(_tokens(changed), line.codes, variant=True))
        return made


def _dangers(intent: str) -> tuple[str, ...]:
    return (CODE_OF_INTENT[intent],) if intent in CODE_OF_INTENT else ()


def _tokens(line: WrittenLine) -> Tokens:
    return [(t.text, t.lemma) for t in words_of(clean(line.text), line.language or None)]
