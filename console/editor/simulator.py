"""A conversation on rules that nobody uses yet: replayed from the list of answers at each step, and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from console.editor.wording import Speaker, Words
from screening.definitions import Library
from screening.engine import Engine
from screening.errors import EngineError
from screening.events import Event
from screening.play import PLAYED
from screening.session import INSTRUMENT, Session
from screening.turn import QUESTION, Option, Reply, Say, Turn

MOST_ANSWERS = 150
"""Longer than any conversation of ours; the list stands in a field of the form."""
LONGEST_TEXT = 200
TAPPED, TYPED, WISHED = "b", "t", "w"
WISHES = ("explain", "repeat", "go_back", "skip", "unsure", "pause", "stop", "ask_result")


@dataclass(frozen=True)
class Profile:
    """Whom it is tried with. age: None when the person has not said it."""

    language: str = "es"
    age: int | None = None
    sex: str | None = None
    district: str | None = None

    def facts(self) -> dict[str, Any]:
        """What the conversation knows beforehand."""
        known = {"age": self.age, "sex": self.sex, "district": self.district}
        return {name: value for name, value in known.items() if value not in (None, "")}


@dataclass(frozen=True)
class Button:
    """A button. send: what a tap adds to the list of answers."""

    words: Words
    send: str


@dataclass(frozen=True)
class Bubble:
    """Something said. mine: by the person; buttons: only of the question that is open now."""

    words: Words
    mine: bool = False
    buttons: tuple[Button, ...] = ()
    delay: float = 0


@dataclass(frozen=True)
class Played:
    """A conversation so far. ended: nothing is asked any more; trouble: why it could not go on."""

    session: Session
    bubbles: tuple[Bubble, ...]
    events: tuple[Event, ...]
    answers: tuple[str, ...]
    ended: bool = False
    trouble: str = ""
    begun: Session | None = None


def can_start(library: Library) -> list[tuple[str, str]]:
    """(name, title) of all that a trial can begin with, flows first."""
    flows = [(flow.name, flow.title) for flow in library.newest_flows()]
    return flows + [(f"{INSTRUMENT}:{one.name}", one.title) for one in library.newest_instruments() if one.items]


def simulate(
    engine: Engine, speaker: Speaker, start: str, profile: Profile, answers: Sequence[str], now: datetime
) -> Played:
    """The conversation that begins with `start` and in which these answers were given.

    answers: "b:" and an option's code, "t:" and typed words, "w:" and a wish. What no longer fits ends the replay.
    """
    try:
        turn = engine.start(start, PLAYED, profile.language, now, profile.facts())
    except (EngineError, KeyError) as error:
        empty = Session.fresh(PLAYED, profile.language, now)
        return Played(empty, (), (), (), ended=True, trouble=type(error).__name__)
    return _replay(engine, speaker, turn, answers[:MOST_ANSWERS], now)


def _replay(engine: Engine, speaker: Speaker, turn: Turn, answers: Sequence[str], now: datetime) -> Played:
    bubbles, events, given = list(_said(speaker, turn)), list(turn.events), []
    trouble = ""
    for answer in answers:
        try:
            mine, after = _answer(engine, speaker, turn.session, answer, now)
        except (EngineError, KeyError) as error:
            trouble = type(error).__name__
            break
        if after is None:
            trouble = "not_offered"
            break
        given.append(answer)
        bubbles.append(Bubble(mine, mine=True))
        if after.understood:
            bubbles += _said(speaker, after)
        else:
            bubbles.append(Bubble(Words(speaker.response("utter_not_understood"))))
        turn = after
        events += after.events
    open_now = _open(engine, speaker, turn.session, now)
    if open_now and bubbles:
        bubbles[-1] = replace(bubbles[-1], buttons=open_now)
    session = turn.session
    asked = engine.question(session, now)
    return Played(session, tuple(bubbles), tuple(events), tuple(given), asked is None, trouble)


def _said(speaker: Speaker, turn: Turn) -> Iterator[Bubble]:
    for say in turn.say:
        yield Bubble(speaker.say(say), delay=say.delay)


def _open(engine: Engine, speaker: Speaker, session: Session, now: datetime) -> tuple[Button, ...]:
    asked = engine.question(session, now)
    if asked is None:
        return ()
    return tuple(Button(speaker.label(option), f"{TAPPED}:{option.code}") for option in asked.options)


def _answer(
    engine: Engine, speaker: Speaker, session: Session, answer: str, now: datetime
) -> tuple[Words, Turn | None]:
    kind, _, said = answer.partition(":")
    if kind == WISHED and said in WISHES:
        return Words(f"/{said}"), engine.command(session, said, now)
    if kind == TYPED:
        words = said[:LONGEST_TEXT]
        return Words(words), engine.reply(session, Reply(text=words), now)
    option = _option(engine.question(session, now), said)
    if kind != TAPPED or option is None:
        return Words(said), None
    return speaker.label(option), engine.reply(session, Reply(choice=option.key), now)


def _option(asked: Say | None, code: str) -> Option | None:
    return next((one for one in asked.options if one.code == code), None) if asked else None


def typed_answers(field: str) -> tuple[str, ...]:
    """The list of answers as it stands in the form, one a line."""
    lines = (line.strip()[: LONGEST_TEXT + 2] for line in field.splitlines())
    return tuple(line for line in lines if line[:2] in (f"{TAPPED}:", f"{TYPED}:", f"{WISHED}:"))[:MOST_ANSWERS]


def facts_of(session: Session) -> Mapping[str, Any]:
    """What is known at the end."""
    return session.facts


__all__ = ["QUESTION", "Played", "Profile", "can_start", "facts_of", "simulate", "typed_answers"]
