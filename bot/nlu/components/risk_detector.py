"""Rasa component, last in the pipeline: risk phrases outrank whatever the model thought; rules add, nothing removes."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.components.text_cleaner import TYPED_TEXT
from bot.nlu.risk_phrases import RiskFinding, explanations, find, load_lexicons

RISK = "risk"
MODEL_RULE = "model"
NOT_UNDERSTOOD = "nlu_fallback"
SUSPICION = "suspicion"
INTENT_OF_CODE = {
    "suicide": "crisis_suicide",
    "harm_others": "crisis_harm_others",
    "medical": "medical_emergency",
    "violence": "report_violence",
    "concern_for_other": "concern_for_other",
}
# Worry about somebody is often without danger: the model's word alone is no risk there.
_CODE_OF_INTENT = {intent: code for code, intent in INTENT_OF_CODE.items() if code != "concern_for_other"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class RiskDetector(GraphComponent):
    """Puts risk into the output, and sets the intent of what was found with confidence 1.

    Words that only may mean danger (level ask) break out as well: triage then asks, by rules of its own.
    """

    def __init__(self, suspicion: float) -> None:
        self._suspicion = suspicion

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """suspicion: the confidence from which the model's fear alone is asked about."""
        return {SUSPICION: 0.35}

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
        """No rule fired: the model's fear is asked about when it is sure enough and nothing explains the words.

        A fear that is not strong enough leaves the message as not understood, so the person is asked again.
        """
        intent = message.get(INTENT) or {}
        name = intent.get(INTENT_NAME_KEY)
        code = _CODE_OF_INTENT.get(name or "")
        feared = code is not None and self._is_suspicion(intent, text)
        rows = [{"code": code, "level": "ask", "id": MODEL_RULE}] if feared else []
        message.set(RISK, rows, add_to_output=True)
        if code is not None and not feared:
            _set_intent(message, NOT_UNDERSTOOD)

    def _is_suspicion(self, intent: dict[str, Any], text: str) -> bool:
        return intent.get(PREDICTED_CONFIDENCE_KEY, 0) >= self._suspicion and not explanations(text)


def _row(finding: RiskFinding) -> dict[str, str]:
    return {"code": finding.code, "level": finding.level, "id": finding.id}


def _set_intent(message: Message, name: str) -> None:
    """The rule's intent goes first, with confidence 1; the model's ranking stays below it for the record."""
    chosen = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: 1.0}
    ranking = [row for row in message.get(INTENT_RANKING_KEY) or [] if row.get(INTENT_NAME_KEY) != name]
    message.set(INTENT, chosen, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [chosen, *ranking], add_to_output=True)
