"""Codes in the words that staff read (texts/labels.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml

from console.staff_language import Told
from console.wording import TEXTS


@lru_cache(maxsize=1)
def labels() -> Mapping[str, Any]:
    """All groups of codes with their words, in the language of the request."""
    return Told(yaml.safe_load((TEXTS / "labels.yml").read_text(encoding="utf-8")))


def label(code: str | None, group: str) -> str:
    """The words of a code; a code that has none yet is shown as it is, nothing when there is no code."""
    if code is None:
        return ""
    return str(labels()[group].get(code, code))
