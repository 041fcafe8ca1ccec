"""Stretches of days at which somebody can talk, and their compact form: "sat 08:00-12:00, weekdays 18:00-21:00".

Nothing here knows what day it is: "tomorrow" stays "tomorrow" until somebody who knows the date asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RELATIVE = {"today": 0, "tomorrow": 1, "after_tomorrow": 2}
GROUPS = {"daily": WEEKDAYS, "weekdays": WEEKDAYS[:5], "weekend": WEEKDAYS[5:]}
_ORDER = {day: place for place, day in enumerate((*RELATIVE, *WEEKDAYS))}
_DAY = 24 * 60

Stretch = tuple[int, int]
"""From and to in minutes from midnight."""


@dataclass(frozen=True)
class Window:
    """A stretch of certain days. days: among mon..sun, today, tomorrow, after_tomorrow; minutes from midnight."""

    days: frozenset[str]
    start: int
    end: int

    def covers(self, day: date, said_on: date) -> bool:
        """Whether the day is among those meant by words that were said on that date."""
        return WEEKDAYS[day.weekday()] in self.days or any(day == one for one in self._dates(said_on))

    def over(self, day: date, said_on: date) -> bool:
        """Whether all its days lie before that day; what returns each week is never over."""
        return self.days.isdisjoint(WEEKDAYS) and all(one < day for one in self._dates(said_on))

    def _dates(self, said_on: date) -> Iterator[date]:
        return (said_on + timedelta(days=RELATIVE[one]) for one in self.days if one in RELATIVE)


def compact(windows: Iterable[Window]) -> str:
    """Windows as "<days> <from>-<to>", joined by ", ", the earliest day first."""
    rows: dict[Stretch, set[str]] = {}
    for window in windows:
        rows.setdefault((window.start, window.end), set()).update(window.days)
    found = [(_place(name), *stretch, name) for stretch, days in rows.items() for name in _names(days)]
    return ", ".join(f"{name} {_clock(start)}-{_clock(end)}" for _, start, end, name in sorted(found))


def parse(value: str) -> tuple[Window, ...]:
    """The windows of a compact form. Without days it is every day; what has not that form is left out."""
    return tuple(window for part in value.split(",") if (window := _window(part)) is not None)


def joined(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The same time with no stretch twice: one window for each stretch, days together."""
    return _windows({day: _united(stretches) for day, stretches in _by_day(windows).items()})


def without(windows: Iterable[Window], removed: Iterable[Window]) -> tuple[Window, ...]:
    """What is left of the windows when those of the same days are taken off."""
    gone = _by_day(removed)
    return _windows({
        day: _minus(_united(stretches), gone.get(day, [])) for day, stretches in _by_day(windows).items()
    })  # fmt: skip


def _window(part: str) -> Window | None:
    day, _, hours = part.strip().rpartition(" ") if part.strip()[:1].isalpha() else ("daily", "", part)
    start, _, end = hours.replace(" ", "").partition("-")
    days = GROUPS.get(day, (day,))
    if not set(days) <= _ORDER.keys():
        return None
    first, last = _minutes(start), _minutes(end)
    return Window(frozenset(days), first, last) if first is not None and last is not None and first < last else None


def _minutes(text: str) -> int | None:
    hour, _, minute = text.partition(":")
    if not (hour.isdecimal() and len(hour) <= 2 and (minute or "0").isdecimal()):
        return None
    return min(int(hour) * 60 + min(int(minute or 0), 59), _DAY)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _place(name: str) -> int:
    return _ORDER[GROUPS.get(name, (name,))[0]]


def _names(days: set[str]) -> list[str]:
    for name, members in GROUPS.items():
        if days.issuperset(members):
            return [name, *_names(days.difference(members))]
    return list(days)


def _by_day(windows: Iterable[Window]) -> dict[str, list[Stretch]]:
    found: dict[str, list[Stretch]] = {}
    for window in windows:
        for day in window.days:
            found.setdefault(day, []).append((window.start, window.end))
    return found


def _windows(by_day: dict[str, list[Stretch]]) -> tuple[Window, ...]:
    days: dict[Stretch, set[str]] = {}
    for day, stretches in by_day.items():
        for stretch in stretches:
            days.setdefault(stretch, set()).add(day)
    return tuple(Window(frozenset(days[stretch]), *stretch) for stretch in sorted(days))


def _united(stretches: list[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _minus(stretches: list[Stretch], gone: list[Stretch]) -> list[Stretch]:
    for first, last in gone:
        cut = [((start, min(end, first)), (max(start, last), end)) for start, end in stretches]
        stretches = [piece for pieces in cut for piece in pieces if piece[0] < piece[1]]
    return stretches
