"""A gettext catalog -> its entries with their lines, for the checks of translations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

QUOTED = re.compile(r'^(?:(msgctxt|msgid|msgstr)\s+)?("(?:[^"\\]|\\.)*")\s*$')
REVIEWED = "# revisado:"


@dataclass
class Entry:
    """One entry. line: of its first key; fuzzy: its Spanish has changed since; reviewed: somebody has signed it."""

    context: str = ""
    source: str = ""
    text: str = ""
    line: int = 0
    fuzzy: bool = False
    reviewed: bool = False


@dataclass(frozen=True)
class Words:
    """A language's catalog. file: as staff know it; entries: by context."""

    language: str
    file: str
    entries: dict[str, Entry] = field(default_factory=dict)


def read_catalogs(locale: Path) -> list[Words]:
    """Every language below the folder, by name."""
    paths = sorted(locale.glob("*/LC_MESSAGES/uyariq.po"))
    return [read_words(path, f"../{path.relative_to(locale.parent).as_posix()}") for path in paths]


def read_words(path: Path, file: str) -> Words:
    """The catalog of one language, named by the folder it lies in."""
    found = {one.context: one for one in _entries(path.read_text(encoding="utf-8", errors="replace")) if one.context}
    return Words(path.parts[-3], file, found)


def _entries(text: str) -> Iterator[Entry]:
    entry, key = Entry(), ""
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if not line.strip():
            if entry.line:
                yield entry
            entry, key = Entry(), ""
        elif line.startswith("#"):
            _comment(entry, line)
        elif match := QUOTED.match(line):
            key = match[1] or key
            entry.line = entry.line or number
            _add(entry, key, json.loads(match[2]))


def _comment(entry: Entry, line: str) -> None:
    entry.fuzzy = entry.fuzzy or (line.startswith("#,") and "fuzzy" in line)
    entry.reviewed = entry.reviewed or line.lower().startswith(REVIEWED)


def _add(entry: Entry, key: str, piece: str) -> None:
    if key == "msgctxt":
        entry.context += piece
    elif key == "msgid":
        entry.source += piece
    elif key == "msgstr":
        entry.text += piece
