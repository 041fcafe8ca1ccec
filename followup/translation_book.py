"""How every text stands in a language: the catalog's file and what staff saved over it, and which of them counts.

Who wins, for the same Spanish: what staff saved lies over the file. The file wins when a speaker signed it there on a
later day, and when it is signed and what was saved is not. Another Spanish makes both stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from followup.translations_store import REVIEWED, WITHDRAWN, SavedTranslation
from screening.checks.texts import SPOKEN
from screening.definitions import Library
from screening.texts import Text, fields_of

MISSING, STALE, UNREVIEWED, SIGNED, INHERITED, RESERVED = (
    "missing", "stale", "unreviewed", "reviewed", "inherited", "reserved",
)  # fmt: skip
STATES = (MISSING, STALE, UNREVIEWED, SIGNED, INHERITED, RESERVED)
BASE = {"quy": "qu", "quz": "qu"}
"""A variety's words lie over those of Quechua as such."""
VALIDATED = ("validated", "adapted")
NONE = "none"
FROM_FILE, FROM_CONSOLE = "file", "console"
LIMA = ZoneInfo("America/Lima")


@dataclass(frozen=True)
class FileEntry:
    """A catalog's entry. reviewer, reviewed_on: of the comment «revisado: name, day»; line: in the file."""

    source: str
    text: str
    fuzzy: bool = False
    reviewer: str = ""
    reviewed_on: date | None = None
    wording_source: str = ""
    line: int = 0
    reviewed: bool = False


@dataclass(frozen=True)
class Entry:
    """One text in one language. words: what a person is told in it; old_words, old_source: of what is stale.

    saved_id: the newest save of this Spanish, 0 for none. comes_from: file or console, "" where there are no words.
    """

    text: Text
    language: str
    state: str
    words: str = ""
    reviewer: str = ""
    reviewed_on: date | None = None
    comes_from: str = ""
    old_words: str = ""
    old_source: str = ""
    back_translation: str = ""
    wording_source: str = ""
    saved_id: int = 0

    @property
    def context(self) -> str:
        """The text's name."""
        return self.text.context

    @property
    def to_review(self) -> bool:
        """Whether a speaker has something to do here."""
        return self.state in (MISSING, STALE, UNREVIEWED)


@dataclass(frozen=True)
class Book:
    """A language's entries in the order of the talk. on_shelf: contexts of instruments that are not offered in it."""

    language: str
    entries: Sequence[Entry]
    by_context: Mapping[str, Entry] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_context", {entry.context: entry for entry in self.entries})

    def counts(self) -> dict[str, int]:
        """State -> how many."""
        made = dict.fromkeys(STATES, 0)
        for entry in self.entries:
            made[entry.state] += 1
        return made


@dataclass(frozen=True)
class Shelved:
    """Where words come from. file: the catalog by context; published: (context, Spanish) -> words that came with a
    publication of the rules, over the file; saved: what staff saved, over both."""

    file: Mapping[str, FileEntry]
    published: Mapping[tuple[str, str], str]
    saved: Sequence[SavedTranslation]


def make_book(
    language: str, texts: Iterable[Text], shelved: Shelved, library: Library, base: Book | None = None
) -> Book:
    """Every text with its state. base: of a variety, the book that it falls back to."""
    mine = [one for one in shelved.saved if one.language == language]
    exact = {(one.context, one.source): one for one in mine if one.status != WITHDRAWN}
    last = {(one.context, one.source): one.id for one in mine}
    older = {one.context: one for one in mine if one.status != WITHDRAWN}
    closed = {one.name for one in library.newest_instruments() if one.state_in(BASE.get(language, language)) == NONE}
    entries = []
    for text in texts:
        key = (text.context, text.text)
        file = _over_file(text, shelved)
        entry = _entry(language, text, file, exact.get(key), older.get(text.context), last.get(key, 0))
        if entry.state == MISSING and text.context.split(".")[0] in closed:
            entry = Entry(text, language, RESERVED, saved_id=entry.saved_id)
        elif entry.state == MISSING and base is not None:
            entry = _inherited(entry, base.by_context.get(text.context))
        entries.append(entry)
    return Book(language, entries)


