"""What to ask and what not to say in a call (texts/call_guide.yml), as it fits one person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from console.site import Site
from console.wording import TEXTS

LINES = {"crisis_call": "crisis_call", "medical_line": "medical", "violence_line": "violence"}
"""Fields of the guide by the kind of service that fills them."""
ALWAYS = "always"


@dataclass(frozen=True)
class Section:
    """A part of the guide. is_open: stands open on the page without being asked for."""

    title: str
    lines: tuple[str, ...]
    is_open: bool
    source: str | None


@dataclass(frozen=True)
class Guide:
    """The parts that fit, and what is never said. is_proposal: no clinical lead has signed it yet."""

    sections: tuple[Section, ...]
    never: Section
    is_proposal: bool


def guide_for(codes: Collection[str], site: Site) -> Guide:
    """The guide for a person with these risks and reasons."""
    document = _document()
    numbers = {field: site.hotline(kind, "es").words for field, kind in LINES.items()}
    fitting = [one for one in document["sections"] if one["when"] == ALWAYS or set(one["when"]) & set(codes)]
    return Guide(
        sections=tuple(_section(one, numbers) for one in fitting),
        never=_section(document["never"], numbers),
        is_proposal=bool(document.get("proposal")),
    )


def _section(raw: dict[str, Any], numbers: dict[str, str]) -> Section:
    lines = tuple(line.format(**numbers) for line in raw["lines"])
    return Section(raw["title"], lines, bool(raw.get("open")), raw.get("source"))


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((TEXTS / "call_guide.yml").read_text(encoding="utf-8"))
    return document
