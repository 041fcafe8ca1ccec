"""What could tell who somebody is, taken out of a message: numbers, addresses, links, names and places.

Rules and word lists only (redaction.yml, places.csv). They rather take out too much than too little; a capitalised word
within a sentence counts as a name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from followup.ruleset import RULES_FOLDER
from screening.fold import fold

_WORDS_FILE = Path(__file__).with_name("redaction.yml")
_MAIL = re.compile(r"\S+@\S+\.\S+")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|pe|org|net|me|gob|edu)\b\S*|(?<!\w)@\w{2,}", re.IGNORECASE)
_DIGITS = re.compile(r"\+?\d(?:[\s().,\-/]{0,3}\d)*")
_WORD = re.compile(r"\w+(?:['’ʼ]\w+)*")
_ENDS_A_SENTENCE = re.compile(r"[.!?…:\n«\"]\s*[¿¡]?\s*$|^\W*$")
_SPACES = re.compile(r"\s+")
# What we put in, while the rest is looked at: signs that no keyboard makes, so that no rule reads our own marks.
_KINDS = ("name", "place", "number", "mail", "link", "address")
_HOLDERS = {kind: chr(0xE000 + number) for number, kind in enumerate(_KINDS)}
_LONGEST_PLACE = 7
_LONGEST_NAME = 4
_FEWEST_LETTERS = 4


@dataclass(frozen=True)
class _Word:
    text: str
    folded: str
    start: int
    end: int
    begins: bool

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()


@dataclass(frozen=True)
class _Lists:
    marks: Mapping[str, str]
    before_a_name: frozenset[str]
    before_a_known_name: frozenset[str]
    kin: frozenset[str]
    not_a_name: frozenset[str]
    capital_but_no_name: frozenset[str]
    known_names: frozenset[str]
    address: frozenset[str]
    number_words: frozenset[str]
    also_places: frozenset[str]
    suffixes: tuple[str, ...]
    address_words: int
    many_numbers: int
    many_digits: int


def redact(text: str, names: Iterable[str] = (), rules: Path = RULES_FOLDER) -> str:
    """The text with a mark such as «[nombre]» in the place of each thing that could tell who it is about.

    names: what is known of the person besides: their name, and others they gave us. rules: folder of places.csv.
    """
    lists = _lists()
    text = _MAIL.sub(_HOLDERS["mail"], text)
    text = _LINK.sub(_HOLDERS["link"], text)
    text = _DIGITS.sub(lambda found: _number(found[0], lists), text)
    words = _words(text)
    marked: dict[int, str] = {}
    for find in (_numbers_in_words, _addresses, _places_in(rules), _names_in(names)):
        for number, kind in find(words, lists):
            marked.setdefault(number, kind)
    return _SPACES.sub(" ", _with_marks(text, words, marked, lists)).strip()


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    data: dict[str, Any] = yaml.safe_load(_WORDS_FILE.read_text(encoding="utf-8"))

    def folded(name: str) -> frozenset[str]:
        return frozenset(fold(str(word)) for word in data[name])

    return _Lists(
        marks=data["marks"],
        before_a_name=folded("before_a_name"),
        before_a_known_name=folded("before_a_known_name"),
        kin=folded("kin"),
        not_a_name=folded("not_a_name"),
        capital_but_no_name=folded("capital_but_no_name"),
        known_names=folded("known_names"),
        address=folded("address"),
        number_words=folded("number_words"),
        also_places=folded("words_that_are_also_places"),
        suffixes=tuple(sorted(data["suffixes"], key=len, reverse=True)),
        address_words=int(data["address_words"]),
        many_numbers=int(data["many_numbers"]),
        many_digits=int(data["many_digits"]),
    )


@lru_cache(maxsize=4)
def _places(rules: Path) -> frozenset[str]:
    with (rules / "places.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return frozenset(fold(row[column]) for row in rows for column in ("district", "province", "department"))


def _number(digits: str, lists: _Lists) -> str:
    many = sum(sign.isdigit() for sign in digits) >= lists.many_digits
    return _HOLDERS["number"] if many else digits


def _words(text: str) -> list[_Word]:
    return [
        _Word(one[0], fold(one[0]), one.start(), one.end(), bool(_ENDS_A_SENTENCE.search(text[: one.start()])))
        for one in _WORD.finditer(text)
    ]


Found = Iterator[tuple[int, str]]


def _numbers_in_words(words: list[_Word], lists: _Lists) -> Found:
    """«nueve ocho siete seis cinco cuatro»: a number that is spelt out."""
    run: list[int] = []
    for at in range(len(words) + 1):
        if at < len(words) and (words[at].folded in lists.number_words or words[at].text.isdigit()):
            run.append(at)
            continue
        if len(run) >= lists.many_numbers:
            yield from ((number, "number") for number in run)
        run = []


def _addresses(words: list[_Word], lists: _Lists) -> Found:
    """«Jr. Los Pinos 345»: the word for a street and what follows it."""
    for at, word in enumerate(words):
        pair = f"{word.folded} {words[at + 1].folded}" if at + 1 < len(words) else ""
        if word.folded in lists.address or pair in lists.address:
            yield from ((number, "address") for number in range(at, min(at + 1 + lists.address_words, len(words))))


def _places_in(rules: Path) -> Any:
    known = _places(rules)

    def find(words: list[_Word], lists: _Lists) -> Found:
        at = 0
        while at < len(words):
            length = _place_at(words, at, known, lists)
            yield from ((number, "place") for number in range(at, at + length))
            at += max(length, 1)

    return find


def _place_at(words: list[_Word], at: int, known: frozenset[str], lists: _Lists) -> int:
    """How many words from there on name a place."""
    for length in range(min(_LONGEST_PLACE, len(words) - at), 0, -1):
        *before, last = (word.folded for word in words[at : at + length])
        for stem in _stems(last, lists):
            name = " ".join((*before, stem))
            plain = (len(name) < _FEWEST_LETTERS or name in lists.also_places) and not words[at].capital
            if name in known and not plain and name not in lists.known_names:
                return length
    return 0


def _stems(word: str, lists: _Lists) -> Iterator[str]:
    """The word, and without each ending that Quechua may have put on it."""
    yield word
    for suffix in lists.suffixes:
        if word.endswith(suffix) and len(word) - len(suffix) >= _FEWEST_LETTERS:
            yield word[: -len(suffix)]


def _names_in(given: Iterable[str]) -> Any:
    own = {part for name in given for part in fold(name).split() if len(part) > 1}

    def find(words: list[_Word], lists: _Lists) -> Found:
        shouting = sum(word.text.isupper() for word in words) * 2 > len(words)
        until = 0
        for at, word in enumerate(words):
            led = max(_led_by(words, at, lists), until - at)
            if led > 0 and word.folded not in lists.not_a_name:
                until = at + led
                yield at, "name"
                continue
            until = min(until, at)
            if _is_name(word, own, lists, shouting) or _kin_of(words, at, lists):
                yield at, "name"

    return find


def _led_by(words: list[_Word], at: int, lists: _Lists) -> int:
    """How many words from there on are a name because of «me llamo» and the like before it."""
    one = words[at - 1].folded if at else ""
    two = " ".join(word.folded for word in words[max(0, at - 2) : at])
    three = " ".join(word.folded for word in words[max(0, at - 3) : at])
    return _LONGEST_NAME if {one, two, three} & lists.before_a_name else 0


def _is_name(word: _Word, own: set[str], lists: _Lists, shouting: bool) -> bool:
    stems = set(_stems(word.folded, lists))
    if stems & own or stems & lists.known_names:
        return True
    if word.folded in lists.capital_but_no_name or word.folded in lists.not_a_name:
        return False
    return word.capital and not word.begins and not (shouting and word.text.isupper()) and len(word.text) > 1


def _kin_of(words: list[_Word], at: int, lists: _Lists) -> bool:
    """«Mi hijo Juan», «mi hermana rosalinda»: whoever stands behind a relative, if it can be a name."""
    word = words[at]
    if not at or word.folded in lists.not_a_name or word.folded in lists.capital_but_no_name:
        return False
    before = words[at - 1].folded
    if before in lists.kin or before in lists.before_a_known_name:
        return word.capital
    return False


def _with_marks(text: str, words: list[_Word], marked: Mapping[int, str], lists: _Lists) -> str:
    """The text with one mark for each run of words of a kind."""
    made, place, last = [], 0, ""
    for number, word in enumerate(words):
        kind = marked.get(number, "")
        if kind:
            gap = text[place : word.start]
            made.append(gap if not (last == kind and not gap.strip(" .,-")) else "")
            made.append("" if made[-1] == "" and last == kind else _HOLDERS[kind])
        else:
            made.append(text[place : word.end])
        place, last = word.end, kind
    whole = "".join([*made, text[place:]])
    for kind, holder in _HOLDERS.items():
        whole = whole.replace(holder, lists.marks[kind])
    return whole
