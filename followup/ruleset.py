"""What follows each call, read from screening_rules/callback_rules.yml; refuses a file it does not fully understand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from followup.errors import RulesError
from screening.due import Due

RULES_FOLDER = Path(__file__).resolve().parent.parent / "screening_rules"
PRIORITIES = ("routine", "urgent", "asap", "stat")
SHIFTS = (None, "other_hour", "other_day")
CLOSED_STATUSES = ("completed", "cancelled", "failed", "entered-in-error")
OPEN_STATUSES = ("requested", "accepted", "in-progress", "on-hold")
LADDER, PERSON_CHOOSES, ASK_NUMBER, NONE = "ladder", "person_chooses", "ask_number", "none"


@dataclass(frozen=True)
class Rung:
    """What follows the n-th attempt that failed: the next try, or `then` when it was the last."""

    attempt: int
    next: Due | None
    shift: str | None
    also: str | None
    then: str | None


@dataclass(frozen=True)
class ContactResult:
    """How a call ended. next: none, ladder, ask_number, person_chooses, or a span."""

    code: str
    label: str
    counts: bool
    reached: bool
    next: str | Due
    default_next: Due | None
    shift: str | None
    reassign: str | None
    guide: str


@dataclass(frozen=True)
class Disposition:
    """What came out of a talk, or why a task is closed. when: reached, final or any."""

    code: str
    label: str
    when: str
    closes: bool
    status: str
    next: Due | None
    person_chooses: bool
    needs: str | None
    needs_supervisor: bool
    withdraws_callback: bool
    guide: str


@dataclass(frozen=True)
class Closing:
    """What closing a task needs beside a result."""

    supervisor: bool
    note: bool
    reached: bool


@dataclass(frozen=True)
class Series:
    """The calls after a crisis: every so often, so many times, then a slower rhythm so many times."""

    every: Due
    first_calls: int
    then_every: Due
    then_calls: int

    def step(self, number: int) -> Due | None:
        """The wait before call `number` (from 1); None when the series is over."""
        if number <= self.first_calls:
            return self.every
        return self.then_every if number <= self.first_calls + self.then_calls else None


@dataclass(frozen=True)
class CallbackRules:
    """The whole file."""

    version: str
    lease: timedelta
    ladders: Mapping[str, tuple[Rung, ...]]
    contact_results: Mapping[str, ContactResult]
    dispositions: Mapping[str, Disposition]
    last_message_wait: Due
    visit_due: Mapping[str, Due]
    closing_crisis: Closing
    closing_unreached_high_risk: Closing
    reopen_within: timedelta
    blocked_by_flag: Mapping[str, frozenset[str]]
    safe_contact: tuple[Mapping[str, Any], ...]
    after_crisis: Series
    rescreen_reminders: tuple[Due, ...]
    unfinished_reminder: Due

    def rung(self, priority: str, attempt: int) -> Rung:
        """What follows the attempt; attempts beyond the last rung count as the last."""
        ladder = self.ladders[priority]
        return ladder[min(attempt, len(ladder)) - 1]

    def max_attempts(self, priority: str) -> int:
        """How many attempts that count are made before a task goes to its last step."""
        return len(self.ladders[priority])

    def blocked(self, flags: frozenset[str]) -> frozenset[str]:
        """What must not be done (message, community_visit) for a person with these flags."""
        return frozenset().union(*(self.blocked_by_flag.get(flag, frozenset()) for flag in flags))


def callback_rules(folder: Path = RULES_FOLDER) -> CallbackRules:
    """The rules in the folder; read again when the file has changed."""
    path = folder / "callback_rules.yml"
    try:
        return _read_cached(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise RulesError(str(path), "archivo", "no se puede leer; debe existir en la carpeta de reglas") from error


@lru_cache(maxsize=8)
def _read_cached(path: Path, _changed: int) -> CallbackRules:
    from followup.rules_reader import read_rules  # it needs the types of this file

    return read_rules(str(path), load_yaml(path))


def load_yaml(path: Path) -> dict[str, Any]:
    """The file as a mapping."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise RulesError(str(path), "YAML", f"no se entiende: {str(error).splitlines()[0]}") from error
    if not isinstance(data, dict) or data.get("format") != 1:
        raise RulesError(str(path), "format", "debe ser un archivo de formato 1")
    return data