def words_over(
    saved: Iterable[SavedTranslation], files: Mapping[str, Mapping[str, FileEntry]]
) -> dict[str, dict[tuple[str, str], str]]:
    """Language -> what lies over the catalog's files, by context and Spanish."""
    made: dict[str, dict[tuple[str, str], str]] = {}
    for one in saved:
        if one.status != WITHDRAWN and one.text and not file_wins(files.get(one.language, {}).get(one.context), one):
            made.setdefault(one.language, {})[(one.context, one.source)] = one.text
    return made


def file_wins(entry: FileEntry | None, saved: SavedTranslation) -> bool:
    """Whether the file's words count although staff saved others: a draft that nobody signed only fills a gap."""
    if entry is None or entry.fuzzy or not entry.text or entry.source != saved.source:
        return False
    if saved.status != REVIEWED:
        return True
    return entry.reviewed and entry.reviewed_on is not None and entry.reviewed_on > saved.at.astimezone(LIMA).date()


def bound_to_source(text: Text, library: Library, language: str, words: str) -> bool:
    """Whether other words than these need the place where a validated wording was published.

    An instrument's published wording is never invented: an empty slot stays empty without a source, and what stands
    as validated is approved as it is. A draft of the project, marked as one, may be corrected.
    """
    if not text.published:
        return False
    instrument = library.instrument(text.context.split(".")[0])
    state = instrument.state_in(BASE.get(language, language)) if instrument else NONE
    return not words or state in (*VALIDATED, NONE)


def _over_file(text: Text, shelved: Shelved) -> FileEntry | None:
    """The file's entry, or in its place the words that were published with the Spanish."""
    file, published = shelved.file.get(text.context), shelved.published.get((text.context, text.text))
    same = file is not None and file.source == text.text and file.text == published and not file.fuzzy
    return FileEntry(text.text, published) if published and not same else file


def _entry(
    language: str,
    text: Text,
    file: FileEntry | None,
    saved: SavedTranslation | None,
    older: SavedTranslation | None,
    saved_id: int,
) -> Entry:
    fits = file is not None and file.source == text.text and bool(file.text) and not file.fuzzy
    if saved is not None and saved.text and not file_wins(file, saved):
        return _from_console(language, text, saved, saved_id)
    if fits and file is not None:
        state = SIGNED if file.reviewed else UNREVIEWED
        return Entry(
            text, language, state, file.text, file.reviewer, file.reviewed_on, FROM_FILE,
            wording_source=file.wording_source, saved_id=saved_id,
        )  # fmt: skip
    if older is not None and older.text and older.source != text.text:
        return Entry(
            text, language, STALE, old_words=older.text, old_source=older.source,
            back_translation=older.back_translation, saved_id=saved_id,
        )  # fmt: skip
    if file is not None and file.text:
        was = file.source if file.source != text.text else ""
        return Entry(text, language, STALE, old_words=file.text, old_source=was, saved_id=saved_id)
    return Entry(text, language, MISSING, saved_id=saved_id)


def _from_console(language: str, text: Text, saved: SavedTranslation, saved_id: int) -> Entry:
    signed = saved.status == REVIEWED
    return Entry(
        text,
        language,
        SIGNED if signed else UNREVIEWED,
        saved.text,
        saved.reviewer,
        saved.at.astimezone(LIMA).date() if signed else None,
        FROM_CONSOLE,
        back_translation=saved.back_translation,
        wording_source=saved.wording_source,
        saved_id=saved_id,
    )


def _inherited(entry: Entry, base: Entry | None) -> Entry:
    """A variety has no words of its own here: it says what Quechua as such says, if that says anything."""
    if base is None or not base.words:
        return entry
    return Entry(entry.text, entry.language, INHERITED, base.words, comes_from=base.comes_from, saved_id=entry.saved_id)


def recordable(text: Text) -> bool:
    """Whether a recording of it can be sent: it is said by itself, and nothing in it changes from day to day."""
    return text.kind in SPOKEN and not fields_of(text.text)
