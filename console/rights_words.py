"""The words of the pages about accounts, audit and kept data (texts/rights.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml

from console.staff_language import Told
from console.wording import TEXTS


@lru_cache(maxsize=1)
def rights_words() -> Mapping[str, Any]:
    """All groups of words, in the language of the request."""
    return Told(yaml.safe_load((TEXTS / "rights.yml").read_text(encoding="utf-8")))


def notice_words(code: str) -> str | None:
    """What stands at the head of a page after something was done."""
    words: str | None = rights_words()["notice"].get(code)
    return words


def refused_words(code: str) -> str:
    """Why something was not done."""
    refused = rights_words()["refused"]
    return str(refused.get(code, refused["other"]))
