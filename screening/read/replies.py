"""replies.yml -> the words that answer any question."""

from __future__ import annotations

from itertools import chain

from screening.definitions import ReplyWords
from screening.fold import fold
from screening.read.phrases import by_language
from screening.read.section import Section

# contrast: words that take back what was said before them, such as «pero».
LISTS = ("yes", "no", "unsure", "skip", "explain", "repeat", "back", "stop", "pause", "resume", "unclear", "contrast")
BUTTONS = ("skip", "unsure", "explain")


def read_replies(section: Section) -> ReplyWords:
    """Whole replies by meaning, with the texts of the engine's own buttons."""
    made = ReplyWords(
        lists={name: _phrases(section, name) for name in LISTS if section.has(name)},
        numbers=_numbers(section),
        labels=_labels(section),
        file=section.file,
        lines={name: section.line(name) for name in LISTS},
    )
    section.close("format", "version", "note", *LISTS)
    return made


def _phrases(section: Section, name: str) -> frozenset[str]:
    inner = section.section(name)
    if inner is None:
        return frozenset()
    return frozenset(fold(phrase) for phrase in chain.from_iterable(by_language(inner).values()))


def _numbers(section: Section) -> dict[str, int]:
    inner = section.section("numbers")
    if inner is None:
        return {}
    return {fold(word): value for word in inner.raw if (value := inner.integer(word)) is not None}


def _labels(section: Section) -> dict[str, str]:
    inner = section.section("buttons")
    if inner is None:
        return {}
    found = {name: inner.words(name) for name in BUTTONS if inner.has(name)}
    inner.close(*BUTTONS)
    return found
