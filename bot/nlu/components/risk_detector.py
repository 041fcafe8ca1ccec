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
from bot.nlu.risk_phrases import RiskFinding, find, load_lexicons

RISK = "risk"
MODEL_RULE = "model"
NOT_UNDERSTOOD = "nlu_fallback"
SURE_ENOUGH = 0.5
FEW_WORDS = 2
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
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Looks through each message as it was typed, all of it."""
        for message in messages:
            found = find(message.get(TYPED_TEXT) or message.get(TEXT) or "")
            intent = (message.get(INTENT) or {}).get(INTENT_NAME_KEY)
            message.set(RISK, _as_output(found, intent), add_to_output=True)
            if not found and _is_a_guess(message):
                _set_intent(message, NOT_UNDERSTOOD)
                message.set(RISK, [], add_to_output=True)
            if found:
                _set_intent(message, INTENT_OF_CODE[found[0].code])
        return messages


def _is_a_guess(message: Message) -> bool:
    """Whether the model alone, and unsure, takes a word or two for danger: then the person is asked again instead."""
    intent = message.get(INTENT) or {}
    words = (message.get(TEXT) or "").split()
    unsure = intent.get(PREDICTED_CONFIDENCE_KEY, 0) < SURE_ENOUGH
    return intent.get(INTENT_NAME_KEY) in INTENT_OF_CODE.values() and unsure and len(words) <= FEW_WORDS


def _as_output(found: list[RiskFinding], intent: str | None) -> list[dict[str, str]]:
    rows = [{"code": f.code, "level": f.level, "id": f.id} for f in found]
    code = _CODE_OF_INTENT.get(intent or "")
    if code and not found:
        rows.append({"code": code, "level": "ask", "id": MODEL_RULE})
    return rows


def _set_intent(message: Message, name: str) -> None:
    """The rule's intent goes first, with confidence 1; the model's ranking stays below it for the record."""
    chosen = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: 1.0}
    ranking = [row for row in message.get(INTENT_RANKING_KEY) or [] if row.get(INTENT_NAME_KEY) != name]
    message.set(INTENT, chosen, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [chosen, *ranking], add_to_output=True)
