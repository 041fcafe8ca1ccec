"""Roots of Quechua words: the segmenter's against a careful reader's, and how fast the spaCy pipeline is."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from tests.evaluation.data import Message, RootLine, training_words
from tests.evaluation.forget import forget_words
from tests.evaluation.scores import share


@dataclass(frozen=True)
class RootScores:
    """right: share whose root is the expected one after folding."""

    count: int
    right: float


def check_all(lines: list[RootLine]) -> list[tuple[RootLine, bool]]:
    """Whether each word's root was found."""
    from bot.nlu.quechua.segmenter import segment

    return [(line, same_root(line.root, segment(line.word).root)) for line in lines]


def same_root(expected: str, found: str) -> bool:
    """Equality after folding: wañu = huañu, mikhu = miku."""
    from bot.nlu.orthography import fold, fold_loose

    return fold(expected, quechua=True) == fold(found, quechua=True) or fold_loose(expected) == fold_loose(found)


def groups(checked: list[tuple[RootLine, bool]]) -> dict[str, RootScores]:
    """All words; words that do not stand in nlu_data; by variety."""
    known = training_words()
    unseen = [pair for pair in checked if pair[0].word.lower() not in known]
    found = {"all": _score(checked), "words that are not in nlu_data": _score(unseen)}
    for variety in sorted({line.variety for line, _ in checked}):
        found[variety] = _score([pair for pair in checked if pair[0].variety == variety])
    return found


def tokens_per_second(messages: Iterable[Message]) -> tuple[float, float]:
    """Speed of the Quechua pipeline over the messages: the first time it sees their words, and the second."""
    from bot.nlu.spacy_languages import quechua_pipeline

    pipeline = quechua_pipeline()
    texts = [one.text for one in messages]
    pipeline("allin")
    forget_words()
    speeds = []
    for _ in range(2):
        started = time.perf_counter()
        tokens = sum(len(doc) for doc in pipeline.pipe(texts))
        speeds.append(tokens / (time.perf_counter() - started))
    return speeds[0], speeds[1]


def _score(checked: list[tuple[RootLine, bool]]) -> RootScores:
    return RootScores(len(checked), share(sum(right for _, right in checked), len(checked)))
