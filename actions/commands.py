"""What a person may ask for at any point of a questionnaire: explain, repeat, go back, skip, go on later."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.context import current
from actions.flows import ActionAskAgain
from actions.form import after
from actions.heard import reply_of
from actions.openings import go_on
from actions.turn import take, utter_taken
from screening.reply import SURE
from screening.session import Session
from screening.turn import Turn


class Command(Action, ABC):
    """Hands one command to the engine; a person for whom nothing is running is asked what they would like."""

    @property
    @abstractmethod
    def command(self) -> str:
        """The engine's name for it."""

    def name(self) -> str:
        """As named in domain.yml."""
        return f"action_{self.command}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The language, and whether something is asked now."""
        taken = take(tracker, self.step)
        utter_taken(dispatcher, tracker, taken)
        return after(taken.session, tracker)

    def step(self, session: Session, now: datetime) -> Turn:
        """The engine's step."""
        if session.running is None:
            return go_on(current(), session, now)
        return current().engine.command(session, self.command, now)


class ActionExplain(Command):
    """The running question in plainer words, with an example."""

    command = "explain"


class ActionRepeat(Command):
    """The last question once more."""

    command = "repeat"


class ActionGoBack(Command):
    """The question before, to answer it again."""

    command = "go_back"


class ActionSkip(Command):
    """Leaves the running question unanswered."""

    command = "skip"


class ActionUnsure(Command):
    """Neither yes nor no. Where the model is not sure of that itself, the question is asked again with its buttons."""

    command = "unsure"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """As every command, for words that are certain enough to be kept as an answer."""
        if reply_of(tracker).confidence < SURE:
            return ActionAskAgain().run(dispatcher, tracker, domain)
        return super().run(dispatcher, tracker, domain)


class ActionResult(Command):
    """What the answers mean, in words."""

    command = "ask_result"

    def name(self) -> str:
        """As named in domain.yml."""
        return "action_result"

    def step(self, session: Session, now: datetime) -> Turn:
        """Also when the questions are over: that is when people ask."""
        return current().engine.command(session, self.command, now) if session.begun else go_on(current(), session, now)
