"""The running question: hears every message first, takes what answers it, and asks the next one."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.context import current
from actions.heard import (
    GUESSES,
    already_asked,
    found_by_rule,
    guesses_are_new,
    just_heard,
    only_the_model_fears,
    reply_of,
    risks_of,
)
from actions.turn import LANGUAGE, Taken, read_session, respond, take, utter_all, utter_taken
from screening.session import PAUSED, Session
from screening.turn import QUESTION

FORM = "screening_form"
ANSWER = "answer"
ASKED = "requested_slot"
# Somebody whose data was erased leaves nothing behind here either.
FORGOTTEN: list[EventType] = [SlotSet(LANGUAGE, None), SlotSet(ASKED, None), SlotSet(GUESSES, None)]


class ValidateScreeningForm(Action):
    """Whether the message answers the running question; asks the next one, if nothing in this turn has asked it.

    Taken as an answer: `answer` stays empty, so that the form goes on. Not an answer: no event, and Rasa hands the
    message to the rules. Nothing left to ask: the form ends.
    """

    def name(self) -> str:
        """As named in domain.yml."""
        return f"validate_{FORM}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Events for the form."""
        if not just_heard(tracker):
            return _ask_on(dispatcher, read_session(tracker), tracker)
        if found_by_rule(tracker) and not _answers_in_crisis(tracker):
            return []
        if only_the_model_fears(tracker) and current().engine.asks_freely(read_session(tracker)):
            return []
        taken = take(tracker, lambda session, now: current().engine.reply(session, reply_of(tracker), now))
        if taken.turn is not None and not taken.turn.understood and not taken.turn.stale:
            return []
        _answer(dispatcher, tracker, taken)
        return [SlotSet(ANSWER, None), *(FORGOTTEN if taken.erased else _ask_on(dispatcher, taken.session, tracker))]


def _answers_in_crisis(tracker: Tracker) -> bool:
    """Whether words of danger answer what a crisis flow that is about this danger is asking right now.

    Somebody who answers "quiero morir" to "¿ha deseado estar muerto?" has answered, and needs no second help text.
    """
    session, context = read_session(tracker), current()
    known = all(session.facts.get(f"risk.{code}") is not None for code, _, _ in risks_of(tracker))
    if not known or not context.in_crisis(session) or context.engine.asks_freely(session):
        return False
    return context.engine.reply(session, reply_of(tracker), context.now()).understood


def after(session: Session, tracker: Tracker) -> list[EventType]:
    """What Rasa must know of the session now: its language, and whether there is something to ask; older guesses go."""
    events: list[EventType] = []
    if tracker.get_slot(LANGUAGE) != session.language:
        events.append(SlotSet(LANGUAGE, session.language))
    if tracker.get_slot(GUESSES) and not guesses_are_new(tracker):
        events.append(SlotSet(GUESSES, None))
    if session.status == PAUSED or current().engine.question(session, current().now()) is None:
        events.append(SlotSet(ASKED, None))
    return events


def _ask_on(dispatcher: CollectingDispatcher, session: Session, tracker: Tracker) -> list[EventType]:
    events = after(session, tracker)
    asks_now = any(message["say"]["kind"] == QUESTION for message in dispatcher.messages)
    if not asks_now and not already_asked(tracker) and session.status != PAUSED:
        question = current().engine.question(session, current().now())
        utter_all(dispatcher, [question] if question else [], session.language)
    return events


def _answer(dispatcher: CollectingDispatcher, tracker: Tracker, taken: Taken) -> None:
    if taken.turn is not None and taken.turn.stale:
        respond(dispatcher, "utter_stale_button", taken.session.language)
    utter_taken(dispatcher, tracker, taken)
