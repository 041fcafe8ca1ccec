"""Function words and number words of Southern Quechua, Chanka and Cuzco-Collao side by side."""

from __future__ import annotations

from pathlib import Path

from bot.nlu.orthography import fold
from bot.nlu.quechua.segmenter import segment

STOP_WORDS = frozenset(Path(__file__).with_name("stop_words.txt").read_text(encoding="utf-8").split())

NUMBERS = {
    "chusaq": 0, "huk": 1, "huq": 1, "uk": 1, "iskay": 2, "ishkay": 2, "kimsa": 3, "kinsa": 3, "tawa": 4, "pichqa": 5,
    "pisqa": 5, "phisqa": 5, "phishqa": 5, "suqta": 6, "soqta": 6, "qanchis": 7, "pusaq": 8, "isqun": 9, "esqon": 9,
    "chunka": 10, "pachak": 100, "pachaq": 100, "waranqa": 1000,
}  # fmt: skip
_BY_KEY = {fold(word, quechua=True): value for word, value in NUMBERS.items()}
_HAVING = ("niyuq", "yuq")


def number_value(words: list[str]) -> int | None:
    """The value of a Quechua numeral up to 999, or None: [chunka, pusaqniyuq] -> 18, [iskay, chunka] -> 20."""
    total, unit = 0, 0
    if not words:
        return None
    for word in words:
        value = _single(fold(word, quechua=True))
        if value is None:
            return None
        if value >= 10:
            total += max(unit, 1) * value
            unit = 0
        else:
            total, unit = total + unit, value
    return total + unit


def is_number(word: str) -> bool:
    """Whether it is one word of a Quechua numeral, also with -niyuq, a case or a clitic: pusaqniyuq, kimsata."""
    return segment(word).root in _BY_KEY


def _single(key: str) -> int | None:
    if key in _BY_KEY:
        return _BY_KEY[key]
    for ending in _HAVING:
        if key.endswith(ending) and key[: -len(ending)] in _BY_KEY:
            return _BY_KEY[key[: -len(ending)]]
    return None
