"""A location that somebody sends: after their yes, the nearest centre; used once, rounded, and never kept."""

from __future__ import annotations

from collections.abc import Callable

from bot.gateway.gateway import Bubble
from bot.gateway.incoming import LOCATION, TAP, Incoming
from bot.gateway.notes import QUESTION, Notes
from bot.gateway.place import place_of
from bot.gateway.post_office import Beside

# The place stands in the button alone: until the tap nobody here remembers it.
NEAR = '/answer{"k":"gateway:near:'
END = '"}'
NO = f"{NEAR}no{END}"
LANGUAGES = ("es", "qu")


class Nearby:
    """The aside.

    near: (latitude, longitude) in degrees -> (name and address of the nearest centre, kilometres), or None; say:
    (response, language) -> words.
    """

    def __init__(
        self,
        notes: Notes,
        near: Callable[[float, float], tuple[str, float] | None],
        say: Callable[[str, str], str],
    ) -> None:
        self._notes = notes
        self._near = near
        self._say = say

    async def __call__(self, conversation: str, message: Incoming) -> list[Bubble] | Beside | None:
        """A location, or the answer to the question whether it may be used."""
        if message.kind == TAP and message.text.startswith(NEAR):
            return self._answered(conversation, message.text.removeprefix(NEAR).removesuffix(END))
        if message.kind != LOCATION or place_of(message.text) is None:
            return None
        return Beside(message, (self._offer(conversation, message.text),))

    def _answered(self, conversation: str, where: str) -> list[Bubble]:
        """The centre, or that none is known, and the question that waits."""
        language, place = self._language(conversation), place_of(where)
        found = self._near(*place) if place else None
        if place is None:
            text = self._say("utter_near_not_used", language)
        elif found is None:
            text = self._say("utter_near_none", language)
        else:
            words = self._say("utter_near_found", language)
            text = words.replace("{km}", f"{max(1, round(found[1]))}").replace("{centre}", found[0])
        question: Bubble | None = self._notes.get(conversation, QUESTION)
        return [{"text": text, "buttons": []}, *([question] if question else [])]

    def _offer(self, conversation: str, where: str) -> Bubble:
        language = self._language(conversation)
        buttons = [
            {"title": self._say("utter_near_yes", language), "payload": f"{NEAR}{where}{END}"},
            {"title": self._say("utter_near_no", language), "payload": NO},
        ]
        return {"text": self._say("utter_near_offer", language), "buttons": buttons}

    def _language(self, conversation: str) -> str:
        question = self._notes.get(conversation, QUESTION)
        return str(question["voice"]["language"])[:2] if question else LANGUAGES[0]
