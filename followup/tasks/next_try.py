"""When to try again: not at the hour that just failed, when somebody is at work, and when the person can talk."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.engine import Connection

from followup import context
from followup.good_hours import good_hours
from followup.working_hours import WorkingCalendar
from screening.due import Due

SAME_HOUR = timedelta(hours=2)
"""Two times of day nearer than this count as the same hour."""
_DAYS_AHEAD = 10


def next_try(conn: Connection, patient_id: str, due: Due, shift: str | None, now: datetime) -> datetime:
    """The moment of the next attempt. Without a shift the clock alone decides: then it is about life."""
    calendar = context.of(conn).calendar()
    planned = calendar.after(due, now)
    if shift is None:
        return planned
    moved = another_hour(planned, now, shift == "other_day", calendar)
    wished = good_hours(conn, patient_id)
    return wished.next(moved, calendar) if wished else moved


def another_hour(planned: datetime, now: datetime, other_day: bool, calendar: WorkingCalendar) -> datetime:
    """The planned moment, moved to working hours and, if it is the same hour as now, to the other half of a day."""
    if other_day and _day(planned, calendar) == _day(now, calendar):
        planned += timedelta(days=1)
    if _hours_apart(planned, now) >= SAME_HOUR:
        return calendar.next_open(planned)
    today = _day(now, calendar) if other_day else None
    choices = [moment for moment in _other_halves(now, calendar) if _day(moment, calendar) != today]
    return min(choices, key=lambda moment: abs(moment - planned), default=calendar.next_open(planned))


def _other_halves(now: datetime, calendar: WorkingCalendar) -> list[datetime]:
    """The middle of the half of each coming working day in which we did not call this time."""
    found = []
    clock = now.astimezone(calendar.zone).time()
    for ahead in range(_DAYS_AHEAD):
        openings = calendar.openings(_day(now, calendar) + timedelta(days=ahead))
        if not openings:
            continue
        start, end = openings[0].start, openings[-1].end
        middle = start + (end - start) / 2
        late = clock >= middle.astimezone(calendar.zone).time()
        half = start + (middle - start) / 2 if late else middle + (end - middle) / 2
        found.append(calendar.next_open(half))
    return [moment for moment in found if moment > now]


def _hours_apart(first: datetime, second: datetime) -> timedelta:
    """How far two times of day are from each other, around the clock."""
    apart = abs(first - second) % timedelta(days=1)
    return min(apart, timedelta(days=1) - apart)


def _day(moment: datetime, calendar: WorkingCalendar) -> date:
    return moment.astimezone(calendar.zone).date()
