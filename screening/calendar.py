"""When something is due: clock time here, working hours from the calendar that the host supplies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from screening.due import parse_due


class Calendar(Protocol):
    """The programme's working hours and holidays. All times are aware."""

    def working(self, now: datetime, hours: float) -> datetime:
        """The moment at which that many working hours have passed since now."""
        ...

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is at work now."""
        ...


class AlwaysOpen:
    """A calendar without nights and holidays: for trying rules out, and for their cases."""

    def working(self, now: datetime, hours: float) -> datetime:
        """Working hours are clock hours."""
        return now + timedelta(hours=hours)

    def is_open(self, now: datetime) -> bool:
        """Always."""
        return True


def due_at(text: str, now: datetime, calendar: Calendar) -> datetime:
    """The moment that a due string means, counted from now. Raises ValueError."""
    due = parse_due(text)
    return calendar.working(now, due.working_hours) if due.working_hours else now + due.span
