"""The words around what the team writes through the bot, in the person's language, with the numbers that answer now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.catalog import Catalog
from bot.fields import word_fields
from followup.staff_messages import Say
from followup.staff_texts import context_of, staff_texts
from screening.definitions import Library
from screening.fields import SERVICE_FIELDS, fill


class Rules(Protocol):
    """The rules in use, whatever these are at the moment of asking."""

    @property
    def library(self) -> Library:
        """The definitions."""

    @property
    def folder(self) -> Path:
        """Where their files are."""


def staff_words(rules: Rules, catalog: Catalog, now: Callable[[], datetime]) -> Say:
    """(code of a text, language, who writes) -> its words."""

    def say(code: str, language: str, who: str) -> str:
        source = staff_texts(rules.folder).source(code)
        words = catalog.translate(context_of(code), source, language)
        numbers = "".join(f"{{{name}}}" for name in SERVICE_FIELDS if f"{{{name}}}" in words)
        fields = fill(numbers, rules.library, {}, language, now()) or {}
        return word_fields(words, {**fields, "who": who}, language, catalog)

    return say
