"""Rasa component: puts language (es, qu or None) and variety (quy, quz or None) into the output of understanding."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.language import identify

LANGUAGE = "language"
VARIETY = "variety"
LANGUAGE_CONFIDENCE = "language_confidence"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class LanguageDetector(GraphComponent):
    """Says which language a message is in, or that it cannot be told; then the conversation's language stays."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageDetector:
        """Makes the component; there is nothing to configure."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the three output properties."""
        for message in messages:
            guess = identify(message.get(TEXT) or "")
            message.set(LANGUAGE, guess.language, add_to_output=True)
            message.set(VARIETY, guess.variety, add_to_output=True)
            message.set(LANGUAGE_CONFIDENCE, guess.confidence, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Sets the language of the training sentences, which the tokenizer reads."""
        self.process([m for m in training_data.training_examples if m.get(TEXT)])
        return training_data
