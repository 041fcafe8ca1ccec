"""The words of the pages and papers of referrals (texts/referrals.yml, texts/letter.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml

from console.staff_language import Told
from console.wording import TEXTS

LETTER = "console.letter"
"""Beginning of the gettext context of the sheet for the person."""


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """All groups of codes with their words, in the language of the request."""
    return Told(_read("referrals.yml"))


def word(code: str | None, group: str) -> str:
    """The words of a code; a code without any is shown as it is."""
    return "" if code is None else str(words()[group].get(code, code))


@lru_cache(maxsize=1)
def letter_words() -> Mapping[str, str]:
    """Sentences of the letter, in Spanish."""
    return {str(key): str(text) for key, text in _read("letter.yml")["letter"].items()}


@lru_cache(maxsize=1)
def person_words() -> Mapping[str, str]:
    """Spanish sentences of the sheet for the person."""
    return {str(key): str(text) for key, text in _read("letter.yml")["person"].items()}


def messages() -> list[tuple[str, str]]:
    """(context, Spanish sentence) of what a person may read on paper, for the host's catalogs."""
    return [(f"{LETTER}.{key}", text) for key, text in person_words().items()]


def _read(name: str) -> Mapping[str, Any]:
    found: dict[str, Any] = yaml.safe_load((TEXTS / name).read_text(encoding="utf-8"))
    return found
