"""When a recording goes with its words, and how a person hears it otherwise: by a button, or by a word to write."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.gateway.voice import Recording, VoiceFolder

LISTEN, HINT = "utter_listen", "utter_listen_hint"
_HEAR = re.compile(r'/answer\{"k":"gateway:hear:([0-9a-f]{24})"\}')
_PAYLOAD = '/answer{"k":"gateway:hear:%s"}'


@dataclass(frozen=True)
class OnDemand:
    """A recording that is there for the asking. hint: which word to write where no button has room, or empty."""

    title: str
    payload: str
    hint: str

    @property
    def button(self) -> dict[str, str]:
        """As the buttons of bubbles are."""
        return {"title": self.title, "payload": self.payload}


class Prompts:
    """The recordings as a channel sends them.

    say: (response, language) -> words of the button, without which there is none; by_itself: whether a recording goes
    with its words before anybody asks for it.
    """

    def __init__(
        self, folder: VoiceFolder, say: Callable[[str, str], str] | None = None, by_itself: bool = True
    ) -> None:
        self.folder = folder
        self._say = say
        self._by_itself = by_itself

    def with_words(self, bubble: Mapping[str, Any]) -> Recording | None:
        """The recording that goes with the bubble's words now.

        A bubble may be `aloud`, since somebody asked to hear it, or `quiet`, since the platform lets no more be sent.
        """
        goes = bubble.get("aloud") or (self._by_itself and not bubble.get("quiet"))
        return self.folder.find(bubble) if goes and not bubble.get("template") else None

    def on_demand(self, bubble: Mapping[str, Any]) -> OnDemand | None:
        """The button for a recording that does not go by itself; None where there is none, or where it does go."""
        stays = not bubble.get("aloud") and (bubble.get("quiet") or not self._by_itself)
        if self._say is None or not stays or bubble.get("template"):
            return None
        found = self.folder.find(bubble)
        if found is None:
            return None
        language = str(bubble["voice"]["language"])[:2]
        # The word brings the last question, nothing else.
        hint = self._say(HINT, language) if bubble["voice"].get("question") else ""
        return OnDemand(self._say(LISTEN, language), _PAYLOAD % found.name, hint)

    def alone(self, bubble: Mapping[str, Any]) -> Recording | None:
        """The recording that somebody asked for by its button, while it is there."""
        return self.folder.known_as(str(bubble.get("hear")))


def to_hear(payload: str) -> str | None:
    """The name of the recording whose button was tapped; None for any other button."""
    found = _HEAR.fullmatch(payload)
    return found[1] if found else None
