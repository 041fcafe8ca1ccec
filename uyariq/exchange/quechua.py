"""The Quechua of an instrument on its way out and in: looked up in the catalogs, brought back as a catalog file."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog as PoFile

from bot.catalog import Catalog
from uyariq.exchange.tables import Words
from uyariq.translations import write_catalog

LANGUAGE = "qu"


class CatalogWords(Words):
    """Quechua from the catalogs; what is missing or stale stays empty."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def quechua(self, context: str, text: str) -> str | None:
        """The Quechua of a text as it is shown to people, None where the catalog has none."""
        found = " ".join(text.split())
        return (
            self._catalog.translate(context, found, LANGUAGE) if self._catalog.has(context, found, LANGUAGE) else None
        )


def write_quechua(path: Path, lines: list[tuple[str, str, str]]) -> None:
    """(context, Spanish, Quechua) as a PO file of unreviewed entries, for `uyariq texts`."""
    file = PoFile(locale=None, domain="uyariq", fuzzy=False)
    for context, spanish, quechua in lines:
        file.add(spanish, quechua, context=context)
    write_catalog(path, file)
