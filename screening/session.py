"""Where a conversation stands: plain state that survives a round trip to JSON between any two messages.

Never in it: names, telephone numbers, or anything that a person wrote in free text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from screening.errors import SessionUnreadable

IN_PROGRESS = "in-progress"
PAUSED = "paused"
STOPPED = "stopped"
COMPLETED = "completed"
ERASED = "erased"
STATUSES = (IN_PROGRESS, PAUSED, STOPPED, COMPLETED, ERASED)
FLOW = "flow"
INSTRUMENT = "instrument"


@dataclass(frozen=True)
class Frame:
    """A flow or an instrument that is under way; the last frame of a session is the running one.

    definition: "flow:mental_health" or "instrument:phq9", in the version it began with. step: the step or linkId whose
    question is open (`waiting`), else the step to go on with; None when nothing is left. origin: the step of the frame
    below that runs this one; "" when it was opened on top, by the person or by triage.
    answers: linkId -> code. trail: steps answered, in order; seen: steps done, so that a corrected answer does not
    make the person hear everything twice; resume: the step to come back to after a correction.
    """

    definition: str
    version: str
    step: str | None = None
    waiting: bool = False
    origin: str = ""
    response_id: str | None = None
    sha: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    trail: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    resume: str | None = None

    @property
    def kind(self) -> str:
        """ "flow" or "instrument"."""
        return self.definition.partition(":")[0]

    @property
    def name(self) -> str:
        """Name of the flow or instrument."""
        return self.definition.partition(":")[2]


@dataclass(frozen=True)
class Session:
    """The state of one person's conversation.

    id: 4 to 6 letters or digits, part of every button's key. closed: finished instruments, kept for corrections.
    fired: triage rules that have had their effect. counts: how often each instrument was begun.
    """

    id: str
    language: str = "es"
    variety: str | None = None
    status: str = COMPLETED
    frames: tuple[Frame, ...] = ()
    closed: tuple[Frame, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    not_understood: int = 0
    fired: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    started_at: str | None = None
    ended_at: str | None = None
    begun: bool = False

    @staticmethod
    def fresh(session_id: str, language: str, now: datetime) -> Session:
        """A session in which nothing is running yet."""
        return Session(session_id, language, started_at=now.isoformat(), facts={"language": language})

    @property
    def running(self) -> Frame | None:
        """The frame that takes the next reply, or None."""
        return self.frames[-1] if self.frames else None

    def to_json(self) -> dict[str, Any]:
        """The session as JSON values; what is empty is left out."""
        made = _sparse(self, ("id", "language", "status"))
        for name in ("frames", "closed"):
            made[name] = [_sparse(frame, ("definition", "version")) for frame in getattr(self, name)]
        return made

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> Session:
        """The session that was stored. Raises SessionUnreadable."""
        try:
            values = dict(stored)
            for name in ("frames", "closed"):
                values[name] = tuple(_frame(one) for one in values.get(name, ()))
            values["fired"] = tuple(values.get("fired", ()))
            session = Session(**values)
            if not _sound(session):
                raise ValueError(session.status)
            return session
        except (TypeError, ValueError, AttributeError) as error:
            raise SessionUnreadable("the stored session does not have the shape of a session") from error


def _sound(session: Session) -> bool:
    named = isinstance(session.id, str) and isinstance(session.language, str)
    return named and session.status in STATUSES and isinstance(session.facts, Mapping)


def _frame(stored: Mapping[str, Any]) -> Frame:
    values = dict(stored)
    for name in ("trail", "seen"):
        values[name] = tuple(values.get(name, ()))
    return Frame(**values)


def _sparse(value: Session | Frame, always: tuple[str, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, one in vars(value).items():
        if one or name in always:
            made[name] = list(one) if isinstance(one, tuple) else dict(one) if isinstance(one, Mapping) else one
    return made
