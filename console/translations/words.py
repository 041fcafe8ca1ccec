"""The words of the pages about translations (texts/translations.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml

from console.staff_language import Told
from console.wording import TEXTS


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """All groups, in the language of the request."""
    return Told(yaml.safe_load((TEXTS / "translations.yml").read_text(encoding="utf-8")))
