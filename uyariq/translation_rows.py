"""Translations that come from a file: each row is judged against the texts of now; a single mistake keeps all out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from console.staff_language import told
from console.translations.desk import FileProblem
from followup.translation_book import INHERITED, SIGNED, UNREVIEWED, Book, Entry, bound_to_source
from followup.translations_store import LONGEST, Words
from screening.definitions import Library
from screening.texts import Text

Problems = Callable[[Library, str, Sequence[tuple[Text, str]]], list[list[str]]]
"""(rules, language, texts with their words) -> for each what keeps the words from being used."""
LONGEST_CONTEXT = 160


@dataclass(frozen=True)
class Row:
    """One line of a file. place: where it stands, for the person who mends it; text_place: where its translation is.

    reviewer, signed_on: the signature that it carries, with the day as 2026-12-05.
    """

    place: str
    context: str
    source: str
    text: str
    reviewer: str = ""
    back_translation: str = ""
    wording_source: str = ""
    text_place: str = ""
    signed_on: str = ""


@dataclass(frozen=True)
class Signer:
    """Who may sign what a file brings. name: signs all of it; trusts_file: signatures in the file count as well."""

    name: str = ""
    trusts_file: bool = False

    def of(self, row: Row, entry: Entry) -> str:
        """Who signs the row anew, "" for nobody. A signature that was there before signs no other words."""
        before = entry.reviewer, entry.reviewed_on.isoformat() if entry.reviewed_on else ""
        is_new = bool(row.reviewer) and (row.reviewer, row.signed_on) != before
        return row.reviewer if self.trusts_file and is_new else self.name


@dataclass
class FileRead:
    """What a file says. words: what would be saved; same: rows that change nothing; empty: rows without a translation;
    unfinished: rows that the translator has marked as such."""

    problems: list[FileProblem] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    same: int = 0
    empty: int = 0
    unfinished: int = 0


def judge(rows: Iterable[Row], book: Book, library: Library, problems: Problems, signer: Signer) -> FileRead:
    """What the rows would change."""
    read, seen = FileRead(), dict[str, str]()
    changed: list[tuple[Row, Entry, str]] = []
    for row in rows:
        if row.context in seen:
            message = told("Ya está más arriba ({place}).", place=seen[row.context])
            read.problems.append(FileProblem(row.place, row.context, message, told("Deje una sola vez cada texto.")))
            continue
        seen[row.context] = row.place
        entry = _new(read, row, book, library, signer)
        if entry is not None:
            changed.append((row, entry, signer.of(row, entry)))
    wrong = problems(library, book.language, [(entry.text, row.text) for row, entry, _ in changed])
    for (row, entry, reviewer), found in zip(changed, wrong, strict=True):
        read.problems += [FileProblem(row.text_place or row.place, row.context, one) for one in found]
        if not found:
            read.words.append(_words(row, entry, reviewer))
    return read


def _new(read: FileRead, row: Row, book: Book, library: Library, signer: Signer) -> Entry | None:
    """The entry that the row changes; None where it changes nothing or must not."""
    if not row.text.strip():
        read.empty += 1
        return None
    entry = book.by_context.get(row.context)
    found = _misplaced(row, entry)
    if entry is None or found:
        read.problems += found
        return None
    reviewer = signer.of(row, entry)
    if _says_nothing_new(row, entry, reviewer):
        read.same += 1
        return None
    found = _forbidden(row, entry, library, reviewer)
    read.problems += found
    return None if found else entry


def _words(row: Row, entry: Entry, reviewer: str) -> Words:
    """What is known of the same words stays with them."""
    same = row.text == entry.words
    back = row.back_translation or (entry.back_translation if same else "")
    source = row.wording_source or (entry.wording_source if same else "")
    return Words(entry.language, entry.context, entry.text.text, row.text, reviewer, back, source)


def _misplaced(row: Row, entry: Entry | None) -> list[FileProblem]:
    if entry is None:
        hint = told("Quizá ya no existe: exporte el archivo otra vez, o quite la fila.")
        message = told("No hay un texto con este nombre.")
        return [FileProblem(row.place, row.context[:LONGEST_CONTEXT], message, hint)]
    if _plain(row.source) != _plain(entry.text.text):
        hint = told(
            "Ahora dice: «{text}». Tradúzcalo de nuevo en un archivo recién exportado, o quite la fila.",
            text=entry.text.text,
        )
        return [FileProblem(row.place, row.context, told("El castellano de la fila no es el de ahora."), hint)]
    return []


def _says_nothing_new(row: Row, entry: Entry, reviewer: str) -> bool:
    """The same words, and no signature that was not there."""
    same = row.text == entry.words
    if entry.state == INHERITED:
        return same and not reviewer
    if entry.state == SIGNED:
        return same
    extra = row.wording_source and row.wording_source != entry.wording_source
    signs = reviewer and entry.state == UNREVIEWED
    other_back = row.back_translation and row.back_translation != entry.back_translation
    return same and not signs and not extra and not other_back


def _forbidden(row: Row, entry: Entry, library: Library, reviewer: str) -> list[FileProblem]:
    place, changed = row.text_place or row.place, row.text != entry.words
    if len(row.text) > LONGEST:
        return [FileProblem(place, row.context, told("Es demasiado largo."))]
    if changed and entry.state == SIGNED and not reviewer:
        hint = told("Si lo cambia, hay que firmarlo de nuevo, con nombre y fecha; o cámbielo en la consola.")
        message = told("Ya lo revisó {who}.", who=entry.reviewer or told("una persona"))
        return [FileProblem(place, row.context, message, hint)]
    bound = changed and bound_to_source(entry.text, library, entry.language, entry.words or entry.old_words)
    if bound and not row.wording_source:
        hint = told(
            "Si tiene la redacción publicada, anote de dónde sale (columna «fuente», o comentario «# fuente: …»)."
        )
        message = told("Es texto publicado de un cuestionario: no se cambia.")
        return [FileProblem(place, row.context, message, hint)]
    return []


def _plain(text: str) -> str:
    return " ".join(text.split())
