"""The books of all languages as they stand at this moment, and how far each has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.translations.desk import LANGUAGES, SPANISH, Recorded, TranslationDesk
from console.visit import Visit
from followup import translations_store
from followup.translation_book import (
    BASE,
    INHERITED,
    MISSING,
    SIGNED,
    STALE,
    UNREVIEWED,
    Book,
    Entry,
    Shelved,
    make_book,
    recordable,
)  # fmt: skip
from screening.texts import Text

FRESH, OUTDATED, SILENT = "fresh", "outdated", "silent"
"""A recording says what is written, says something else, or is not there."""
VOICES = (SPANISH, *LANGUAGES)


@dataclass(frozen=True)
class Coverage:
    """A language in numbers. own: of a variety, texts that it says differently or has signed."""

    language: str
    total: int
    reviewed: int
    unreviewed: int
    stale: int
    missing: int
    inherited: int
    recorded: int
    recorded_outdated: int
    recordable: int

    @property
    def percent(self) -> int:
        """Reviewed texts of all, rounded down: 100 means every one."""
        return self.reviewed * 100 // self.total if self.total else 0


class Shelf:
    """Reads what is there once for one page."""

    def __init__(self, visit: Visit, desk: TranslationDesk) -> None:
        self._desk = desk
        self.library = visit.site.library
        self.texts = list(desk.texts(self.library))
        with visit.site.database.read() as conn:
            self._saved = translations_store.in_force(conn)
        self._books: dict[str, Book] = {}
        self.recordings: Mapping[tuple[str, str], Recorded] = desk.recordings.all()

    def book(self, language: str) -> Book:
        """All texts of a language with their state."""
        if language not in self._books:
            base = self.book(BASE[language]) if language in BASE else None
            shelved = Shelved(self._desk.files(language), self._desk.published(language), self._saved)
            self._books[language] = make_book(language, self.texts, shelved, self.library, base)
        return self._books[language]

    def entry(self, language: str, context: str) -> Entry | None:
        """One text; None where there is no such text."""
        return self.book(language).by_context.get(context) if language in LANGUAGES else None

    def words(self, language: str, text: Text) -> str:
        """What a person is told in the language; "" where they are told the Spanish instead."""
        return text.text if language == SPANISH else self.book(language).by_context[text.context].words

    def voice(self, language: str, text: Text) -> str:
        """fresh, outdated or silent."""
        found = self.recordings.get((language, text.context))
        if found is None:
            return SILENT
        return FRESH if found.words is None or found.words.strip() == self.words(language, text).strip() else OUTDATED

    def coverage(self, language: str) -> Coverage:
        """How far the language has come; Spanish counts for its recordings only."""
        counts = self.book(language).counts() if language != SPANISH else {SIGNED: len(self.texts)}
        spoken = [text for text in self.texts if recordable(text) and self.words(language, text)]
        voices = [self.voice(language, text) for text in spoken]
        return Coverage(
            language,
            total=sum(counts.get(state, 0) for state in (SIGNED, UNREVIEWED, STALE, MISSING, INHERITED)),
            reviewed=counts.get(SIGNED, 0),
            unreviewed=counts.get(UNREVIEWED, 0),
            stale=counts.get(STALE, 0),
            missing=counts.get(MISSING, 0),
            inherited=counts.get(INHERITED, 0),
            recorded=voices.count(FRESH),
            recorded_outdated=voices.count(OUTDATED),
            recordable=len(spoken),
        )
