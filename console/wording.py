"""The sentences of the public pages in the reader's language.

They are data (texts/chat.yml, Spanish); other languages come from the translate callable the host supplies.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import yaml

LANGUAGES = {"es": "Español", "qu": "Runasimi"}
"""The languages offered, each by its own name, as a reader looks for it."""

TEXTS = Path(__file__).parent / "texts"


class Translate(Protocol):
    """From the host: (context, Spanish sentence, language) -> the sentence in that language, or the Spanish."""

    def __call__(self, context: str, text: str, language: str) -> str: ...


def in_spanish(context: str, text: str, language: str) -> str:  # the names belong to Translate
    """The sentence as it stands: what is used where the host supplies no catalogs."""
    return text


@lru_cache(maxsize=1)
def sentences() -> Mapping[str, str]:
    """All Spanish sentences of the public pages by key, in the order of the file."""
    document = yaml.safe_load((TEXTS / "chat.yml").read_text(encoding="utf-8"))
    return {str(key): str(text) for key, text in document["texts"].items()}


def messages() -> list[tuple[str, str]]:
    """(context, Spanish sentence) of everything the host's catalogs should translate."""
    return [(context_of(key), text) for key, text in sentences().items()]


def context_of(key: str) -> str:
    """The gettext context of one sentence."""
    return f"console.{key}"


class Wording:
    """The public pages' sentences in one language; `wording("send")` in a template."""

    def __init__(self, language: str, translate: Translate = in_spanish) -> None:
        self.language = language
        self._translate = translate

    def __call__(self, key: str, **fields: str) -> str:
        """The sentence of that key with its fields filled in."""
        text = self._translate(context_of(key), sentences()[key], self.language)
        return text.format(**fields) if fields else text

    def everything(self) -> dict[str, str]:
        """All sentences with their fields still open, for the script of the chat page."""
        return {key: self(key) for key in sentences()}


def offered_language(asked: str | None) -> str:
    """The language asked for when it is offered, else Spanish."""
    return asked if asked in LANGUAGES else "es"
