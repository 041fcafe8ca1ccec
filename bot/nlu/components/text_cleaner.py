"""Rasa component: the message's text in clean characters; the text as typed stays beside it for the risk phrases."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.orthography import clean

TYPED_TEXT = "typed_text"
_PAYLOAD_MARK = "/"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class TextCleaner(GraphComponent):
    """Cleans text before anything else reads it; a button's payload (/intent) is left alone."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TextCleaner:
        """Makes the component; there is nothing to configure."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Cleans incoming messages."""
        for message in messages:
            text = message.get(TEXT)
            if isinstance(text, str):
                message.set(TYPED_TEXT, text)
                if not text.startswith(_PAYLOAD_MARK):
                    # What was typed must not turn into a payload when spaces or invisible signs before a / fall away.
                    message.set(TEXT, clean(text).lstrip("/ "))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Cleans the training sentences in the same way."""
        self.process([m for m in training_data.training_examples if m.get(TEXT)])
        return training_data
