"""What goes into the engine and comes out of it: a reply in; a session, events and things to say out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from screening.events import Event
from screening.session import Session

BUBBLE = "bubble"
QUESTION = "question"


@dataclass(frozen=True)
class Reply:
    """What a person sent. choice: the key of a button; intent and confidence: as understood from the text."""

    text: str = field(default="", repr=False)
    choice: str | None = field(default=None, repr=False)
    intent: str | None = None
    confidence: float = 0.0
    entities: tuple[Any, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Option:
    """A button. label: Spanish source text, translated under its context (none: shown as it is); key: what it sends."""

    code: str
    label: str
    context: str
    key: str


@dataclass(frozen=True)
class Say:
    """Something to say. text: Spanish source, translated under its context; or response: a response of the domain.

    fields: values for the {fields}: text, number, {"datetime": iso}, {"text": [context, spanish]} or {"list": [...]}.
    progress: number of this question and of all; delay: seconds to wait before the bubble. wants: what is asked for
    where a channel may help to give it («phone»).
    """

    context: str = ""
    text: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    progress: tuple[int, int] | None = None
    delay: float = 0
    kind: str = BUBBLE
    response: str | None = None
    wants: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "context": self.context,
            "text": self.text,
            "fields": dict(self.fields),
            "options": [dict(vars(option)) for option in self.options],
            "progress": list(self.progress) if self.progress else None,
            "delay": self.delay,
            "kind": self.kind,
            "response": self.response,
            "wants": self.wants,
        }


@dataclass(frozen=True)
class Turn:
    """What came of a reply or command.

    understood: False when the reply answers nothing; then there is nothing to say and nothing to record.
    stale: the button belongs to another question; nothing changed.
    """

    session: Session
    events: tuple[Event, ...] = ()
    say: tuple[Say, ...] = ()
    understood: bool = True
    stale: bool = False
