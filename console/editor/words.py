"""The editor's words for staff (console/texts/editor.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml

from console.staff_language import Told
from console.wording import TEXTS


@lru_cache(maxsize=1)
def editor_words() -> Mapping[str, Any]:
    """All groups of words, in the language of the request."""
    return Told(yaml.safe_load((TEXTS / "editor.yml").read_text(encoding="utf-8")))


def words(group: str, code: str | None) -> str:
    """The words of a code; a code that has none is shown as it is."""
    return str(editor_words()[group].get(code, code)) if code else ""
