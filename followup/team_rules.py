"""When the team is warned and told, and to whom a case passes: the part `team` of callback_rules.yml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from followup.errors import RulesError
from followup.ruleset import PRIORITIES, load_yaml
from followup.working_hours import WorkingCalendar
from screening.due import Due, parse_due

DUE_SOON, OVERDUE, PASSED, MANY_TRIES, TO_CONFIRM, NOBODY_LEFT = (
    "due_soon",
    "overdue",
    "passed",
    "many_tries",
    "to_confirm",
    "nobody_left",
)
KINDS = (DUE_SOON, OVERDUE, PASSED, MANY_TRIES, TO_CONFIRM, NOBODY_LEFT)
HOLDER, ON_DUTY, ON_CALL, SUPERVISOR = "holder", "on_duty", "on_call", "supervisor"
WHOM = (HOLDER, ON_DUTY, ON_CALL, SUPERVISOR)
_SHARE = re.compile(r"^(\d{1,2}) ?%$")


@dataclass(frozen=True)
class Lead:
    """How long before its due time somebody is warned of a case: a span, or a share of its whole time."""

    span: Due | None = None
    share: float = 0.0

    def reached(self, created_at: datetime, due_at: datetime, now: datetime, calendar: WorkingCalendar) -> bool:
        """Whether no more time than that is left."""
        if self.span is not None:
            return calendar.after(self.span, now) >= due_at
        return due_at - now <= (due_at - created_at) * self.share


@dataclass(frozen=True)
class Words:
    """What a notice says; {cases} stands for how many cases it is about."""

    one: str
    many: str


@dataclass(frozen=True)
class TeamRules:
    """The whole part. pass_on: how long somebody holds a case that was passed to them; None: it goes back to the list.
    wakes: priorities for which people are told out of hours as well."""

    warn: Mapping[str, Lead | None]
    tell: Mapping[str, tuple[str, ...]]
    pass_on: Mapping[str, Due | None]
    wakes: frozenset[str]
    words: Mapping[str, Words]
    subject: str


def team_rules(folder: Path) -> TeamRules:
    """The rules in the folder; read again when the file has changed."""
    path = folder / "callback_rules.yml"
    return _read_cached(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read_cached(path: Path, _changed: int) -> TeamRules:
    return read_team_rules(str(path), load_yaml(path))


def read_team_rules(file: str, data: Mapping[str, Any]) -> TeamRules:
    """The part out of the parsed file; raises RulesError naming the place."""
    team = data.get("team") or {}
    words = team.get("words") or {}
    return TeamRules(
        warn={one: _lead(file, one, (team.get("warn_before_due") or {}).get(one)) for one in PRIORITIES},
        tell={kind: _whom(file, kind, (team.get("tell") or {}).get(kind)) for kind in KINDS},
        pass_on={one: _due(file, f"team.pass_on.{one}", (team.get("pass_on") or {}).get(one)) for one in PRIORITIES},
        wakes=frozenset(_priorities(file, team.get("wakes") or ())),
        words={kind: _words(file, kind, words.get(kind)) for kind in KINDS},
        subject=str(words.get("subject", "Uyariq")),
    )


def _lead(file: str, priority: str, text: Any) -> Lead | None:
    if text is None:
        return None
    share = _SHARE.match(str(text))
    if share:
        return Lead(share=int(share[1]) / 100)
    return Lead(span=_due(file, f"team.warn_before_due.{priority}", text))


def _due(file: str, place: str, text: Any) -> Due | None:
    try:
        return None if text is None else parse_due(str(text))
    except ValueError as error:
        raise RulesError(file, place, 'un plazo se escribe como "15 min" o "1 wh"; una parte, "25 %"') from error


def _whom(file: str, kind: str, named: Any) -> tuple[str, ...]:
    wrong = next((one for one in named or () if one not in WHOM), None)
    if wrong is not None:
        raise RulesError(file, f"team.tell.{kind}", f"«{wrong}» no vale; use {', '.join(WHOM)}")
    return tuple(named or ())


def _priorities(file: str, named: Any) -> list[str]:
    wrong = next((one for one in named if one not in PRIORITIES), None)
    if wrong is not None:
        raise RulesError(file, "team.wakes", f"«{wrong}» no vale; use {', '.join(PRIORITIES)}")
    return list(named)


def _words(file: str, kind: str, said: Any) -> Words:
    if said is None:
        return Words("", "")
    if not isinstance(said, Mapping) or not said.get("one") or "{cases}" not in str(said.get("many")):
        raise RulesError(file, f"team.words.{kind}", "necesita one, y many con {cases}")
    return Words(str(said["one"]), str(said["many"]))
