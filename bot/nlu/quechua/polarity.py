"""Affirmative, negative or question: what mana, ama and -chu make of a word in its clause.

-chu closes a negation (mana munanichu) and, without mana or ama, asks (munankichu). Somebody who types munanichu alone
has mostly dropped the mana; that is left to the reader, here it is a question.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.nlu.quechua.segmenter import segment

AFFIRMATIVE, NEGATIVE, QUESTION = "affirmative", "negative", "question"
_NEGATORS = frozenset({"mana", "ama"})


def polarity_at(words: Sequence[str | None], index: int) -> str:
    """The polarity of the word at index; None in words is a sign, which ends the clause."""
    start, end = _clause(words, index)
    negator = _last_negator(words, start, index)
    if negator is None:
        return QUESTION if _has_chu(words[index]) else AFFIRMATIVE
    return NEGATIVE if index <= _reach(words, negator, end) else _after_negation(words[index])


def _clause(words: Sequence[str | None], index: int) -> tuple[int, int]:
    start = end = index
    while start > 0 and words[start - 1] is not None:
        start -= 1
    while end < len(words) and words[end] is not None:
        end += 1
    return start, end


def _last_negator(words: Sequence[str | None], start: int, index: int) -> int | None:
    for position in range(index, start - 1, -1):
        if segment(words[position] or "").root in _NEGATORS:
            return position
    return None


def _reach(words: Sequence[str | None], negator: int, end: int) -> int:
    """How far a negation goes: to -chu, else (the -chu was dropped) to the first finite verb, else the clause."""
    if _has_chu(words[negator]):
        return negator
    verb = None
    for position in range(negator + 1, end):
        analysis = segment(words[position] or "")
        if "chu" in analysis.suffixes:
            return position
        if verb is None and analysis.person:
            verb = position
    return end - 1 if verb is None else verb


def _after_negation(word: str | None) -> str:
    return QUESTION if _has_chu(word) else AFFIRMATIVE


def _has_chu(word: str | None) -> bool:
    return "chu" in segment(word or "").suffixes
