"""One turn of a conversation: the engine's step, its record in one transaction, and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Context, current, known
from actions.heard import channel_of, has_spoken, message_id_of
from followup.spool import Spooled
from screening.events import DataErasureRequested, RiskIdentified
from screening.session import Session
from screening.turn import QUESTION, Say, Turn

log = structlog.get_logger("actions.turn")
LANGUAGE = "language"
SAY = "utter_say"
Step = Callable[[Session, datetime], Turn]


@dataclass(frozen=True)
class Taken:
    """What a turn came to.

    turn: None when this message was handled before; said: what was said then, but for the question. recorded: False
    when it was spooled. forgotten: conversations of a person who was forgotten in this turn.
    """

    session: Session
    turn: Turn | None = None
    recorded: bool = True
    said: tuple[dict[str, Any], ...] = ()
    forgotten: tuple[str, ...] = ()

    @property
    def erased(self) -> bool:
        """Whether the person was forgotten in this turn."""
        return self.turn is not None and any(isinstance(event, DataErasureRequested) for event in self.turn.events)


def language_of(tracker: Tracker) -> str:
    """The conversation's language: the one chosen, else the one the message was written in, else Spanish."""
    return str(tracker.get_slot(LANGUAGE) or tracker.latest_message.get(LANGUAGE) or "es")


def fresh_session(tracker: Tracker) -> Session:
    """A session in which nothing is running yet; the same one again for the same message."""
    context = current()
    session_id = context.session_id(tracker.sender_id, message_id_of(tracker))
    return Session.fresh(session_id, language_of(tracker), context.now())


def read_session(tracker: Tracker) -> Session:
    """Where the person is, without writing anything."""
    stored = current().database.session(tracker.sender_id)
    return known(Session.from_json(stored)) if stored else fresh_session(tracker)


def take(tracker: Tracker, step: Step) -> Taken:
    """Do the engine's step and write its session and events, both or neither, once per message.

    When the database fails, a turn that shows a risk is spooled to disk and its words are still said. Any other turn
    raises: the person is told that it was not kept.
    """
    context = current()
    now = context.now()
    taken: Taken | None = None
    try:
        with context.database.turn(
            tracker.sender_id, message_id_of(tracker), now, channel=channel_of(tracker), language=language_of(tracker)
        ) as row:
            session = known(Session.from_json(row.session)) if row.session else fresh_session(tracker)
            if row.repeated:
                return Taken(session, said=tuple(row.said))
            turn = step(session, now)
            taken = Taken(turn.session, turn)
            if turn.stale or not turn.understood:
                row.leave()
            else:
                row.record(turn.events)
                row.save(turn.session.to_json())
                row.keep_said(_to_keep(taken, tracker.sender_id))
    except Exception as error:
        return _spooled(context, tracker, taken, step, now, error)
    assert taken is not None
    return replace(taken, forgotten=tuple(row.forgotten))


def _to_keep(taken: Taken, conversation: str) -> list[dict[str, Any]]:
    """What is said again when the answer is cut short: everything but the question."""
    assert taken.turn is not None
    said = [say.to_dict() for say in taken.turn.say if say.kind != QUESTION]
    if taken.erased and said:
        said[-1]["forget"] = [conversation]
    return said


def _spooled(
    context: Context, tracker: Tracker, taken: Taken | None, step: Step, now: datetime, error: Exception
) -> Taken:
    turn = taken.turn if taken and taken.turn else step(fresh_session(tracker), now)
    if not any(isinstance(event, RiskIdentified) for event in turn.events):
        raise error
    context.spool.keep(Spooled(tracker.sender_id, message_id_of(tracker), channel_of(tracker), now, tuple(turn.events)))
    log.error("turn.spooled", error=type(error).__name__)
    return Taken(turn.session, turn, recorded=False)


def utter(dispatcher: CollectingDispatcher, say: Say, language: str) -> None:
    """Hand one text to the wording."""
    dispatcher.utter_message(response=SAY, say=say.to_dict(), language=language)


def utter_all(dispatcher: CollectingDispatcher, says: Iterable[Say], language: str) -> None:
    """Hand several texts to the wording, in order."""
    for say in says:
        utter(dispatcher, say, language)


def utter_taken(dispatcher: CollectingDispatcher, tracker: Tracker, taken: Taken) -> None:
    """Say what the turn says; for a message whose answer was cut short, what was said then."""
    if taken.turn is not None:
        says = taken.turn.say
        utter_all(dispatcher, says[:-1] if taken.forgotten else says, taken.session.language)
        if taken.forgotten and says:
            # With the last words the channel hears whom it has to forget, too.
            last = {**says[-1].to_dict(), "forget": list(taken.forgotten)}
            dispatcher.utter_message(response=SAY, say=last, language=taken.session.language)
    # Of several actions in one turn the later ones find the message handled, too: by the first of them.
    for say in () if has_spoken(tracker) else taken.said:
        dispatcher.utter_message(response=SAY, say=say, language=taken.session.language)


def respond(dispatcher: CollectingDispatcher, name: str, language: str, **fields: object) -> None:
    """Say a response of the domain."""
    utter(dispatcher, Say(response=name, fields=fields), language)
