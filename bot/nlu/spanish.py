"""Spanish words for matching: attached pronouns are taken off infinitives and gerunds (morirme -> morir)."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.nlu.orthography import fold

_PRONOUNS = r"(?:me|te|se|nos|les?|los?|las?)"
_INFINITIVE = re.compile(rf"^(\w{{2,}}[aeií]r){_PRONOUNS}{{1,2}}$")
_GERUND = re.compile(rf"^(\w+(?:ando|iendo|yendo)){_PRONOUNS}{{1,2}}$")

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


def number_value(words: list[str]) -> int | None:
    """The value of a Spanish numeral up to 99: [treinta, y, cuatro] -> 34; None if it is none."""
    values = [NUMBERS.get(fold(word, quechua=False)) for word in words if word.lower() != "y"]
    known = [value for value in values if value is not None]
    if not known or len(known) != len(values):
        return None
    return sum(known)
