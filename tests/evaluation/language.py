"""Telling Spanish from Quechua in short texts, and abstaining where nothing can be told."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

from tests.evaluation.data import LanguageLine
from tests.evaluation.forget import forget_words
from tests.evaluation.scores import share

ROUNDS = 5


@dataclass(frozen=True)
class LanguageScores:
    """right: share; wrong: the other language instead; abstained: no language though there is one."""

    count: int
    right: float
    wrong: float
    abstained: float


def guess_all(lines: list[LanguageLine]) -> list[tuple[LanguageLine, str | None]]:
    """Each text with the language that is told."""
    from bot.nlu.language import identify

    return [(line, identify(line.text).language) for line in lines]


def score(guessed: list[tuple[LanguageLine, str | None]]) -> LanguageScores:
    """The figures of a group."""
    count = len(guessed)
    return LanguageScores(
        count=count,
        right=share(sum(line.language == found for line, found in guessed), count),
        wrong=share(sum(found is not None and line.language != found for line, found in guessed), count),
        abstained=share(sum(found is None and line.language is not None for line, found in guessed), count),
    )


def groups(guessed: list[tuple[LanguageLine, str | None]]) -> dict[str, LanguageScores]:
    """All; by language; texts to abstain on; one-word texts that have a language."""
    told = [(line, found) for line, found in guessed if line.language]
    found = {
        "all": guessed,
        "es": [pair for pair in guessed if pair[0].language == "es"],
        "qu": [pair for pair in guessed if pair[0].language == "qu"],
        "undecidable": [pair for pair in guessed if pair[0].language is None],
        "one word, with a language": [pair for pair in told if len(pair[0].text.split()) == 1],
        "one word, es": [p for p in told if len(p[0].text.split()) == 1 and p[0].language == "es"],
        "one word, qu": [p for p in told if len(p[0].text.split()) == 1 and p[0].language == "qu"],
    }
    return {name: score(pairs) for name, pairs in found.items() if pairs}


def microseconds(lines: list[LanguageLine]) -> float:
    """Median time of one text."""
    from bot.nlu.language import identify

    identify("")
    times = []
    for _ in range(ROUNDS):
        forget_words()
        for line in lines:
            started = time.perf_counter()
            identify(line.text)
            times.append((time.perf_counter() - started) * 1e6)
    return median(times)
