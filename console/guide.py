"""What to ask and what not to say in a call (texts/call_guide.yml), as it fits one person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from console.site import Site
from console.staff_language import told
from console.wording import TEXTS
from screening.definitions import RISK_CODES

LINES = {"crisis_call": "crisis_call", "medical_line": "medical", "violence_line": "violence"}
"""Fields of the guide by the kind of service that fills them."""
ALWAYS = "always"


@dataclass(frozen=True)
class Section:
    """A part of the guide. is_open: stands open on the page without being asked for; is_for_risk: about a danger."""

    title: str
    lines: tuple[str, ...]
    is_open: bool
    source: str | None
    is_for_risk: bool = False


@dataclass(frozen=True)
class Guide:
    """The parts that fit, and what is never said. is_proposal: no clinical lead has signed it yet."""

    sections: tuple[Section, ...]
    never: Section
    is_proposal: bool


def guide_for(codes: Collection[str], site: Site) -> Guide:
    """The guide for a person of whom these codes are true: risks, reasons of the case, language, age."""
    document = _document()
    numbers = {field: site.hotline(kind, "es").words for field, kind in LINES.items()}
    return Guide(
        sections=tuple(_section(one, numbers) for one in document["sections"] if _fits(one, codes)),
        never=_never(document["never"], codes, numbers),
        is_proposal=bool(document.get("proposal")),
    )


def _fits(part: dict[str, Any], codes: Collection[str]) -> bool:
    return bool(part["when"] == ALWAYS or set(part["when"]) & set(codes))


def _never(raw: dict[str, Any], codes: Collection[str], numbers: dict[str, str]) -> Section:
    """What is said to nobody, behind what is not said to this person: that is the easier to forget."""
    own = [line for part in raw.get("also", ()) if _fits(part, codes) for line in part["lines"]]
    return _section({**raw, "lines": [*own, *raw["lines"]]}, numbers)


def _section(raw: dict[str, Any], numbers: dict[str, str]) -> Section:
    lines = tuple(told(line, **numbers) for line in raw["lines"])
    about_risk = raw.get("when") != ALWAYS and bool(set(raw.get("when", ())) & set(RISK_CODES))
    return Section(told(raw["title"]), lines, bool(raw.get("open")), raw.get("source"), about_risk)


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((TEXTS / "call_guide.yml").read_text(encoding="utf-8"))
    return document
