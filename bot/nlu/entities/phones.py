"""Peruvian phone numbers however they are written or spelled out: «987 654 321», «nueve ocho siete…», «isqun pusaq…».

A run of digits counts only as a whole: with one digit too few or too many it is no number at all, and the question is
asked again rather than a stranger called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import phonenumbers

from bot.nlu.entities.entity import Entity
from bot.nlu.entities.numbers import spoken_digits

COUNTRY = "PE"
_FEWEST, _MOST = 8, 15
_RUN = re.compile(r"[+(]?\d(?:[\s().,/-]*\d)*")
_GROUP = re.compile(r"\d+")
_PARTING = re.compile(r"[,/\n]|\s[-–]+\s|\s{2,}")
_MOBILE = re.compile(r"9\d{8}")
_SHAPES = re.compile(r"(?:51)?9\d{8}|0\d{8}|51[1-8]\d{7}|00\d{8,13}")


@dataclass(frozen=True)
class _Group:
    """Digits that stand together."""

    digits: str
    start: int
    end: int


def find_phones(text: str) -> list[Entity]:
    """Valid numbers, in E.164."""
    written = [phone for run in _RUN.finditer(text) for phone in _of_run(text, run.start(), run.end())]
    return written or list(_spoken(text))


def _of_run(text: str, start: int, end: int) -> Iterator[Entity]:
    run = text[start:end]
    if sum(map(str.isdecimal, run)) < _FEWEST:
        return
    abroad = start < len(text) and text[start] == "+"
    groups = [_Group(m[0], start + m.start(), start + m.end()) for m in _GROUP.finditer(run)]
    whole = _parted(groups, abroad)
    if whole is not None:
        yield from whole
        return
    at = start
    for piece in [*_PARTING.finditer(run), None]:
        stop = start + piece.start() if piece else end
        inner = [group for group in groups if at <= group.start and group.end <= stop]
        yield from _parted(inner, abroad and at == start) or ()
        at = start + piece.end() if piece else end


def _parted(groups: Sequence[_Group], abroad: bool) -> list[Entity] | None:
    """The groups as numbers one behind the other with nothing left over, or None."""
    if not groups:
        return []
    for count in range(len(groups), 0, -1):
        number = _number("".join(group.digits for group in groups[:count]), abroad)
        rest = _parted(groups[count:], False) if number else None
        if number and rest is not None:
            return [Entity("phone", groups[0].start - abroad, groups[count - 1].end, number), *rest]
    return None


def _number(digits: str, abroad: bool) -> str | None:
    """In E.164, or None for what is no number that can be called."""
    if not _FEWEST <= len(digits) <= _MOST or not (abroad or _SHAPES.fullmatch(digits)):
        return None
    international = f"+{digits}" if abroad else f"+{digits[2:]}" if digits.startswith("00") else digits
    try:
        number = phonenumbers.parse(international, COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _spoken(text: str) -> Iterator[Entity]:
    """Numbers said in words, or in words and digits."""
    for run in spoken_digits(text):
        number = next((found for digits in run.readings if (found := _number(digits, run.plus))), None)
        if number:
            yield Entity("phone", run.start, run.end, number)
