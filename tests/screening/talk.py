"""A conversation in a test: one person, an engine, and a session that goes through JSON between any two messages."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

from screening.engine import Engine, Reply, Say, Session, Turn
from screening.events import Event, ItemAnswered, TaskAdvised

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)
"""A Monday, ten in the morning in Lima."""


def through_json(session: Session) -> Session:
    """The session as it comes back from a database."""
    return Session.from_json(json.loads(json.dumps(session.to_json())))


class Talk:
    """A person who talks with the bot."""

    def __init__(self, engine: Engine, language: str = "es") -> None:
        self.engine = engine
        self.now = NOW
        self.session = Session.fresh("t3st", language, NOW)
        self.turns: list[Turn] = []

    def _took(self, turn: Turn) -> Turn:
        self.turns.append(turn)
        self.session = through_json(turn.session)
        return turn

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def open(self, flow: str, facts: dict[str, Any] | None = None) -> Turn:
        """Open a flow or instrument."""
        return self._took(self.engine.open(self.session, flow, self.now, facts))

    def say(self, *texts: str) -> Turn:
        """Write; every message must have been understood."""
        for text in texts:
            turn = self.write(text)
            assert turn.understood, (text, self.question)
        return turn

    def write(self, text: str, intent: str | None = None, confidence: float = 1.0) -> Turn:
        """Write, understood or not."""
        return self._took(self.engine.reply(self.session, Reply(text, None, intent, confidence), self.now))

    def tap(self, code: str) -> Turn:
        """Tap the button of that code under the open question."""
        option = next(option for option in self.open_question.options if option.code == code)
        return self.press(option.key)

    def press(self, key: str) -> Turn:
        """Send a button's key, whatever is open."""
        return self._took(self.engine.reply(self.session, Reply(choice=key), self.now))

    def wish(self, command: str) -> Turn:
        """Wish for something."""
        return self._took(self.engine.command(self.session, command, self.now))

    def risk(self, code: str, level: str = "crisis") -> Turn:
        """Say words of danger."""
        return self._took(self.engine.note_risk(self.session, code, level, self.now, source="phrase:R-1"))

    def change_language(self, language: str) -> Turn:
        """Go on in another language."""
        return self._took(self.engine.set_language(self.session, language, self.now))

    @property
    def open_question(self) -> Say:
        """The question that is open."""
        say = self.engine.question(self.session, self.now)
        assert say is not None
        return say

    @property
    def question(self) -> str | None:
        """Context of the question that is open."""
        say = self.engine.question(self.session, self.now)
        return say.context if say else None

    @property
    def facts(self) -> dict[str, Any]:
        """What is known."""
        return dict(self.session.facts)

    @property
    def events(self) -> list[Event]:
        """Everything that happened so far."""
        return [event for turn in self.turns for event in turn.events]

    def tasks(self) -> list[TaskAdvised]:
        """Tasks advised so far."""
        return [event for event in self.events if isinstance(event, TaskAdvised)]

    def answers(self) -> dict[str, str]:
        """The answers that stand, by linkId, as a host would record them."""
        return {event.link_id: event.code for event in self.events if isinstance(event, ItemAnswered)}


def heard(turn: Turn) -> list[str]:
    """What a turn says: contexts of texts, names of responses."""
    return [say.response or say.context for say in turn.say]


def happened(turn: Turn) -> list[str]:
    """What happened in a turn, by name."""
    return [type(event).__name__ for event in turn.events]
