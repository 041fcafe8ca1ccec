"""What people write to hear a question again or to join two channels: whole messages, never parts of one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def bare(text: str) -> str:
    """Small letters without accents and signs, single blanks between words."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


class Phrases:
    """A set of whole messages."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._known = frozenset(bare(one) for one in phrases)

    def renew(self, other: Phrases) -> None:
        """The other's phrases from now on."""
        self._known = other._known

    def __contains__(self, text: str) -> bool:
        return bare(text) in self._known
