"""One turn under way: a working copy of the session, with the events and words that come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from screening.calendar import Calendar
from screening.catalog import Catalog
from screening.definitions import Flow, Questionnaire
from screening.events import Event, LanguageChosen, SessionResumed, SessionStarted
from screening.session import FLOW, IN_PROGRESS, INSTRUMENT, PAUSED, Frame, Session
from screening.turn import Say, Turn


class Run:
    """What changes in a turn. Nothing of the session that came in is touched."""

    def __init__(self, session: Session, catalog: Catalog, calendar: Calendar, now: datetime) -> None:
        self.session = session
        self.catalog = catalog
        self.calendar = calendar
        self.now = now
        self.status = session.status
        self.language = session.language
        self.variety = session.variety
        self.frames = list(session.frames)
        self.closed = list(session.closed)
        self.facts: dict[str, Any] = dict(session.facts)
        self.fired = list(session.fired)
        self.counts = dict(session.counts)
        self.ended_at = session.ended_at
        self.events: list[Event] = []
        self.says: list[Say] = []
        self.moved_on = False
        self.passed = 0
        self.lead_back_at: int | None = None

    # frames

    @property
    def top(self) -> Frame | None:
        """The running frame, or None."""
        return self.frames[-1] if self.frames else None

    def update(self, **changes: Any) -> Frame:
        """Change the running frame; the frame as it is then."""
        self.frames[-1] = replace(self.frames[-1], **changes)
        return self.frames[-1]

    def flow(self, frame: Frame) -> Flow:
        """The flow of a frame, in the version it began with. Raises DefinitionUnavailable."""
        return self.catalog.flow(frame)

    def instrument(self, frame: Frame) -> Questionnaire:
        """The instrument of a frame, in the version it began with. Raises DefinitionUnavailable."""
        return self.catalog.instrument(frame)

    def in_crisis(self) -> bool:
        """Whether a crisis flow is under way, itself or further down."""
        return any(self.catalog.is_crisis(frame) for frame in self.frames)

    def is_open(self, flow: str) -> bool:
        """Whether the flow is among the frames."""
        return any(frame.definition == f"{FLOW}:{flow}" for frame in self.frames)

    def instruments_open(self) -> Iterator[Frame]:
        """Frames of instruments under way, the running one first."""
        return (frame for frame in reversed(self.frames) if frame.kind == INSTRUMENT)

    # what comes of it

    def emit(self, event: Event) -> None:
        """Something happened."""
        self.events.append(event)

    def say(self, say: Say) -> None:
        """Something is to be said."""
        self.says.append(say)

    def respond(self, response: str, fields: Mapping[str, Any] | None = None) -> None:
        """Say a response of the domain."""
        self.says.append(Say(response=response, fields=fields or {}))

    def speak(self, language: str, variety: str | None = None) -> None:
        """Go on in that language."""
        if (language, variety) != (self.language, self.variety):
            self.emit(LanguageChosen(at=self.now, language=language, variety=variety))
        self.language, self.variety = language, variety
        self.facts["language"] = language

    def wake(self) -> None:
        """The person is here: the session has begun, and is no longer paused."""
        if not self.session.begun and not any(isinstance(event, SessionStarted) for event in self.events):
            self.emit(SessionStarted(at=self.now))
        if self.status == PAUSED and self.frames:
            self.emit(SessionResumed(at=self.now))
        self.status = IN_PROGRESS

    def finish(self) -> Turn:
        """The turn, with the new session."""
        session = replace(
            self.session,
            status=self.status,
            language=self.language,
            variety=self.variety,
            frames=tuple(self.frames),
            closed=tuple(self.closed),
            facts=self.facts,
            fired=tuple(self.fired),
            counts=self.counts,
            ended_at=self.ended_at,
            not_understood=0,
            begun=self.session.begun or any(isinstance(event, SessionStarted) for event in self.events),
        )
        return Turn(session, tuple(self.events), tuple(self.says))
