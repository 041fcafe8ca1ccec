"""A catalog's file and what staff saved over it: read as entries, and written back with who signed and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from followup.translation_book import LIMA, FileEntry, file_wins
from followup.translations_store import WITHDRAWN, SavedTranslation
from screening.texts import Text
from uyariq.translations import REVIEWED, catalog_path, read_catalog

SIGNED = re.compile(r"revisado:\s*(?P<name>.*?)\s*(?:,\s*(?P<day>\d{4}-\d{2}-\d{2}))?\s*$", re.IGNORECASE)
SOURCE, BACK = "fuente:", "retrotraducción:"
OURS = (REVIEWED, SOURCE, BACK)


def read_entries(locale: Path, language: str) -> dict[str, FileEntry]:
    """Context -> entry of the language's catalog; empty where it has none."""
    path = catalog_path(locale, language)
    if not path.exists():
        return {}
    catalog = read_catalog(path, language)
    return {str(one.context): entry_of(one) for one in catalog if one.id and one.context}


def entry_of(message: Message) -> FileEntry:
    """One entry as its comments tell of it."""
    name, day, reviewed = _signed(message)
    return FileEntry(
        source=str(message.id),
        text=str(message.string or ""),
        fuzzy=bool(message.fuzzy),
        reviewer=name,
        reviewed_on=day,
        wording_source=comment_of(message, SOURCE),
        line=message.lineno or 0,
        reviewed=reviewed,
    )


def comment_of(message: Message, mark: str) -> str:
    """What a comment with this mark says, "" without one."""
    for comment in message.user_comments:
        if comment.strip().lower().startswith(mark):
            return str(comment.strip()[len(mark) :].strip())
    return ""


def with_saved(catalog: Catalog, language: str, saved: Iterable[SavedTranslation], sources: Iterable[Text]) -> int:
    """Put what counts of the saved words into the catalog; how many entries changed."""
    present = {text.context: text for text in sources}
    changed = 0
    for one in saved:
        text = present.get(one.context)
        if one.language != language or one.status == WITHDRAWN or not one.text:
            continue
        if text is not None and text.text == one.source and _put(catalog, text, one):
            changed += 1
    return changed


def _put(catalog: Catalog, text: Text, saved: SavedTranslation) -> bool:
    message = catalog.get(text.text, context=text.context)
    if message is None:
        message = catalog.add(text.text, context=text.context, locations=[(text.file, text.line)])
    if file_wins(entry_of(message), saved):
        return False
    before = str(message.string or ""), list(message.user_comments), message.fuzzy
    message.string = saved.text
    message.flags.discard("fuzzy")
    message.previous_id = []
    others = [one for one in message.user_comments if not one.strip().lower().startswith(OURS)]
    message.user_comments[:] = [*others, *_comments(saved)]
    return before != (message.string, list(message.user_comments), message.fuzzy)


def _comments(saved: SavedTranslation) -> list[str]:
    day = saved.at.astimezone(LIMA).date().isoformat()
    marked = {
        f"{REVIEWED} {_line(saved.reviewer)}, {day}": saved.reviewer,
        f"{SOURCE} {_line(saved.wording_source)}": saved.wording_source,
        f"{BACK} {_line(saved.back_translation)}": saved.back_translation,
    }
    return [line for line, given in marked.items() if given]


def _line(text: str) -> str:
    return " ".join(text.split())


def _signed(message: Message) -> tuple[str, date | None, bool]:
    for comment in message.user_comments:
        found = SIGNED.match(comment.strip())
        if found:
            return found["name"], _day(found["day"]), True
    return "", None, False


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


Files = Mapping[str, Mapping[str, FileEntry]]


def read_all(locale: Path, languages: Iterable[str]) -> dict[str, dict[str, FileEntry]]:
    """Language -> its entries."""
    return {language: read_entries(locale, language) for language in languages}
