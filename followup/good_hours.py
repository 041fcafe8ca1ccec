"""The days and hours at which a person said that they can talk or be written to.

Kept in the compact form of `screening.windows`; where no day stands it is every day: "08:00-12:00,sat 18:00-21:00".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from sqlalchemy import bindparam, select, true
from sqlalchemy.engine import Connection

from followup.models import contact_preference
from followup.working_hours import WorkingCalendar
from screening.time_talk import any_time, times_said
from screening.windows import Window, compact, parse

FIELD = "hours"
_EVERY_DAY = "daily "
_LAST_MINUTE = time(23, 59)
# Who can talk on Saturdays only may have a holiday in between.
_DAYS_AHEAD = 15
_SAID = select(contact_preference.c.value, contact_preference.c.at).where(
    contact_preference.c.patient_id == bindparam("patient"),
    contact_preference.c.field == FIELD,
    contact_preference.c.current == true(),
)


@dataclass(frozen=True)
class GoodHours:
    """Windows of a person's week, by the local clock. said: when, which tells what "tomorrow" was; None is long ago."""

    windows: tuple[Window, ...]
    said: datetime | None = None

    def holds(self, moment: datetime, calendar: WorkingCalendar) -> bool:
        """Whether the moment is good. When all that was said is over, every moment is."""
        local = moment.astimezone(calendar.zone)
        said_on = self._said_on(calendar)
        if all(window.over(local.date(), said_on) for window in self.windows):
            return True
        good = [window for window in self.windows if window.covers(local.date(), said_on)]
        return any(_clock(window.start) <= local.time() < _clock(window.end) for window in good)

    def next(self, planned: datetime, calendar: WorkingCalendar) -> datetime:
        """The first moment from the planned one on that is good and at which somebody is at work.

        When hours of work and of the person never meet, the hours of work decide.
        """
        first = planned.astimezone(calendar.zone).date()
        days = (first + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD))
        return next((found for day in days if (found := self._on(day, planned, calendar))), calendar.next_open(planned))

    def _on(self, day: date, planned: datetime, calendar: WorkingCalendar) -> datetime | None:
        """The first good moment of a day that is not before the planned one."""
        said_on = self._said_on(calendar)
        good = sorted((one.start, one.end) for one in self.windows if one.covers(day, said_on))
        for opening in calendar.openings(day):
            for start, end in good:
                begin = max(planned, opening.start, datetime.combine(day, _clock(start), calendar.zone))
                if begin < min(opening.end, datetime.combine(day, _clock(end), calendar.zone)):
                    return begin.astimezone(timezone.utc)
        return None

    def _said_on(self, calendar: WorkingCalendar) -> date:
        return self.said.astimezone(calendar.zone).date() if self.said else date.min


def good_hours(conn: Connection, patient_id: str) -> GoodHours | None:
    """What the person said; None when any hour is good or nothing usable was said."""
    row = conn.execute(_SAID, {"patient": patient_id}).first()
    return read_hours(row.value, row.at) if row else None


def read_hours(stored: str, said: datetime | None = None) -> GoodHours | None:
    """The windows in a stored preference. said: when it was said."""
    windows = parse(stored)
    return GoodHours(windows, said) if windows else None


def understood(said: str) -> str | None:
    """What a person's words mean, as stored; None when they name no time, or any time is good.

    The words are in screening_rules/times.yml. "después de las 6" means the evening: nobody is called at six in the
    morning.
    """
    found = times_said(said)
    if found is None or found.windows == any_time():
        return None
    return compact(found.windows).replace(", ", ",").replace(_EVERY_DAY, "")


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60) if minutes < 24 * 60 else _LAST_MINUTE
