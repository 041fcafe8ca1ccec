"""How long what is kept (retention.yml): read again when the file has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from followup.errors import RulesError
from followup.ruleset import RULES_FOLDER, load_yaml
from followup.staff_texts import staff_texts
from followup.understanding import understanding
from screening.due import parse_due

FILE = "retention.yml"
IDENTITIES, PEOPLE, AUDIT, MESSAGE_IDS, MERGES = "identities", "people", "audit", "message_ids", "merges"
UNKNOWN_MESSAGES, STAFF_MESSAGES = "unknown_messages", "staff_messages"
ALWAYS = "siempre"
_PARTS = {"after_last_contact": (IDENTITIES, PEOPLE), "after_writing": (AUDIT, MESSAGE_IDS, MERGES)}
_SHORTEST = {MERGES: timedelta(days=1)}
_SHORTEST_OTHERWISE = timedelta(days=7)


@dataclass(frozen=True)
class Kept:
    """One rule. days: None when it is kept for good; file: where the number stands."""

    code: str
    days: timedelta | None
    file: str


@dataclass(frozen=True)
class RetentionRules:
    """The rules in use, by code."""

    version: str
    proposal: bool
    kept: Mapping[str, Kept]

    def days(self, code: str) -> timedelta | None:
        """How long, or None when it is kept for good."""
        return self.kept[code].days


def retention_rules(folder: Path = RULES_FOLDER) -> RetentionRules:
    """The rules in the folder, with the spans that stand in other files. Raises RulesError."""
    path = folder / FILE
    try:
        read = _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise RulesError(str(path), "archivo", "no se puede leer; debe existir en la carpeta de reglas") from error
    elsewhere = {
        UNKNOWN_MESSAGES: Kept(UNKNOWN_MESSAGES, understanding(folder).days, "understanding.yml"),
        STAFF_MESSAGES: Kept(STAFF_MESSAGES, staff_texts(folder).kept, "staff_messages.yml"),
    }
    return RetentionRules(read.version, read.proposal, {**read.kept, **elsewhere})


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> RetentionRules:
    data = load_yaml(path)
    kept = {
        code: Kept(code, _span(path, f"{part}.{code}", (data.get(part) or {}).get(code)), FILE)
        for part, codes in _PARTS.items()
        for code in codes
    }
    identities, people = kept[IDENTITIES].days, kept[PEOPLE].days
    if people is not None and (identities is None or identities > people):
        place = f"after_last_contact.{IDENTITIES}"
        raise RulesError(str(path), place, "un nombre no se guarda más tiempo que la historia: ponga un plazo menor")
    return RetentionRules(str(data.get("version", "")), bool(data.get("proposal")), kept)


def _span(path: Path, place: str, text: Any) -> timedelta | None:
    code = place.rpartition(".")[2]
    if text is None and code == MERGES:
        # A file from before this rule: nothing is kept for it, and nothing can be undone.
        return timedelta(0)
    if text == ALWAYS:
        return None
    try:
        due = parse_due(str(text))
    except ValueError as error:
        raise RulesError(str(path), place, 'un plazo se escribe como "730 d", o "siempre"') from error
    shortest = _SHORTEST.get(code, _SHORTEST_OTHERWISE)
    if due.working_hours or due.span < shortest:
        raise RulesError(str(path), place, f"el plazo es de {shortest.days} días o más, en días corridos")
    return due.span
