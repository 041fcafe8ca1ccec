"""Who is at work now, and who is on call when nobody is: from screening_rules/working_hours.yml, by user name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection, Row

from followup import context
from followup.errors import RulesError
from followup.models import practitioner
from followup.ruleset import load_yaml
from followup.working_hours import WEEKDAYS
from screening.windows import GROUPS

_MIDNIGHT = time(0)
WORKING_ROLES = ("counselor", "supervisor", "admin")
"""Those who may hold a case."""
SUPERVISING_ROLES = ("supervisor", "admin")


@dataclass(frozen=True)
class Turn:
    """A stretch of certain days and the user names in it; none named: everybody. An end before its start is the
    next morning's."""

    days: frozenset[int]
    dates: frozenset[date]
    start: time
    end: time
    who: tuple[str, ...]

    def covers(self, local: datetime) -> bool:
        """Whether the moment, by the local clock, lies in it."""
        clock = local.time()
        if self.start < self.end or self.end == _MIDNIGHT:
            return self._on(local.date()) and self.start <= clock and (self.end == _MIDNIGHT or clock < self.end)
        yesterday = local.date() - timedelta(days=1)
        return (self._on(local.date()) and clock >= self.start) or (self._on(yesterday) and clock < self.end)

    def _on(self, day: date) -> bool:
        return day.weekday() in self.days or day in self.dates


@dataclass(frozen=True)
class Duty:
    """The whole roster."""

    shifts: tuple[Turn, ...]
    on_call: tuple[Turn, ...]

    def on_shift(self, local: datetime) -> frozenset[str] | None:
        """User names in the present shifts; None: the shift names nobody, so it is everybody's."""
        now = [turn for turn in self.shifts if turn.covers(local)]
        if any(not turn.who for turn in now) or not now:
            return None
        return frozenset(name for turn in now for name in turn.who)

    def called(self, local: datetime) -> frozenset[str]:
        """User names of those on call."""
        return frozenset(name for turn in self.on_call if turn.covers(local) for name in turn.who)

    def names(self) -> frozenset[str]:
        """All user names in the file."""
        return frozenset(name for turn in (*self.shifts, *self.on_call) for name in turn.who)


def duty(folder: Path) -> Duty:
    """The roster of the rules in the folder; read again when the file has changed."""
    path = folder / "working_hours.yml"
    return _read_cached(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read_cached(path: Path, _changed: int) -> Duty:
    return read_duty(str(path), load_yaml(path))


def on_duty(conn: Connection, now: datetime) -> list[Row[Any]]:
    """Accounts of those who can be given a case now: in hours the shift's, out of hours who is on call."""
    roster, calendar = duty(context.of(conn).rules_folder), context.of(conn).calendar()
    local = now.astimezone(calendar.zone)
    there = _working(conn, now)
    if not calendar.is_open(now):
        return [row for row in there if row.username in roster.called(local)]
    names = roster.on_shift(local)
    return [row for row in there if names is None or row.username in names]


def on_call(conn: Connection, now: datetime) -> list[Row[Any]]:
    """Accounts of those on call now, in hours and out of them."""
    roster, calendar = duty(context.of(conn).rules_folder), context.of(conn).calendar()
    names = roster.called(now.astimezone(calendar.zone))
    return [row for row in _working(conn, now) if row.username in names]


def supervisors(conn: Connection, now: datetime) -> list[Row[Any]]:
    """Accounts of those who supervise and are not away."""
    return [row for row in _working(conn, now) if row.role in SUPERVISING_ROLES]


def team(conn: Connection) -> list[Row[Any]]:
    """Ids and names of all who may hold a case, by name."""
    may = practitioner.c.active.is_(True), practitioner.c.role.in_(WORKING_ROLES)
    wanted = select(practitioner.c.id, practitioner.c.name).where(*may)
    return list(conn.execute(wanted.order_by(practitioner.c.name, practitioner.c.id)).all())


def unknown_names(conn: Connection) -> list[str]:
    """User names of the file that have no account: a shift with nobody in it."""
    active = practitioner.c.active.is_(True)
    known = set(conn.execute(select(practitioner.c.username).where(active)).scalars())
    return sorted(duty(context.of(conn).rules_folder).names() - known)


def is_away(away_until: datetime | None, now: datetime) -> bool:
    """Whether somebody said, or a supervisor noted, that they are not there."""
    return away_until is not None and away_until > now


def _working(conn: Connection, now: datetime) -> list[Row[Any]]:
    there = or_(practitioner.c.away_until.is_(None), practitioner.c.away_until <= now)
    wanted = select(practitioner).where(practitioner.c.active.is_(True), practitioner.c.role.in_(WORKING_ROLES), there)
    return list(conn.execute(wanted.order_by(practitioner.c.name, practitioner.c.id)).all())


def read_duty(file: str, data: Mapping[str, Any]) -> Duty:
    """The roster out of the parsed file; raises RulesError naming the place."""
    weekly = [_turn(file, f"shifts.{number}", row) for number, row in enumerate(data.get("shifts") or [], 1)]
    special = [_turn(file, f"open.{number}", row) for number, row in enumerate(data.get("open") or [], 1)]
    called = (data.get("out_of_hours") or {}).get("on_call") or []
    if not isinstance(called, list):
        raise RulesError(file, "out_of_hours.on_call", "es una lista de turnos de guardia, o queda vacía")
    turns = [_turn(file, f"out_of_hours.on_call.{number}", row) for number, row in enumerate(called, 1)]
    nameless = next((number for number, turn in enumerate(turns, 1) if not turn.who), None)
    if nameless:
        raise RulesError(file, f"out_of_hours.on_call.{nameless}", "who dice quién está de guardia: [usuario]")
    return Duty((*weekly, *special), tuple(turns))


def _turn(file: str, place: str, row: Mapping[str, Any]) -> Turn:
    when = row.get("date")
    return Turn(
        days=frozenset(_days(file, place, row.get("days") or ())),
        dates=frozenset([when]) if isinstance(when, date) else frozenset(),
        start=_clock(file, f"{place}.from", row.get("from")),
        end=_clock(file, f"{place}.to", row.get("to")),
        who=tuple(str(name).strip().lower() for name in row.get("who") or ()),
    )


def _days(file: str, place: str, named: Iterable[str]) -> list[int]:
    days = [day for name in named for day in GROUPS.get(name, (name,))]
    wrong = next((day for day in days if day not in WEEKDAYS), None)
    if wrong is not None:
        raise RulesError(file, place, f"«{wrong}» no es un día; use {', '.join(WEEKDAYS)} o daily")
    return [WEEKDAYS.index(day) for day in days]


def _clock(file: str, place: str, value: Any) -> time:
    if value is None:
        return _MIDNIGHT
    try:
        hour, minute = str(value).split(":")
        return time(int(hour) % 24, int(minute))
    except ValueError as error:
        raise RulesError(file, place, 'una hora se escribe entre comillas, como "08:00"') from error
