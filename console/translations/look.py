"""Which texts somebody looks at, as it stands in the address; and the order in which a reviewer works through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from console.translations.desk import LANGUAGES
from console.translations.place import group_of, urgent
from console.translations.shelf import OUTDATED, SILENT, Shelf
from followup.translation_book import RESERVED, STATES, Entry, recordable
from screening.fold import fold

REVIEW, DOUBTS, PUBLISHED = "review", "doubts", "published"
FILTERS = (REVIEW, *STATES, PUBLISHED, DOUBTS, SILENT, OUTDATED)
PAGE_SIZE = 40
LONGEST_SEARCH = 80


@dataclass(frozen=True)
class Look:
    """language: whose texts; state: one of FILTERS or "" for all; group: a part of the talk; words: looked for."""

    language: str = "qu"
    state: str = ""
    group: str = ""
    words: str = ""
    page: int = 1

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Look:
        """What the address asks for; what is not offered is left out."""
        language, state, page = given.get("idioma", ""), given.get("estado", ""), given.get("pagina", "")
        return cls(
            language if language in LANGUAGES else "qu",
            state if state in FILTERS else "",
            given.get("parte", "")[:80],
            given.get("buscar", "").strip()[:LONGEST_SEARCH],
            int(page) if page.isdecimal() and 0 < int(page) < 1000 else 1,
        )

    def query(self, **changed: object) -> str:
        """The same as the end of an address, with some of it changed."""
        look = replace(self, **{"page": 1, **changed})  # type: ignore[arg-type]
        named = {
            "idioma": look.language,
            "estado": look.state,
            "parte": look.group,
            "buscar": look.words,
            "pagina": str(look.page) if look.page > 1 else "",
        }
        return urlencode({name: value for name, value in named.items() if value})

    def address(self, entry_context: str, **more: str) -> str:
        """Where one of the texts is looked at, with the way back to the others."""
        return f"/traducciones/texto?{urlencode({'texto': entry_context})}&{self.query(**more)}"

    def chosen(self, shelf: Shelf, doubts: Mapping[str, int]) -> list[Entry]:
        """The entries that it asks for, in the order of the talk; for a reviewer what people in danger read first."""
        wanted = fold(self.words)
        found = [
            entry
            for entry in shelf.book(self.language).entries
            if (not self.group or group_of(entry.context) == self.group)
            and self._in_state(entry, shelf, doubts)
            and (not wanted or wanted in fold(f"{entry.text.text} {entry.words} {entry.context}", 2000))
        ]
        if self.state == REVIEW:
            return sorted(found, key=lambda entry: not urgent(entry.text))
        # What waits for a published wording is nobody's work of today.
        return sorted(found, key=lambda entry: entry.state == RESERVED)

    def _in_state(self, entry: Entry, shelf: Shelf, doubts: Mapping[str, int]) -> bool:
        if self.state == REVIEW:
            return entry.to_review
        if self.state == PUBLISHED:
            return entry.text.published
        if self.state == DOUBTS:
            return entry.context in doubts
        if self.state in (SILENT, OUTDATED):
            has_words = recordable(entry.text) and bool(entry.words)
            return has_words and shelf.voice(self.language, entry.text) == self.state
        return not self.state or entry.state == self.state
