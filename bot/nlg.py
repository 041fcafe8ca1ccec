"""A response's name and fields -> words and buttons in the person's language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.catalog import Catalog
from bot.fields import word_fields

SAY = "utter_say"
PROGRESS = "utter_progress"
LANGUAGE = "language"
QUESTION = "question"
# More options than this are a list on WhatsApp, which opens by a button of its own.
CHOOSE = "utter_choose_from_list"
FEW = 3
PHONE = "phone"
# What a channel that can hand over the person's own number says of it.
SHARE = {"text": "utter_share_phone", "button": "utter_share_phone_button"}


class Wording(NaturalLanguageGenerator):
    """Words responses of the domain and texts of the screening rules.

    `utter_say` carries a `say` (see `screening.engine.Say`): a Spanish text with its context, fields and options, or
    the name of a response. Every other response is worded from the domain, with its fields.
    """

    def __init__(
        self, domain: Domain | None = None, endpoint_config: Any = None, catalog: Catalog | None = None
    ) -> None:
        self.responses: dict[str, list[dict[str, Any]]] = domain.responses if domain else {}
        self._catalog = catalog or Catalog(Path("locale"))

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **fields: Any
    ) -> dict[str, Any] | None:
        """The message to utter: text, buttons, and for the channel the pause before it and the progress."""
        heard = tracker.latest_message.parse_data.get(LANGUAGE) if tracker.latest_message else None
        language = tracker.get_slot(LANGUAGE) or heard or "es"
        if utter_action == SAY:
            return self.word(fields["say"], fields.get(LANGUAGE) or language)
        return {"text": self._response(utter_action, fields, language)}

    def word(self, say: dict[str, Any], language: str) -> dict[str, Any]:
        """One Say as a message in the language."""
        values = say.get("fields") or {}
        if say.get("response"):
            text = self._response(say["response"], values, language)
        else:
            text = word_fields(
                self._catalog.translate(say["context"], say["text"], language), values, language, self._catalog
            )
        message: dict[str, Any] = {"text": text, "buttons": self._buttons(say, language)}
        if len(message["buttons"]) > FEW:
            message["choose"] = self._response(CHOOSE, {}, language)
        if say.get("progress"):
            number, total = say["progress"]
            message["text"] = f"{self._response(PROGRESS, {'n': number, 'total': total}, language)}\n{text}"
            message["progress"] = [number, total]
        if say.get("delay"):
            message["delay"] = say["delay"]
        if say.get("kind") == QUESTION:
            message["asks"] = True
        if say.get("wants") == PHONE:
            message["share"] = {name: self._response(SHARE[name], {}, language) for name in SHARE}
        if say.get("forget"):
            message["forget"] = say["forget"]
        # For the channels that can send the recording of these words with them.
        spoken = say.get("response") or say["context"]
        message["voice"] = {"context": spoken, "language": language, "question": say.get("kind") == QUESTION}
        return message

    def _buttons(self, say: dict[str, Any], language: str) -> list[dict[str, str]]:
        return [
            {
                "title": self._label(option, language),
                "payload": "/answer" + json.dumps({"k": option["key"]}, separators=(",", ":")),
            }
            for option in say.get("options") or ()
        ]

    def _label(self, option: dict[str, Any], language: str) -> str:
        """The button's words: its own, or those of the response that it names."""
        if not option["label"]:
            return self._response(option["context"], {}, language)
        return self._catalog.translate(option["context"], option["label"], language)

    def _response(self, name: str, values: dict[str, Any], language: str) -> str:
        source = self.responses[name][0]["text"]
        return word_fields(self._catalog.translate(name, source, language), values, language, self._catalog)
