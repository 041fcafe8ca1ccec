"""All entities of a message, each piece of the text only once."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from bot.nlu.entities.ages import find_ages
from bot.nlu.entities.entity import Entity
from bot.nlu.entities.names import find_names
from bot.nlu.entities.phones import find_phones
from bot.nlu.entities.places import find_places

TIME_READER = "screening.time_talk:times_in"
"""Understanding does not know the engine; the one reader of hours that the whole house shares is plugged in by name."""


class TimeSaid(Protocol):
    """What the reader of hours gives."""

    value: str
    start: int
    end: int


TimeReader = Callable[[str], TimeSaid | None]


def find_entities(text: str, read_times: TimeReader | None = None) -> list[Entity]:
    """The entities in order. A phone number is nothing else; a name is no place, and a place no name."""
    phones = find_phones(text)
    rest = _blanked(text, phones)
    ages = find_ages(rest)
    places = find_places(rest)
    names = [one for one in find_names(rest) if not _overlap(one, places)]
    said = (read_times or time_reader())(_blanked(rest, ages))
    times = [Entity("time", said.start, said.end, said.value)] if said else []
    return sorted([*phones, *ages, *places, *names, *times], key=lambda one: (one.start, one.end))


def time_reader(name: str = TIME_READER) -> TimeReader:
    """The reader of that name, module:function."""
    if name not in _READERS:
        module, _, function = name.partition(":")
        _READERS[name] = getattr(import_module(module), function)
    return _READERS[name]


_READERS: dict[str, TimeReader] = {}


def _blanked(text: str, found: list[Entity]) -> str:
    """The text with what was found covered by a sign that nothing reads, so that positions stay."""
    for one in found:
        text = f"{text[: one.start]}{'_' * (one.end - one.start)}{text[one.end :]}"
    return text


def _overlap(entity: Entity, others: list[Entity]) -> bool:
    return any(one.start < entity.end and entity.start < one.end for one in others)
