"""The desk of the console's translation pages over this house: texts, catalogs, recordings, files in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bot.catalog import Catalog
from bot.gateway.voice import LANGUAGES, MOST_BYTES, SOUND, WORDS, BadRecording, VoiceFolder
from console.referral_words import messages as referral_messages
from console.translations.desk import Recorded
from console.wording import messages
from followup.database import Database
from followup.staff_texts import staff_texts
from followup.translation_book import BASE, Book, FileEntry, Shelved, make_book
from followup.translations_store import SavedTranslation, newest
from screening.definitions import Library
from screening.texts import Text
from uyariq import translation_checks
from uyariq.opus_sound import BadSound, as_ogg
from uyariq.translation_files import read_entries
from uyariq.translation_po import po_bytes, po_rows
from uyariq.translation_rows import FileRead, Signer, judge
from uyariq.translation_sheet import sheet_bytes, sheet_rows
from uyariq.translations import all_texts, catalog_path, every_text

PUBLISHED = "published"
# WebM takes more room than the Ogg that is made of it.
MOST_UPLOADED = 2 * MOST_BYTES
PO, XLSX = "po", "xlsx"


def page_texts(rules: Path) -> dict[str, str]:
    """Context -> Spanish text of the pages and of what the bot says around the team's messages."""
    return dict([*messages(), *referral_messages()]) | staff_texts(rules).sources()


class VoiceRecordings:
    """The folder of recordings as the console sees it."""

    def __init__(self, folder: VoiceFolder) -> None:
        self._folder = folder

    def all(self) -> Mapping[tuple[str, str], Recorded]:
        """Every recording, with what it says."""
        return {key: Recorded(_read(self._path(*key, WORDS))) for key in self._folder.listed()}

    def sound(self, language: str, context: str) -> bytes | None:
        """The file."""
        known = (language, context) in set(self._folder.listed())
        return self._path(language, context, SOUND).read_bytes() if known else None

    def put(self, language: str, context: str, sound: bytes, words: str) -> str | None:
        """Keep it as the platforms take it, or say what is wrong with it."""
        if len(sound) > MOST_UPLOADED:
            return "size"
        try:
            self._folder.put(language, context, as_ogg(sound), words)
        except (BadRecording, BadSound) as error:
            return str(error)
        return None

    def remove(self, language: str, context: str) -> bool:
        """Take it away."""
        return self._folder.remove(language, context)

    def _path(self, language: str, context: str, end: str) -> Path:
        assert language in LANGUAGES
        return self._folder.folder / language / f"{context}{end}"


class CatalogDesk:
    """rules: the folder in use. refresh: brings this process's catalog up to date."""

    def __init__(
        self,
        rules: Callable[[], Path],
        locale: Path,
        folder: VoiceFolder,
        catalog: Catalog,
        database: Database,
        refresh: Callable[[], object],
    ) -> None:
        self.recordings = VoiceRecordings(folder)
        self._rules = rules
        self._locale = locale
        self._catalog = catalog
        self._database = database
        self._refresh = refresh
        self._files: dict[str, tuple[int, dict[str, FileEntry]]] = {}
        self._texts: tuple[Library, list[Text]] | None = None

    def texts(self, library: Library) -> Sequence[Text]:
        """Every text that people may see."""
        if self._texts is None or self._texts[0] is not library:
            self._texts = library, list(every_text(library, page_texts(self._rules())))
        return self._texts[1]

    def files(self, language: str) -> Mapping[str, FileEntry]:
        """The catalog, read again when its file has changed."""
        path = catalog_path(self._locale, language)
        stamp = path.stat().st_mtime_ns if path.exists() else 0
        known = self._files.get(language)
        if known is None or known[0] != stamp:
            known = self._files[language] = stamp, read_entries(self._locale, language)
        return known[1]

    def published(self, language: str) -> Mapping[tuple[str, str], str]:
        """(context, Spanish) -> words that came with a publication of the rules."""
        return self._catalog.laid(PUBLISHED).get(language, {})

    def problems(self, library: Library, text: Text, language: str, words: str) -> list[str]:
        """What keeps these words from being used."""
        return translation_checks.problems(library, text, language, words)

    def refresh(self) -> None:
        """This process uses at once what was saved."""
        self._refresh()

    def export(self, form: str, language: str, library: Library) -> bytes:
        """A language as a catalog or a spreadsheet."""
        saved, texts = self._saved(), self.texts(library)
        if form == XLSX:
            return sheet_bytes(self._book(language, library, saved))
        offered = list(all_texts(library, page_texts(self._rules())))
        return po_bytes(self._locale, language, saved, texts, offered)

    def read(
        self, form: str, content: bytes, language: str, library: Library, signed_by: str, *, trusts_file: bool = False
    ) -> FileRead:
        """What a file would change; nothing is kept here. trusts_file: signatures in it count."""
        if form == XLSX:
            (rows, found), unfinished = sheet_rows(content, language), 0
        else:
            rows, unfinished, found = po_rows(content)
        book = self._book(language, library, self._saved())
        read = judge(rows, book, library, translation_checks.problems_of_all, Signer(signed_by, trusts_file))
        read.problems[:0] = found
        read.unfinished = unfinished
        return read

    def _saved(self) -> list[SavedTranslation]:
        with self._database.read() as conn:
            return newest(conn)

    def _book(self, language: str, library: Library, saved: list[SavedTranslation]) -> Book:
        base = self._book(BASE[language], library, saved) if language in BASE else None
        shelved = Shelved(self.files(language), self.published(language), saved)
        return make_book(language, self.texts(library), shelved, library, base)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None
