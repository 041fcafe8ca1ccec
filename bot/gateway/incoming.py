"""What reaches the gateway from a platform, whatever the platform."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from bot.payloads import KINDS

TEXT = "text"
TAP = "tap"
# Commands that the gateway's asides answer; what none of them takes is a message without words for the dialogue.
LISTEN, LINK, HELP = "listen", "link", "help"
VOICE, VOICE_KEPT = "voice", "voice_kept"
LOCATION = "location"
# Things that people send and that nobody scores: each gets an answer in words.
UNREAD_KINDS = KINDS
# Ids are part of an index; texts longer than this are cut by the dialogue anyway.
LONGEST = {"event_id": 200, "person": 100, "text": 20_000, "tapped": 200, "source": 64, "media": 400}


def clean(text: str) -> str:
    """The text without what can not be encoded or stored."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


@dataclass(frozen=True)
class Incoming:
    """One message of one person.

    event_id: the platform's id of the event; the same one again is the same message. person: the platform's id of the
    person. kind: text, tap or one of UNREAD_KINDS. text: what was typed, the payload of the button, or a location
    (see bot.gateway.place). tapped: the
    platform's id of the message whose button it was. source: the campaign whose link was followed. media: the
    platform's id of a voice note's sound.
    """

    channel: str
    event_id: str
    person: str
    kind: str
    text: str = field(default="", repr=False)
    tapped: str | None = None
    source: str | None = None
    media: str | None = None

    def __post_init__(self) -> None:
        """What no database can keep is taken out here: half of a character, a zero byte, an id without end."""
        for name, longest in LONGEST.items():
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, clean(value)[:longest])

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Incoming:
        """What to_dict gave."""
        return cls(**values)
