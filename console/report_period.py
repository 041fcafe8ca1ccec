"""Which days a report covers; a report that leaves the team covers whole months, so that no single day can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

PRESETS = ("month", "last_month", "quarter", "year", "all")
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included; None: without an end on that side."""

    first: date | None
    last: date | None

    def in_whole_months(self) -> Period:
        """The same widened to whole months."""
        first = self.first.replace(day=1) if self.first else None
        last = _month_after(self.last) - timedelta(days=1) if self.last else None
        return Period(first, last)

    def query(self, **more: str) -> str:
        """As the address of a page."""
        days = {"desde": self.first, "hasta": self.last}
        return urlencode({name: day.isoformat() for name, day in days.items() if day} | more)


def asked_period(query: Mapping[str, str], today: date) -> Period:
    """What the address asks for; this month when it asks for nothing that makes sense."""
    first, last = day_of(query.get("desde")), day_of(query.get("hasta"))
    if query.get("periodo") == "all":
        return Period(None, None)
    if first is None and last is None:
        return preset("month", today)
    return Period(last, first) if first and last and first > last else Period(first, last)


def preset(name: str, today: date) -> Period:
    """One of the periods that are offered."""
    month = today.replace(day=1)
    if name == "last_month":
        return Period((month - timedelta(days=1)).replace(day=1), month - timedelta(days=1))
    if name == "quarter":
        return Period(_months_before(month, 2), today)
    if name == "year":
        return Period(month.replace(month=1), today)
    return Period(None, None) if name == "all" else Period(month, today)


def day_of(text: str | None) -> date | None:
    """The day that a field holds, or None."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if _EARLIEST <= day < _LATEST else None


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _months_before(month: date, count: int) -> date:
    for _ in range(count):
        month = (month - timedelta(days=1)).replace(day=1)
    return month
