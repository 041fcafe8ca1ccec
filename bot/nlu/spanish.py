"""Spanish words for matching: attached pronouns come off (morirme -> morir), and everyday forms have a lemma."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from bot.nlu.orthography import fold

_FILE = Path(__file__).with_name("spanish_words.txt")
_PRONOUNS = r"(?:me|te|se|nos|les?|los?|las?)"
_INFINITIVE = re.compile(rf"^(\w{{2,}}[aeií]r){_PRONOUNS}{{1,2}}$")
_GERUND = re.compile(rf"^(\w+(?:ando|iendo|yendo)){_PRONOUNS}{{1,2}}$")
_COMMAND = re.compile(rf"^(\w{{2,}}[aeo]n?){_PRONOUNS}{{1,2}}$")
_SHORTEST_LOAN = 3

NUMBERS = {
    "cero": 0, "uno": 1, "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6,
    "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14,
    "quince": 15, "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20,
    "veintiuno": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25,
    "veintiseis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29, "treinta": 30, "cuarenta": 40,
    "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90,
}  # fmt: skip


@lru_cache(maxsize=20_000)
def spanish_lemma(word: str) -> str:
    """The folded word without attached pronouns; other forms stay as they are."""
    key = fold(word, quechua=False)
    for pattern in (_INFINITIVE, _GERUND):
        if match := pattern.match(key):
            return match[1]
    return key


@lru_cache(maxsize=20_000)
def dictionary_form(word: str) -> str:
    """The folded infinitive or singular of a listed word, pronouns taken off; else as spanish_lemma()."""
    key, lemmas = fold(word, quechua=False), _lemmas()
    if key in lemmas:
        return lemmas[key]
    bare = spanish_lemma(word)
    if bare != key:
        return lemmas.get(bare, bare)
    # dejame -> dejar; only over a listed form, because many nouns end like a pronoun (carlos, problema).
    match = _COMMAND.match(key)
    return lemmas.get(match[1], key) if match else key


@lru_cache(maxsize=1)
def loan_roots() -> dict[str, str]:
    """Roots that Quechua speakers take from Spanish -> v or n: trabaja-, puede-, doctor; j also as h (trabaha-)."""
    loans: dict[str, str] = {}
    for kind, word, stem, _ in _words():
        infinitive = fold(word, quechua=False)
        roots = [infinitive] if kind == "n" else [infinitive[:-1], *_changed_root(infinitive, stem)]
        for root in (r for r in roots if len(r) >= _SHORTEST_LOAN):
            for spelling in {root, root.replace("j", "h")}:
                loans.setdefault(spelling, kind)
    return loans


def spanish_forms() -> frozenset[str]:
    """Every folded form of the word list."""
    return frozenset(_lemmas())


def number_value(words: list[str]) -> int | None:
    """The value of a Spanish numeral up to 99: [treinta, y, cuatro] -> 34; None if it is none."""
    values = [NUMBERS.get(fold(word, quechua=False)) for word in words if word.lower() != "y"]
    known = [value for value in values if value is not None]
    if not known or len(known) != len(values):
        return None
    return sum(known)


def _words() -> Iterator[tuple[str, str, str, list[str]]]:
    """Kind, lemma, changed stem ("" for none) and irregular forms of each line."""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, word, stem, forms = line.split("\t")
            yield kind, word, "" if stem == "-" else stem, [] if forms == "-" else forms.split()


@lru_cache(maxsize=1)
def _lemmas() -> dict[str, str]:
    """Form -> lemma, both folded: nouns before irregular verb forms before regular ones."""
    words = [(kind, fold(word, quechua=False), stem, forms) for kind, word, stem, forms in _words()]
    lemmas = {word: word for _, word, _, _ in words}
    for kind, word, _, forms in words:
        for form in forms if kind == "v" else [_plural(word)]:
            lemmas.setdefault(fold(form, quechua=False), word)
    for kind, word, stem, _ in words:
        if kind == "v" and word[-2:] in _ENDINGS:
            for form in _regular_forms(word, fold(stem, quechua=False)):
                lemmas.setdefault(form, word)
    return lemmas


def _plural(word: str) -> str:
    if word[-1] in "aeiou":
        return f"{word}s"
    return f"{word[:-1]}ces" if word[-1] == "z" else f"{word}es"


_ENDINGS = {
    "ar": (
        "as a an",
        "o",
        "amos aste o aron aba abas abamos aban ando ado ada ados adas ara aras aran",
        "e es e emos en",
    ),
    "er": (
        "es e en",
        "o",
        "emos iste io imos ieron ia ias iamos ian iendo ido ida idos idas iera ieras ieran",
        "a as amos an",
    ),
    "ir": (
        "es e en",
        "o",
        "imos iste io ieron ia ias iamos ian iendo ido ida idos idas iera ieras ieran",
        "a as amos an",
    ),
}
_FIRST_PAST = {"ar": "e", "er": "i", "ir": "i"}
_AFTER_INFINITIVE = ("e", "as", "a", "emos", "an", "ia", "ias", "iamos", "ian")
_FIRST_PERSON_ONLY = ("zc", "j", "ig", "jc")


def _regular_forms(infinitive: str, changed: str) -> Iterator[str]:
    """The forms of one verb, without accents. changed: stem of puedo and puede, or only of conozco."""
    stem, ending = infinitive[:-2], infinitive[-2:]
    stressed, first, rest, wish = (part.split() for part in _ENDINGS[ending])
    narrow = changed.endswith(_FIRST_PERSON_ONLY)
    yield from (infinitive + e for e in _AFTER_INFINITIVE)
    yield from ((stem if narrow or not changed else changed) + e for e in stressed)
    yield from ((changed or stem) + e for e in first)
    yield from (stem + e for e in rest)
    yield from ((changed or stem) + e if ending != "ar" else _soft(changed or stem) + e for e in wish)
    yield (_soft(stem) if ending == "ar" else stem) + _FIRST_PAST[ending]
    if ending == "ar":
        yield from (_soft(stem) + e for e in ("e", "es", "emos", "en"))


def _soft(stem: str) -> str:
    """The spelling before e: busc- busque, lleg- llegue, abraz- abrace."""
    for letters, written in (("c", "qu"), ("g", "gu"), ("z", "c")):
        if stem.endswith(letters):
            return stem[: -len(letters)] + written
    return stem


def _changed_root(infinitive: str, stem: str) -> list[str]:
    """puede-, entiende-: the third person, as Quechua speakers borrow it."""
    stem = fold(stem, quechua=False)
    if not stem or stem.endswith(_FIRST_PERSON_ONLY):
        return []
    return [stem + ("a" if infinitive.endswith("ar") else "e")]
