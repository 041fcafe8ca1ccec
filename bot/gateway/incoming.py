"""What reaches the gateway from a platform, whatever the platform."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from bot.payloads import KINDS

TEXT = "text"
TAP = "tap"
# Things that people send and that nobody scores: each gets an answer in words.
UNREAD_KINDS = KINDS


@dataclass(frozen=True)
class Incoming:
    """One message of one person.

    event_id: the platform's id of the event; the same one again is the same message. person: the platform's id of the
    person. kind: text, tap or one of UNREAD_KINDS. text: what was typed, or the payload of the button. tapped: the
    platform's id of the message whose button it was. source: the campaign whose link was followed.
    """

    channel: str
    event_id: str
    person: str
    kind: str
    text: str = field(default="", repr=False)
    tapped: str | None = None
    source: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Incoming:
        """What to_dict gave."""
        return cls(**values)
