"""The language in which staff read the console: Spanish source text -> the words of the catalog "console".

`speaking` says for one request which language it is; everything that makes words for a page asks `told`. Without a
translation the Spanish text stands. The catalog is apart from that of the bot: staff and community members are counted
and reviewed apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parents[1] / "locale"
DOMAIN = "console"
SPANISH = "es"
SCRIPTS = "console/static/"
CHECKS = "screening/"
REVIEWED = "revisado:"
"""How the comment begins with which somebody who speaks the language signs a text."""


@dataclass(frozen=True)
class StaffWords:
    """One language. for_scripts: the texts that scripts of the pages show; of_checks: the sentences of the checks of
    the rules; unreviewed: how many nobody has signed."""

    language: str
    texts: Mapping[str, str] = field(default_factory=dict)
    for_scripts: Mapping[str, str] = field(default_factory=dict)
    of_checks: Mapping[str, str] = field(default_factory=dict)
    unreviewed: int = 0


IN_SPANISH = StaffWords(SPANISH)
_SPOKEN: ContextVar[StaffWords] = ContextVar("staff_language", default=IN_SPANISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Inside, words for staff are in that language; one without a catalog is Spanish."""
    before = _SPOKEN.set(words_in(language))
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def spoken() -> StaffWords:
    """The language of this request."""
    return _SPOKEN.get()


def told(text: str, /, **fields: object) -> str:
    """The text in the language of this request, with its fields filled in."""
    words = _SPOKEN.get().texts.get(text, text)
    return words.format(**fields) if fields else words


def told_in(language: str, text: str) -> str:
    """The text in that language, outside of any request: a notice that is sent to somebody."""
    return words_in(language).texts.get(text, text)


@lru_cache(maxsize=8)
def words_in(language: str) -> StaffWords:
    """All words of a language."""
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if language == SPANISH or not path.exists():
        return IN_SPANISH
    with path.open("rb") as file:
        usable = [one for one in read_po(file) if one.id and one.string and not one.fuzzy]
    return StaffWords(
        language,
        texts={str(one.id): str(one.string) for one in usable},
        for_scripts={str(one.id): str(one.string) for one in usable if _stands_in(one, SCRIPTS)},
        of_checks={str(one.id): str(one.string) for one in usable if _stands_in(one, CHECKS)},
        unreviewed=sum(not is_reviewed(one) for one in usable),
    )


def is_reviewed(message: Message) -> bool:
    """Whether somebody who speaks the language has signed the entry."""
    return any(comment.strip().lower().startswith(REVIEWED) for comment in message.user_comments)


def _stands_in(message: Message, folder: str) -> bool:
    return any(str(file).startswith(folder) for file, _ in message.locations)


class Told(Mapping[str, Any]):
    """A tree of words from a file, each in the language of the request at the moment when it is asked for."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = words

    def __getitem__(self, key: str) -> Any:
        return in_language(self._words[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def in_language(value: Any) -> Any:
    """A text in the language of the request, a group as one of such texts; anything else as it is."""
    if isinstance(value, str):
        return told(value)
    if isinstance(value, Mapping):
        return Told(value)
    return value
