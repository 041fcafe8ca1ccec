"""Words of danger: help goes out first, then it is recorded, then the person is asked how they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.context import current
from actions.form import after
from actions.heard import age_of, risks_of
from actions.turn import fresh_session, language_of, read_session, take, utter_all
from screening.events import Event
from screening.session import Session
from screening.turn import Turn


class ActionCrisisHelp(Action):
    """Says the help text, with nothing that could fail before it: no database is needed."""

    def name(self) -> str:
        """As named in domain.yml."""
        return "action_crisis_help"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Nothing changes yet."""
        try:
            session = read_session(tracker)
        except Exception:  # without the database the help is the same, only the person's place is unknown
            session = fresh_session(tracker)
        turn = _note_risks(tracker)(session, current().now())
        utter_all(dispatcher, turn.say, language_of(tracker))
        return []


class ActionCrisis(Action):
    """Records risk, flag and task, and opens the crisis flow on top of what was running."""

    def name(self) -> str:
        """As named in domain.yml."""
        return "action_crisis"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The language, and whether something is asked now."""
        return after(take(tracker, _note_risks(tracker)).session, tracker)


def _note_risks(tracker: Tracker) -> Any:
    def step(session: Session, now: datetime) -> Turn:
        engine = current().engine
        strongest, *others = risks_of(tracker)
        events: list[Event] = []
        session = _with_age(session, tracker)
        for code, level, source in others:
            noted = engine.note_risk(session, code, level, now, source=source)
            events += noted.events
            # What is less pressing is recorded and triaged, but only one kind of help is said and asked about.
            session = replace(session, facts=noted.session.facts, fired=noted.session.fired, begun=noted.session.begun)
        code, level, source = strongest
        turn = engine.note_risk(session, code, level, now, source=source)
        return Turn(turn.session, (*events, *turn.events), turn.say)

    return step


def _with_age(session: Session, tracker: Tracker) -> Session:
    """Somebody who tells their age with the danger is not asked for it, and is looked after as a minor if they are."""
    age = age_of(tracker)
    if age is None or session.facts.get("age") is not None:
        return session
    return replace(session, facts={**session.facts, "age": age})
