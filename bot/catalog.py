"""Words of the catalogs: Spanish source text -> the person's language, by context.

Quechua is gettext (`locale/<language>/LC_MESSAGES/uyariq.po`). A variant (quy, quz) overlays `qu` and falls back to it;
what is missing or fuzzy falls back to Spanish and is counted, never shown as a gap.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from babel.messages.pofile import read_po

FALLBACK = {"quy": "qu", "quz": "qu"}
Words = dict[tuple[str, str], str]


class Catalog:
    """Translations of every text for people.

    folder: holds `<language>/LC_MESSAGES/uyariq.po`. missing: how often a text fell back to Spanish, by language.
    """

    def __init__(self, folder: Path) -> None:
        self._words = {path.parts[-3]: _read(path) for path in sorted(folder.glob("*/LC_MESSAGES/uyariq.po"))}
        self.missing: Counter[str] = Counter()

    def translate(self, context: str, text: str, language: str) -> str:
        """The text in the language; the Spanish text itself where the catalog has none."""
        if language == "es" or not text:
            return text
        tried: str | None = language
        while tried:
            word = self._words.get(tried, {}).get((context, text))
            if word:
                return word
            tried = FALLBACK.get(tried)
        self.missing[language] += 1
        return text

    def has(self, context: str, text: str, language: str) -> bool:
        """Whether the catalog itself has the text in the language or the one that it falls back to."""
        return language == "es" or any(
            (context, text) in self._words.get(name, {}) for name in (language, FALLBACK.get(language, ""))
        )


def _read(path: Path) -> Words:
    with path.open("rb") as file:
        catalog = read_po(file)
    return {
        (message.context or "", str(message.id)): str(message.string)
        for message in catalog
        if message.id and message.string and not message.fuzzy
    }
