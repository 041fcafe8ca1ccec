"""The interpreter's face: takes a session, an input and the time; gives back a session, events and things to say.

It stores and sends nothing, and knows no clock: the host supplies time, calendar and words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from screening.answer_option import AnswerOption
from screening.answering import take
from screening.asking import ask, ask_again, ask_which_place, open_question
from screening.calendar import Calendar
from screening.catalog import Catalog
from screening.commands import run_command
from screening.definitions import Library
from screening.errors import DefinitionUnavailable
from screening.frames import end_session, push_instrument
from screening.opening import begin_afresh, open_crises, open_on_top
from screening.question import Question, offers
from screening.reply import FREE, Read, Translate
from screening.responses import NOT_IN_LANGUAGE, NUMBER_OUT_OF_RANGE
from screening.run import Run
from screening.session import INSTRUMENT, STOPPED, Session
from screening.stepping import advance
from screening.triaging import Shown, fire, note_unruled
from screening.turn import Option, Reply, Say, Turn

Facts = Mapping[str, Any]
CRISIS = "crisis"


class Engine:
    """Runs the flows and instruments of a library.

    calendar: the programme's working hours. translate: (context, Spanish text, language) -> text, so that answers are
    understood in the words that were on the buttons.
    """

    def __init__(self, library: Library, calendar: Calendar, translate: Translate | None = None) -> None:
        self.library = library
        self.calendar = calendar
        self._catalog = Catalog(library, translate)

    def start(self, flow: str, session_id: str, language: str, now: datetime, facts: Facts | None = None) -> Turn:
        """A new session that runs the flow; "instrument:phq9" runs an instrument by itself."""
        return self.open(Session.fresh(session_id, language, now), flow, now, facts)

    def open(self, session: Session, flow: str, now: datetime, facts: Facts | None = None) -> Turn:
        """Open a flow on top of what is running; when it ends, the person is led back. Raises DefinitionUnavailable."""
        run = self._run(session, now)
        begin_afresh(run)
        run.wake()
        run.facts.update(facts or {})
        self._push(run, flow)
        advance(run)
        return run.finish()

    def _push(self, run: Run, name: str) -> None:
        kind, _, instrument_name = name.partition(":")
        instrument = self.library.instrument(instrument_name) if kind == INSTRUMENT else None
        flow = self.library.flow(name)
        if instrument:
            push_instrument(run, instrument, "")
        elif flow:
            open_on_top(run, flow)
        else:
            raise DefinitionUnavailable(name, "")

    def reply(self, session: Session, reply: Reply, now: datetime) -> Turn:
        """Take a reply to the open question. Turn.understood tells whether it was one; nothing is ever guessed."""
        frame = session.running
        question = self._catalog.question(frame) if frame else None
        if question is None:
            stale = reply.choice is not None
            return self._go_on(session, now) if frame and not stale else self._not_understood(session, stale)
        read = self._catalog.reader.read(question, reply, session.id)
        if read is None or read.stale:
            return self._not_understood(session, stale=read is not None)
        run = self._run(session, now)
        run.wake()
        self._take(run, question, read)
        return run.finish()

    def _not_understood(self, session: Session, stale: bool) -> Turn:
        if stale:
            return Turn(session, stale=True)
        return Turn(replace(session, not_understood=session.not_understood + 1), understood=False)

    def _take(self, run: Run, question: Question, read: Read) -> None:
        if read.wish:
            run_command(run, read.wish)
        elif read.places:
            ask_which_place(run, question, read.places)
        elif read.out_of_range:
            run.respond(NUMBER_OUT_OF_RANGE, {"min": question.min, "max": question.max})
            ask(run)
        else:
            take(run, question, read)

    def command(self, session: Session, name: str, now: datetime) -> Turn:
        """Do what the person wishes: explain, repeat, go_back, skip, unsure, pause, resume, stop, restart, ask_result.

        Where nothing is running there is nothing to explain or to leave; only ask_result still has an answer.
        Raises KeyError for another name.
        """
        if not session.frames and name != "ask_result":
            return self._not_understood(session, stale=False)
        if session.running and not session.running.waiting:
            return self._go_on(session, now)
        run = self._run(session, now)
        if name != "ask_result":
            run.wake()
        run_command(run, name)
        return run.finish()

    def stop(self, session: Session, now: datetime) -> Turn:
        """End it without asking once more, for a host that has asked; what can be said of open scores is said."""
        run = self._run(session, now)
        end_session(run, STOPPED)
        return run.finish()

    def _go_on(self, session: Session, now: datetime) -> Turn:
        """After a pause that began where nothing was asked: go on to the next question."""
        run = self._run(session, now)
        run.wake()
        advance(run)
        return run.finish()

    def question(self, session: Session, now: datetime | None = None) -> Say | None:
        """The open question again, or None. now: for services that answer only at some hours."""
        if session.running is None:
            return None
        started = session.started_at or "1970-01-01T00:00:00+00:00"
        return open_question(self._run(session, now or datetime.fromisoformat(started)))

    def mend(self, session: Session) -> Session:
        """The session without what these rules no longer hold, for a host that met DefinitionUnavailable.

        Frames from the first missing one upward go; answers and facts stay. When nothing is left, it is stopped.
        """
        known = tuple(takewhile(self._catalog.is_known, session.frames))
        if len(known) == len(session.frames):
            return session
        return replace(session, frames=known, status=session.status if known else STOPPED)

    def asks_freely(self, session: Session) -> bool:
        """Whether what is open takes any words as its answer: a name, hours, a sentence."""
        question = self._catalog.question(session.running) if session.running else None
        return question is not None and question.type in FREE

    def asks_for(self, session: Session) -> str | None:
        """The kind of the open question: "item", "choice", "name" …; None where nothing is open."""
        question = self._catalog.question(session.running) if session.running else None
        return question.type if question else None

    def offers(self) -> tuple[AnswerOption, ...]:
        """First-aid scripts that a person can choose; the code is the flow's name."""
        return offers(self.library)

    def set_language(self, session: Session, language: str, now: datetime, variety: str | None = None) -> Turn:
        """Go on in another language, even in the middle of an instrument; what is open is asked again.

        An instrument that does not exist in that language goes on in its own, and the person is told so.
        """
        run = self._run(session, now)
        run.speak(language, variety)
        if run.top and run.top.kind == INSTRUMENT and run.instrument(run.top).state_in(language) == "none":
            run.respond(NOT_IN_LANGUAGE)
        ask_again(run)
        return run.finish()

    def note_risk(self, session: Session, code: str, level: str, now: datetime, source: str = "phrase") -> Turn:
        """A word of danger was said: note it, let triage act, and open the crisis flow that triage names.

        level: "crisis", or "ask" when the words may mean danger. source: "phrase:<id>" or "intent". Said again, the
        help is given again, and the task advised again.
        """
        run = self._run(session, now)
        begin_afresh(run)
        run.wake()
        fact = f"risk.{code}"
        if run.facts.get(fact) != CRISIS:
            run.facts[fact] = level
        shown = Shown(code, frozenset({fact}), source, spoken=True)
        rules = fire(run, shown)
        if not any(shown.facts & rule.when.facts for rule in rules):
            note_unruled(run, code, level, source)
        open_crises(run, rules, within=False)
        advance(run)
        return run.finish()

    def _run(self, session: Session, now: datetime) -> Run:
        return Run(session, self._catalog, self.calendar, now)


__all__ = ["Engine", "Option", "Reply", "Say", "Session", "Turn"]
