"""Plays a flow or an instrument by itself, without any channel: for staff who want to see what a person would see."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime

from screening.engine import Engine, Reply, Say, Turn
from screening.errors import DefinitionUnavailable
from screening.session import INSTRUMENT, PAUSED, Session

Played = Generator[Turn, str, None]
PLAYED = "demo"


def play(engine: Engine, name: str, language: str, clock: Callable[[], datetime]) -> Played:
    """A conversation as a generator: it yields turns and is sent what the person writes, until nothing is asked.

    What is written may be an answer, the number of an option, or a wish with a slash, such as /explain or /go_back.
    Raises DefinitionUnavailable when there is no such flow or instrument.
    """
    turn = engine.start(_named(engine, name), PLAYED, language, clock())
    while turn.session.frames and turn.session.status != PAUSED:
        text = yield turn
        turn = _step(engine, turn.session, text.strip(), clock())
    yield turn


def _named(engine: Engine, name: str) -> str:
    if engine.library.flow(name):
        return name
    if engine.library.instrument(name):
        return f"{INSTRUMENT}:{name}"
    raise DefinitionUnavailable(name, "")


def _step(engine: Engine, session: Session, text: str, now: datetime) -> Turn:
    if text.startswith("/"):
        try:
            return engine.command(session, text[1:], now)
        except KeyError:
            return Turn(session, understood=False)
    question = engine.question(session, now)
    number = int(text) - 1 if text.isdecimal() and len(text) < 3 else -1
    if question and question.options and 0 <= number < len(question.options):
        return engine.reply(session, Reply(choice=question.options[number].key), now)
    return engine.reply(session, Reply(text=text), now)


def shown(say: Say) -> str:
    """A thing to say as plain text for the terminal: the text, or the response's name, then the numbered options."""
    text = _filled(say) if say.text else f"[{say.response}]"
    counted = f"({say.progress[0]}/{say.progress[1]}) " if say.progress else ""
    options = [f"   {number}. {option.label}" for number, option in enumerate(say.options, start=1)]
    return "\n".join([counted + text, *options])


def _filled(say: Say) -> str:
    values = {name: _value(value) for name, value in say.fields.items()}
    return say.text.format_map(values) if say.text and values else say.text or ""


def _value(value: object) -> str:
    if isinstance(value, dict):
        return str(value["text"][1] if "text" in value else value.get("datetime", ""))
    return str(value)
