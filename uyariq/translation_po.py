"""A language's catalog as a file for Poedit or Weblate, with what reviewers saved in it, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from console.staff_language import told
from console.translations.desk import FileProblem
from followup.translation_book import BASE
from followup.translations_store import SavedTranslation
from screening.texts import Text
from uyariq.translation_files import BACK, comment_of, entry_of, with_saved
from uyariq.translation_rows import Row
from uyariq.translations import brought_up_to_date, catalog_bytes, catalog_path, read_catalog

LANGUAGE = re.compile(rb'^"Language:\s*(\w+)\\n"', re.MULTILINE)


def po_bytes(
    locale: Path, language: str, saved: Iterable[SavedTranslation], sources: Sequence[Text], offered: Sequence[Text]
) -> bytes:
    """The catalog up to date with the Spanish, and over it what reviewers saved.

    sources: all texts; offered: those that are translated, without slots that wait for a published wording.
    """
    return catalog_bytes(merged(locale, language, saved, sources, offered))


def merged(
    locale: Path, language: str, saved: Iterable[SavedTranslation], sources: Sequence[Text], offered: Sequence[Text]
) -> Catalog:
    """The same as a catalog. A variety holds only what it says differently."""
    catalog = read_catalog(catalog_path(locale, language), language)
    if language not in BASE:
        catalog = brought_up_to_date(catalog, offered)
    with_saved(catalog, language, saved, sources)
    return catalog


def language_of(content: bytes) -> str:
    """What the file's header says, "" when it says nothing."""
    found = LANGUAGE.search(content)
    return found[1].decode() if found else ""


def po_rows(content: bytes) -> tuple[list[Row], int, list[FileProblem]]:
    """Rows, how many are marked as unfinished, and what keeps the file from being read."""
    try:
        catalog = read_po(BytesIO(content), locale=None, abort_invalid=True)
    except PoFileError as error:
        message = told("La línea no se puede leer como parte de un catálogo.")
        place = told("línea {line}", line=error.lineno + 1)
        return [], 0, [FileProblem(place, error.line.strip()[:60], message)]
    except (UnicodeDecodeError, LookupError):
        message, hint = told("No está escrito en UTF-8."), told("Guárdelo otra vez en UTF-8.")
        return [], 0, [FileProblem(told("el archivo entero"), "", message, hint)]
    rows, unfinished = [], 0
    for one in catalog:
        if not one.id:
            continue
        if one.fuzzy:
            unfinished += 1
            continue
        entry = entry_of(one)
        rows.append(
            Row(
                told("línea {line}", line=one.lineno or 0),
                str(one.context or ""),
                entry.source,
                entry.text.strip(),
                entry.reviewer if entry.reviewed else "",
                comment_of(one, BACK),
                entry.wording_source,
                signed_on=entry.reviewed_on.isoformat() if entry.reviewed_on else "",
            )
        )
    return rows, unfinished, []
