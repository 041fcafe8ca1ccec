"""Phone numbers, ages, names, places and hours: precision and recall by value, and by presence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from bot.nlu.orthography import fold
from tests.evaluation.data import EntityLine
from tests.evaluation.scores import share
from tests.evaluation.understanding import Understood

PERU = "51"
MOBILE = 9


@dataclass(frozen=True)
class EntityScores:
    """expected, found: how many; precision and recall by value; presence: share of expected found at all."""

    expected: int
    found: int
    precision: float
    recall: float
    presence: float


@dataclass(frozen=True)
class Noted:
    """A message with the details expected and found, in comparable form."""

    line: EntityLine
    expected: Counter[tuple[str, str]]
    found: Counter[tuple[str, str]]


def note_all(lines: list[EntityLine], read_all: Callable[[list[str]], list[Understood]]) -> list[Noted]:
    """Each message with what was found in it."""
    heard = read_all([one.text for one in lines])
    return [
        Noted(line, _comparable(line.entities), _comparable(found.entities))
        for line, found in zip(lines, heard, strict=True)
    ]


def by_kind(noted: list[Noted]) -> dict[str, EntityScores]:
    """Figures of all details, of each language, and of every kind."""
    kinds = sorted({kind for one in noted for kind, _ in (*one.expected, *one.found)})
    found = {"all": score(noted, None)}
    for language in ("es", "qu"):
        found[language] = score([one for one in noted if one.line.language == language], None)
    return {**found, **{kind: score(noted, kind) for kind in kinds}}


def score(noted: list[Noted], kind: str | None) -> EntityScores:
    """The figures of one kind of detail; None: of all."""
    expected = found = right = present = 0
    for one in noted:
        want, have = _only(one.expected, kind), _only(one.found, kind)
        expected, found = expected + want.total(), found + have.total()
        right += (want & have).total()
        present += (_kinds(want) & _kinds(have)).total()
    return EntityScores(expected, found, share(right, found), share(right, expected), share(present, expected))


def comparable(kind: str, value: str) -> str:
    """The value in the form in which it is compared: a phone's digits without the country, folded words."""
    if kind == "phone":
        digits = re.sub(r"\D", "", value)
        return digits[len(PERU) :] if digits.startswith(PERU) and len(digits) == len(PERU) + MOBILE else digits
    return " ".join(fold(value, quechua=False).split())


def _comparable(entities: tuple[tuple[str, str], ...]) -> Counter[tuple[str, str]]:
    """Each detail once; a time of several windows counts as several."""
    return Counter((kind, comparable(kind, part)) for kind, value in entities for part in _parts(kind, value))


def _parts(kind: str, value: str) -> list[str]:
    return value.split(",") if kind == "time" else [value]


def _only(entities: Counter[tuple[str, str]], kind: str | None) -> Counter[tuple[str, str]]:
    return Counter({key: times for key, times in entities.items() if kind in (None, key[0])})


def _kinds(entities: Counter[tuple[str, str]]) -> Counter[str]:
    kinds: Counter[str] = Counter()
    for (kind, _), times in entities.items():
        kinds[kind] += times
    return kinds
