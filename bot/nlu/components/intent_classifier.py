"""Rasa component: the n-gram intent model, trained and stored with the rest of the Rasa model."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components.word_tokenizer import NOTHING
from bot.nlu.intent_model import IntentModel, Tokens, train

RANKING_LENGTH = "ranking_length"
INVERSE_PENALTY = "inverse_penalty"
TOLERANCE = "tolerance"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramIntentClassifier(IntentClassifier, GraphComponent):
    """Ranks intents by n-grams of the tokens' keys, in place of Rasa's featurizers and classifier."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Needs tokens only."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """ranking_length: intents reported; inverse_penalty, tolerance: of the logistic regressions."""
        return {RANKING_LENGTH: 10, INVERSE_PENALTY: 30.0, TOLERANCE: 0.01}

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: IntentModel | None = None
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NgramIntentClassifier:
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NgramIntentClassifier:
        """The component with its trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, IntentModel.read(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the model on the intent examples and stores it."""
        examples = [m for m in training_data.intent_examples if m.get(INTENT) and m.get(TEXT)]
        if len({m.get(INTENT) for m in examples}) < 2:
            raise ValueError("The intent model needs examples of at least two intents; add some to nlu_data/.")
        self._model = train(
            [_tokens(m) for m in examples],
            [m.get(INTENT) for m in examples],
            float(self._config[INVERSE_PENALTY]),
            float(self._config[TOLERANCE]),
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

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
        ranked = self._model.rank(_tokens(message))[: self._config[RANKING_LENGTH]]
        return [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: chance} for name, chance in ranked]


def _tokens(message: Message) -> Tokens:
    return [(t.text, t.lemma) for t in message.get(TOKENS_NAMES[TEXT]) or [] if t.text != NOTHING]
