"""The {fields} of a text, worded in the person's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from bot.catalog import Catalog

LIMA = ZoneInfo("America/Lima")
# Quechua dates stay in digits: CLDR's names of days and months are Spanish loans, and neologisms differ by source.
DATE_PATTERNS = {"es": "EEEE d 'de' MMMM, HH:mm", "qu": "dd/MM/yyyy, HH:mm"}


def word_fields(text: str, values: dict[str, Any], language: str, catalog: Catalog) -> str:
    """The text with the values of its fields, each worded in the language."""
    if not values or "{" not in text:
        return text
    return text.format_map({name: _value(value, language, catalog) for name, value in values.items()})


def _value(value: Any, language: str, catalog: Catalog) -> str:
    if isinstance(value, dict) and "datetime" in value:
        return local_time(value["datetime"], language)
    if isinstance(value, dict) and "text" in value:
        return catalog.translate(value["text"][0], value["text"][1], language)
    if isinstance(value, dict) and "list" in value:
        return ", ".join(_value(one, language, catalog) for one in value["list"])
    return str(value)


def local_time(iso: str, language: str) -> str:
    """Day and hour in Lima, as a person of the language reads it. iso: aware time in ISO 8601."""
    pattern = DATE_PATTERNS.get(language, DATE_PATTERNS["qu"])
    return format_datetime(datetime.fromisoformat(iso), pattern, tzinfo=LIMA, locale="es_PE")
