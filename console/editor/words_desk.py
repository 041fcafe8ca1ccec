"""What the editor needs from outside for words that messages are read by: of danger, of places, of the gateway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from screening.errors import DefinitionError

if TYPE_CHECKING:
    from console.site import Site

DANGER = "risk_phrases/"
WORDS = (DANGER, "gateway_words.yml", "place_words.yml")
"""Files that no engine reads: only the desk can say whether they can be used."""


@dataclass(frozen=True)
class Heard:
    """What is found in a sentence. codes: dangers, the most pressing first; rules: ids of what fired."""

    codes: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """A sentence that is heard otherwise with the draft. danger: what whoever wrote it says it speaks of."""

    sentence: str
    danger: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def kind(self) -> str:
        """lost: a danger is found no more; alarm: one is found where there is none; found: newly found; other."""
        if set(self.danger) & set(self.before) and not set(self.danger) & set(self.after):
            return "lost"
        if self.after and not self.before:
            return "found" if set(self.danger) & set(self.after) else "alarm"
        return "other"


@dataclass(frozen=True)
class Rehearsed:
    """What came of it. sentences: how many were read; found and alarms: shares before and with the draft."""

    sentences: int
    dangers: int
    found: tuple[int, int]
    alarms: tuple[int, int]
    differences: tuple[Difference, ...]


class WordsDesk(Protocol):
    """What whoever starts the console gives it."""

    def problems(self, path: str, text: str) -> list[DefinitionError]:
        """What keeps that text of that file from being used; the last answers are kept."""

    def heard(self, path: str, text: str, sentences: Sequence[str]) -> list[Heard]:
        """What each sentence says with that text in place of the file."""

    def rehearse(self, path: str, text: str) -> Rehearsed:
        """The project's own sentences on the words in use and on that text."""


def is_words(path: str) -> bool:
    """Whether the file is one of them."""
    return path.startswith(WORDS)


def is_danger(path: str) -> bool:
    """Whether it holds words of danger."""
    return path.startswith(DANGER)


def word_problems(site: Site, path: str, text: str) -> list[DefinitionError]:
    """What the desk says of such a file; a console without one lets none through."""
    if not is_words(path):
        return []
    if site.words is None:
        message = "Esta consola no puede comprobar este archivo."
        return [DefinitionError("words_unchecked", path, 0, message)]
    return site.words.problems(path, text)
