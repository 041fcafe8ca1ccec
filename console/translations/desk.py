"""What the pages of the translations need from outside the console: texts, catalogs, checks and recordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from followup.translation_book import FileEntry
from followup.translations_store import Words
from screening.definitions import Library
from screening.texts import Text

LANGUAGES = ("qu", "quy", "quz")
"""Those that are translated into; what is recorded may be Spanish as well."""
SPANISH = "es"


@dataclass(frozen=True)
class Recorded:
    """A recording. words: what it says; None where nobody wrote that down."""

    words: str | None


class Recordings(Protocol):
    """The folder from which the bot's channels take what they send."""

    def all(self) -> Mapping[tuple[str, str], Recorded]:
        """(language, context) -> recording."""

    def sound(self, language: str, context: str) -> bytes | None:
        """The file, Ogg with Opus."""

    def put(self, language: str, context: str, sound: bytes, words: str) -> str | None:
        """Keep a recording of these words. None, or the code of what is wrong with it."""

    def remove(self, language: str, context: str) -> bool:
        """Whether there was one."""


class TranslationDesk(Protocol):
    """What whoever starts the console gives it."""

    @property
    def recordings(self) -> Recordings:
        """Spoken versions."""

    def texts(self, library: Library) -> Sequence[Text]:
        """Every text that people may see, in the order of the talk."""

    def files(self, language: str) -> Mapping[str, FileEntry]:
        """Context -> entry of the language's catalog."""

    def published(self, language: str) -> Mapping[tuple[str, str], str]:
        """(context, Spanish) -> words that came with a publication of the rules; nobody has signed them."""

    def problems(self, library: Library, text: Text, language: str, words: str) -> list[str]:
        """What keeps these words from being used, for the person who wrote them."""

    def refresh(self) -> None:
        """Something was saved: this process uses it from now on; the others notice by themselves."""

    def export(self, form: str, language: str, library: Library) -> bytes:
        """A language as a file of that form, po or xlsx, with what reviewers saved."""

    def read(self, form: str, content: bytes, language: str, library: Library, signed_by: str) -> Reading:
        """What a file would change. signed_by: who signs all of it, "" for nobody."""


class Reading(Protocol):
    """A file that was read; with a single problem nothing of it is kept."""

    @property
    def problems(self) -> Sequence[FileProblem]:
        """What is wrong, by line or cell."""

    @property
    def words(self) -> Sequence[Words]:
        """What would be saved."""

    @property
    def same(self) -> int:
        """How many texts are as they were."""

    @property
    def unfinished(self) -> int:
        """How many the translator has marked as such; they are left out."""


@dataclass(frozen=True)
class FileProblem:
    """One mistake in a file. place: a line or a cell; text: whose words they are."""

    place: str
    text: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.place}:", self.text, self.message, self.hint) if part)
