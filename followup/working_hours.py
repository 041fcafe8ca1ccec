"""When somebody is at work and when it is night, from screening_rules/working_hours.yml and Peru's holidays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from followup.errors import RulesError
from followup.ruleset import RULES_FOLDER, load_yaml
from screening.due import Due

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS_WITHOUT_WORK = 366
_MIDNIGHT = time(0)


@dataclass(frozen=True)
class Opening:
    """One stretch of time in which somebody is there, in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class SpecialHours:
    """Hours of one day that are not as its week says; without hours it is the whole day."""

    day: date
    start: time | None
    end: time | None


@dataclass(frozen=True)
class Hours:
    """The whole file."""

    zone: ZoneInfo
    shifts: Mapping[int, tuple[tuple[time, time], ...]]
    country: str | None
    closed: tuple[SpecialHours, ...]
    open: tuple[SpecialHours, ...]
    quiet_from: time
    quiet_to: time


class WorkingCalendar:
    """Working hours of the programme: shifts, national holidays, the programme's own closed and open days."""

    def __init__(self, hours: Hours) -> None:
        self._hours = hours
        self._holidays = holidays.country_holidays(hours.country) if hours.country else {}
        self._opened = {item.day: item for item in hours.open}
        self._closed = {item.day: item for item in hours.closed}

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which people read their clocks."""
        return self._hours.zone

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is at work."""
        return any(opening.start <= now < opening.end for opening in self.openings(self._local_day(now)))

    def working(self, now: datetime, hours: float) -> datetime:
        """The moment at which that many working hours have passed since now, in UTC."""
        left = timedelta(hours=hours)
        for opening in self._from(now):
            start = max(opening.start, now)
            if left <= opening.end - start:
                return (start + left).astimezone(timezone.utc)
            left -= opening.end - start
        raise AssertionError("the openings never end")

    def after(self, due: Due, now: datetime) -> datetime:
        """The moment that a span of the rules means, counted from now."""
        return self.working(now, due.working_hours) if due.working_hours else now + due.span

    def next_open(self, now: datetime) -> datetime:
        """Now when somebody is at work, else the next moment when somebody is."""
        return max(now, next(self._from(now)).start)

    def openings(self, day: date) -> tuple[Opening, ...]:
        """The hours of a local day, in order."""
        special = self._opened.get(day)
        hours: tuple[tuple[time, time], ...]
        if special:
            hours = ((special.start or _MIDNIGHT, special.end or _MIDNIGHT),)
        else:
            hours = () if self.is_holiday(day) else self._hours.shifts.get(day.weekday(), ())
        closed = self._closed.get(day)
        if closed:
            hours = tuple(_without(hours, closed))
        return tuple(Opening(self._at(day, start), self._end(day, end)) for start, end in hours)

    def is_holiday(self, day: date) -> bool:
        """Whether the country rests that day."""
        return day in self._holidays

    def end_of_day(self, now: datetime) -> datetime:
        """The midnight that ends the local day of now, in UTC."""
        return self._at(self._local_day(now) + timedelta(days=1), _MIDNIGHT)

    def start_of_day(self, now: datetime) -> datetime:
        """The midnight that began the local day of now, in UTC."""
        return self._at(self._local_day(now), _MIDNIGHT)

    def is_quiet(self, now: datetime) -> bool:
        """Whether it is night, when nobody is written to."""
        clock = now.astimezone(self.zone).time()
        start, end = self._hours.quiet_from, self._hours.quiet_to
        return start <= clock < end if start < end else clock >= start or clock < end

    def after_quiet(self, now: datetime) -> datetime:
        """Now, or the end of the night."""
        if not self.is_quiet(now):
            return now
        morning = self._at(self._local_day(now), self._hours.quiet_to)
        return morning if morning > now else self._at(self._local_day(now) + timedelta(days=1), self._hours.quiet_to)

    def _from(self, now: datetime) -> Iterator[Opening]:
        day, idle = self._local_day(now), 0
        while idle < _DAYS_WITHOUT_WORK:
            openings = [opening for opening in self.openings(day) if opening.end > now]
            yield from openings
            idle = 0 if openings else idle + 1
            day += timedelta(days=1)
        raise RulesError("working_hours.yml", "shifts", "no hay ninguna hora de atención en un año")

    def _local_day(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(timezone.utc)

    def _end(self, day: date, clock: time) -> datetime:
        return self._at(day + timedelta(days=1) if clock == _MIDNIGHT else day, clock)


def working_calendar(folder: Path = RULES_FOLDER) -> WorkingCalendar:
    """The calendar of the rules in the folder; read again when the file has changed."""
    path = folder / "working_hours.yml"
    try:
        return _read_cached(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise RulesError(str(path), "archivo", "no se puede leer; debe existir en la carpeta de reglas") from error


@lru_cache(maxsize=8)
def _read_cached(path: Path, _changed: int) -> WorkingCalendar:
    return WorkingCalendar(read_hours(str(path), load_yaml(path)))


def read_hours(file: str, data: Mapping[str, Any]) -> Hours:
    """The hours out of the parsed file; raises RulesError naming the place."""
    quiet = data.get("quiet_hours") or {}
    return Hours(
        zone=_zone(file, data.get("timezone")),
        shifts=_shifts(file, data.get("shifts") or []),
        country=_country(file, data.get("holidays")),
        closed=_special(file, "closed", data.get("closed") or []),
        open=_special(file, "open", data.get("open") or []),
        quiet_from=_clock(file, "quiet_hours.from", quiet.get("from")),
        quiet_to=_clock(file, "quiet_hours.to", quiet.get("to")),
    )


def _zone(file: str, name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise RulesError(file, "timezone", "no es una zona horaria; por ejemplo America/Lima") from error


def _country(file: str, name: Any) -> str | None:
    if name is not None and name not in holidays.list_supported_countries():
        raise RulesError(file, "holidays", "no es un país conocido; por ejemplo PE")
    return None if name is None else str(name)


def _shifts(file: str, rows: list[Mapping[str, Any]]) -> dict[int, tuple[tuple[time, time], ...]]:
    found: dict[int, list[tuple[time, time]]] = {}
    for number, row in enumerate(rows, 1):
        place = f"shifts.{number}"
        stretch = _clock(file, f"{place}.from", row.get("from")), _clock(file, f"{place}.to", row.get("to"))
        if stretch[0] >= stretch[1] != _MIDNIGHT:
            raise RulesError(file, place, "from debe ser antes que to")
        for day in row.get("days") or ():
            if day not in WEEKDAYS:
                raise RulesError(file, place, f"«{day}» no es un día; use {', '.join(WEEKDAYS)}")
            found.setdefault(WEEKDAYS.index(day), []).append(stretch)
    return {day: tuple(sorted(stretches)) for day, stretches in found.items()}


def _special(file: str, place: str, rows: list[Mapping[str, Any]]) -> tuple[SpecialHours, ...]:
    return tuple(
        SpecialHours(
            _date(file, place, row.get("date")),
            _clock(file, place, row["from"]) if row.get("from") else None,
            _clock(file, place, row["to"]) if row.get("to") else None,
        )
        for row in rows
    )


def _date(file: str, place: str, value: Any) -> date:
    if isinstance(value, date):
        return value
    raise RulesError(file, place, "date se escribe como 2026-12-24")


def _clock(file: str, place: str, value: Any) -> time:
    try:
        hour, minute = str(value).split(":")
        return time(int(hour) % 24, int(minute))
    except ValueError as error:
        raise RulesError(file, place, 'una hora se escribe entre comillas, como "08:00"') from error


def _without(hours: tuple[tuple[time, time], ...], closed: SpecialHours) -> Iterator[tuple[time, time]]:
    """What is left of the hours when some are closed; an end at midnight is the day's end."""
    gone_from, gone_to = closed.start or _MIDNIGHT, closed.end
    for start, end in hours:
        last = time.max if end == _MIDNIGHT else end
        if start < gone_from:
            yield start, end if last <= gone_from else gone_from
        if gone_to is not None and last > gone_to:
            yield max(start, gone_to), end
