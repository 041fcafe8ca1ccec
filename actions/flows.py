"""Opens the flow that a person's wish names, begins again, goes on, and changes the language."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.context import current
from actions.directory import nearest_centre
from actions.form import after
from actions.heard import GUESSES, intent_of, language_chosen, unclear_of
from actions.ladder import not_understood, offered
from actions.openings import go_on, open_for_intent
from actions.turn import language_of, read_session, respond, take, utter_taken
from screening.fields import SERVICE_FIELDS, fill
from screening.session import Session
from screening.turn import Turn

OTHER_LANGUAGE = {"es": "qu", "qu": "es"}
GOODBYE = "goodbye"
EXTERNAL = {
    "EXTERNAL_reminder": "utter_reminder",
    "EXTERNAL_rescreen": "utter_rescreen",
    "EXTERNAL_callback_missed": "utter_callback_missed",
    "EXTERNAL_ask_number": "utter_ask_number",
}
# These only say something: what the person answers is a wish like any other.
SAID_ONLY = ("EXTERNAL_callback_missed", "EXTERNAL_ask_number")


class Opening(Action, ABC):
    """An action that does one step of the engine and says what comes of it."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The language, and whether something is asked now."""
        return self.do(dispatcher, tracker)[1]

    def do(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> tuple[Turn | None, list[EventType]]:
        """The turn, None for a message that was handled before, and what Rasa must know."""
        taken = take(tracker, lambda session, now: self.step(tracker, session, now))
        utter_taken(dispatcher, tracker, taken)
        return taken.turn, after(taken.session, tracker)

    @abstractmethod
    def step(self, tracker: Tracker, session: Session, now: datetime) -> Turn:
        """The engine's step."""


class ActionOpenFlow(Opening):
    """Opens the flow that the person's wish names: a call, the questions, a pause, the erasing of their data."""

    def name(self) -> str:
        """As named in domain.yml."""
        return "action_open_flow"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says goodbye where nothing is running; else as every opening."""
        if intent_of(tracker) == GOODBYE:
            session = read_session(tracker)
            if session.running is None:
                respond(dispatcher, "utter_goodbye", session.language)
                return after(session, tracker)
        return super().run(dispatcher, tracker, domain)

    def step(self, tracker: Tracker, session: Session, now: datetime) -> Turn:
        """The flow of the intent on top of what is running."""
        return open_for_intent(current(), session, intent_of(tracker) or "", now)


class ActionContinue(Opening):
    """Goes on: with the running question where there is one, else by asking what the person would like."""

    def name(self) -> str:
        """As named in domain.yml."""
        return "action_continue"

    def step(self, tracker: Tracker, session: Session, now: datetime) -> Turn:
        """The offer to go on after a pause, or the menu; nothing while a question is running."""
        return go_on(current(), session, now, language_chosen(tracker), intent_of(tracker))


class ActionResume(ActionContinue):
    """The same under the name of the wish to go on."""

    def name(self) -> str:
        """As named in domain.yml."""
        return "action_resume"


class ActionRestart(Opening):
    """Begins again, after asking; takes the place of Rasa's own restart, which would forget the person."""

    def name(self) -> str:
        """As named in domain.yml."""
        return "action_restart"

    def step(self, tracker: Tracker, session: Session, now: datetime) -> Turn:
        """The question whether to begin again."""
        return open_for_intent(current(), session, "restart", now)


class ActionChangeLanguage(Opening):
    """Goes on in the other language; the running question is asked again in it."""

    def name(self) -> str:
        """As named in domain.yml."""
        return "action_change_language"

    def step(self, tracker: Tracker, session: Session, now: datetime) -> Turn:
        """The language that was tapped or named, else the other one."""
        wanted = language_chosen(tracker) or OTHER_LANGUAGE[session.language]
        turn = current().engine.set_language(session, wanted, now)
        if session.running is not None:
            return turn
        opened = go_on(current(), turn.session, now)
        return Turn(opened.session, (*turn.events, *opened.events), (*turn.say, *opened.say))


class ActionServices(Action):
    """Where to find care now: numbers that are known, in the person's language where there is one."""

    def name(self) -> str:
        """As named in domain.yml."""
        return "action_services"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Nothing changes."""
        context, language = current(), language_of(tracker)
        fields: dict[str, Any] = {}
        for name in SERVICE_FIELDS:
            fields |= fill(f"{{{name}}}", context.library, {}, language, context.now()) or {}
        respond(dispatcher, "utter_services", language, **fields)
        centre = nearest_centre(context, tracker.sender_id)
        if centre:
            respond(dispatcher, "utter_nearest_centre", language, centre=centre)
        return []


class ActionExternal(Opening):
    """What the clock begins by itself: a reminder, the questions again after three months."""

    def name(self) -> str:
        """As named in domain.yml."""
        return "action_external"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says why the bot writes, then asks."""
        respond(dispatcher, EXTERNAL.get(intent_of(tracker) or "", "utter_reminder"), language_of(tracker))
        return super().run(dispatcher, tracker, domain)

    def step(self, tracker: Tracker, session: Session, now: datetime) -> Turn:
        """The screening again, or the offer to go on."""
        if intent_of(tracker) in SAID_ONLY:
            return Turn(session)
        if intent_of(tracker) == "EXTERNAL_rescreen":
            return open_for_intent(current(), session, "start_screening", now)
        return go_on(current(), session, now)


class ActionAskAgain(Opening):
    """Says that the message was not understood, and offers what it may have meant, simpler words, or a person."""

    def name(self) -> str:
        """As named in domain.yml."""
        return "action_ask_again"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """As every opening; what was offered is remembered until the next message."""
        turn, events = self.do(dispatcher, tracker)
        guesses = offered(turn)
        if not guesses:
            return events
        tag = unclear_of(tracker, current().understanding(), language_of(tracker)).tag
        return [event for event in events if event.get("name") != GUESSES] + [
            SlotSet(GUESSES, f"{tag}:{','.join(guesses)}")
        ]

    def step(self, tracker: Tracker, session: Session, now: datetime) -> Turn:
        """Nothing is taken as an answer."""
        heard = unclear_of(tracker, current().understanding(), session.language)
        return not_understood(current(), session, now, heard)


class ActionDefaultFallback(ActionAskAgain):
    """The same where no rule knows better."""

    def name(self) -> str:
        """As named in domain.yml."""
        return "action_default_fallback"
