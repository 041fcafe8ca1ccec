"""Words that are what they seem: everyday Spanish forms, neither slips of the finger nor Quechua to take apart."""

from __future__ import annotations

import json
from functools import lru_cache

from bot.nlu.language import TABLE_FILE
from bot.nlu.spanish import spanish_forms

_SHORTEST = 2


@lru_cache(maxsize=1)
def spanish_known() -> frozenset[str]:
    """Folded everyday forms: the project's word list, inflected, and the Spanish words of the language table."""
    words = json.loads(TABLE_FILE.read_text(encoding="utf-8"))["words"]
    # The first figure is above zero for Quechua, the second for other languages.
    spanish = {word for word, (quechua, other) in words.items() if quechua < 0 and other < 0 and len(word) >= _SHORTEST}
    return frozenset(spanish | spanish_forms())
