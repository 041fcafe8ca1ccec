"""replies.yml -> the words that answer any question."""

from __future__ import annotations

from itertools import chain

from screening.definitions import ReplyWords
from screening.fold import fold
from screening.read.phrases import by_language
from screening.read.section import Section

MEANINGS = ("yes", "no", "unsure", "skip", "explain", "repeat", "back", "stop", "pause", "resume", "unclear")
# Words beside an answer. contrast: take back what was said before them («pero»); filler: add nothing («señorita»);
# degree: how much or how often («bastante»); other: somebody else («mi hijo»); well: said of what goes well («bien»);
# small: words of grammar without which a reply keeps its gist («la», «estoy»).
ROLES = ("contrast", "filler", "degree", "other", "well", "small")
# Words that reading asks for by themselves. hedge: leave a rest of what is denied («casi nunca»); asking: ask what a
# question means («¿cómo?»); condition: make a yes hang on something («si me ayudan, sí»); ill: how somebody is or what
# they can do, which a question gives its sense («mal», «puedo»).
SINGLE = ("hedge", "asking", "condition", "ill")
LISTS = (*MEANINGS, *ROLES, *SINGLE)
BUTTONS = ("skip", "unsure", "explain")


def read_replies(section: Section) -> ReplyWords:
    """Whole replies by meaning, with the texts of the engine's own buttons."""
    languages = {name: _by_language(section, name) for name in LISTS if section.has(name)}
    made = ReplyWords(
        lists={name: frozenset(chain.from_iterable(listed.values())) for name, listed in languages.items()},
        numbers=_numbers(section),
        languages=languages,
        spelling=_spelling(section),
        labels=_labels(section),
        file=section.file,
        lines={name: section.line(name) for name in LISTS},
    )
    section.close("format", "version", "note", *LISTS)
    return made


def _by_language(section: Section, name: str) -> dict[str, frozenset[str]]:
    inner = section.section(name)
    listed = by_language(inner) if inner else {}
    return {language: frozenset(fold(phrase) for phrase in phrases) for language, phrases in listed.items()}


def _spelling(section: Section) -> dict[str, str]:
    """«xq» -> «porque»; what is written in a hurry, folded."""
    inner = section.section("spelling")
    return {fold(word): fold(inner.words(word)) for word in inner.raw} if inner else {}


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
