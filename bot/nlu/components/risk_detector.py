"""Rasa component, last in the pipeline: risk phrases outrank whatever the model thought; rules add, nothing removes."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.components.danger_classifier import CODE_OF_INTENT, FEARS
from bot.nlu.components.text_cleaner import TYPED_TEXT
from bot.nlu.risk_phrases import RiskFinding, explanations, find, load_lexicons

RISK = "risk"
MODEL_RULE = "model"
NOT_UNDERSTOOD = "nlu_fallback"
SUSPICION = "suspicion"
INTENT_OF_CODE = {code: intent for intent, code in CODE_OF_INTENT.items()}
# Worry about somebody is often without danger: the model's word alone is no risk there.
_CODE_OF_INTENT = {intent: code for intent, code in CODE_OF_INTENT.items() if code != "concern_for_other"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class RiskDetector(GraphComponent):
    """Puts risk into the output, and sets the intent of what was found with confidence 1.

    Words that only may mean danger (level ask) break out as well: triage then asks, by rules of its own.
    """

    def __init__(self, suspicion: float) -> None:
        self._suspicion = suspicion

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """suspicion: the chance from which a learned fear alone is asked about."""
        return {SUSPICION: 0.5}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RiskDetector:
        """Makes the component and reads the lexicons at once: a broken file stops the start, not a conversation."""
        load_lexicons()
        return cls(float(config[SUSPICION]))

    def process(self, messages: list[Message]) -> list[Message]:
        """Looks through each message as it was typed, all of it."""
        for message in messages:
            text = message.get(TYPED_TEXT) or message.get(TEXT) or ""
            found = find(text)
            if found:
                message.set(RISK, [_row(f) for f in found], add_to_output=True)
                _set_intent(message, INTENT_OF_CODE[found[0].code])
            else:
                self._weigh_the_model(message, text)
        return messages

    def _weigh_the_model(self, message: Message, text: str) -> None:
        """No rule fired: a learned fear is asked about when it is sure enough and nothing explains the words.

        Where the intent is a danger that is not feared enough, the message counts as not understood: it is asked again.
        """
        feared = _greatest(message.get(FEARS) or {})
        named = _CODE_OF_INTENT.get((message.get(INTENT) or {}).get(INTENT_NAME_KEY) or "")
        if feared and feared[1] >= self._suspicion and not explanations(text):
            message.set(RISK, [{"code": feared[0], "level": "ask", "id": MODEL_RULE}], add_to_output=True)
            _set_intent(message, INTENT_OF_CODE[feared[0]])
            return
        message.set(RISK, [], add_to_output=True)
        if named is not None:
            _set_intent(message, NOT_UNDERSTOOD)


def _greatest(fears: dict[str, float]) -> tuple[str, float] | None:
    """The danger that is feared most, of those that a model may ask about."""
    asked = {code: chance for code, chance in fears.items() if code in _CODE_OF_INTENT.values()}
    return max(asked.items(), key=lambda pair: pair[1], default=None)


def _row(finding: RiskFinding) -> dict[str, str]:
    return {"code": finding.code, "level": finding.level, "id": finding.id}


def _set_intent(message: Message, name: str) -> None:
    """The rule's intent goes first, with confidence 1; the model's ranking stays below it for the record."""
    chosen = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: 1.0}
    ranking = [row for row in message.get(INTENT_RANKING_KEY) or [] if row.get(INTENT_NAME_KEY) != name]
    message.set(INTENT, chosen, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [chosen, *ranking], add_to_output=True)
