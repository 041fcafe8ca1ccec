"""Digits that are said in words, one by one or in tens and hundreds, in Spanish, Quechua or both mixed with figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.nlu.orthography import fold
from bot.nlu.quechua.words import number_value
from bot.nlu.spanish import NUMBERS

_HUNDREDS = {
    "cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300, "cuatrocientos": 400, "quinientos": 500,
    "seiscientos": 600, "setecientos": 700, "ochocientos": 800, "novecientos": 900,
}  # fmt: skip
_AGAIN = {"doble": 2, "triple": 3}
_PLUS, _AND = "mas", "y"
_WORD = re.compile(r"\d+|[^\W\d_]+(?:[’ʼ'][^\W\d_]+)*|[^\s,.;:/()\-–]")
_QUECHUA_TEN = 10
_ENDING = re.compile(r"(?<=[aiun])(?:mi|m|ta|qa|pas|pis)$|(?<=[^aiu])mi$")
_FEWEST_WORDS = 3
_HINT = re.compile(
    r"cero|uno|dos|tres|cuatr|cinc|seis|siet|och|nuev|venti|veinti|chusaq|hu[kq]|is[hk]k?ay|ki[mn]sa|taw|pi[chs]+qa|phis"
    r"|s[uo]qta|qanch|pus|isqu|esqo|isqo"
)


@dataclass(frozen=True)
class Run:
    """Digits said one after the other. readings: as strings, the likeliest first; plus: «más» stood before them."""

    start: int
    end: int
    readings: tuple[str, ...]
    plus: bool


@dataclass(frozen=True)
class _Said:
    """A number word. kind: figures, units, teens (11-29), tens, hundreds, ten (chunka), again, plus or and."""

    kind: str
    value: int
    figures: str = ""


def spoken_digits(text: str) -> Iterator[Run]:
    """Every run of number words that has at least three of them."""
    if len(_HINT.findall(text.lower())) < _FEWEST_WORDS:
        return
    run: list[tuple[_Said, int, int]] = []
    for match in _WORD.finditer(text):
        said = _said(match[0])
        if said is None:
            yield from _made(run)
            run = []
        elif run or said.kind != "and":
            run.append((said, match.start(), match.end()))
    yield from _made(run)


def _made(run: list[tuple[_Said, int, int]]) -> Iterator[Run]:
    while run and run[-1][0].kind in ("and", "plus", "again"):
        run = run[:-1]
    if sum(said.kind != "figures" for said, _, _ in run) < _FEWEST_WORDS:
        return
    plus = run[0][0].kind == "plus"
    words = [said for said, _, _ in run if said.kind != "plus"]
    readings = dict.fromkeys(_digits(words, loose) for loose in (False, True))
    yield Run(run[0][1], run[-1][2], tuple(readings), plus)


def _digits(words: list[_Said], loose: bool) -> str:
    """loose: «ochenta siete» is 87 and not 80 7."""
    made: list[list[int | str]] = []
    joins, again = False, 1
    for word in words:
        if word.kind == "and":
            joins = True
        elif word.kind == "again":
            again = word.value
        else:
            _put(made, word, joins or loose)
            made += [list(made[-1])] * (again - 1)
            joins, again = False, 1
    return "".join(str(value) for value, _ in made)


def _put(made: list[list[int | str]], word: _Said, joined: bool) -> None:
    """Add a word to what was said last where the two are one number, else behind it."""
    last, kind = made[-1] if made else (0, "")
    if isinstance(last, int):
        smaller = {"hundreds": ("tens", "teens", "units"), "tens": ("units",), "ten": ("units",)}.get(str(kind), ())
        if word.kind == "ten" and kind == "units" and last > 1:
            made[-1] = [last * _QUECHUA_TEN, "ten"]
            return
        fits = word.kind in smaller and (kind != "tens" or joined) and last % 10 == 0 and word.value > 0
        if fits and (kind != "ten" or word.figures == "having") and (kind != "hundreds" or last % 100 == 0):
            made[-1] = [last + word.value, "tens" if word.kind == "tens" else "whole"]
            return
    made.append([word.figures, "figures"] if word.kind == "figures" else [word.value, word.kind])


@lru_cache(maxsize=4096)
def _said(word: str) -> _Said | None:
    if word.isdecimal():
        return _Said("figures", 0, word) if len(word) <= 9 else None
    key = fold(word, quechua=False)
    if key in NUMBERS:
        value = NUMBERS[key]
        return _Said("units" if value < 10 else "tens" if value % 10 == 0 and value > 10 else "teens", value)
    for kind, table in (("hundreds", _HUNDREDS), ("again", _AGAIN), ("plus", {_PLUS: 0}), ("and", {_AND: 0})):
        if key in table:
            return _Said(kind, table[key])
    return _quechua(key)


def _quechua(key: str) -> _Said | None:
    for form in dict.fromkeys((key, _ENDING.sub("", key))):
        value = number_value([form])
        if value is not None and value <= _QUECHUA_TEN:
            having = "having" if form.endswith(("yuq", "yoq")) else ""
            return _Said("ten" if value == _QUECHUA_TEN else "units", value, having)
    return None
