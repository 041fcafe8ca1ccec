"""The hours at which a person said that they can talk or be written to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from functools import lru_cache
from pathlib import Path

import yaml
from sqlalchemy import bindparam, select, true
from sqlalchemy.engine import Connection

from followup.models import contact_preference
from followup.working_hours import WorkingCalendar
from screening.fold import fold

FIELD = "hours"
_WORDS_FILE = Path(__file__).with_name("good_hours.yml")
_STRETCH = re.compile(r"^(\d{1,2})(?::(\d\d))? ?- ?(\d{1,2})(?::(\d\d))?$")
_DAYS_AHEAD = 8
_SAID = select(contact_preference.c.value).where(
    contact_preference.c.patient_id == bindparam("patient"),
    contact_preference.c.field == FIELD,
    contact_preference.c.current == true(),
)


@dataclass(frozen=True)
class GoodHours:
    """Stretches of a person's day, by the local clock."""

    stretches: tuple[tuple[time, time], ...]

    def holds(self, moment: datetime, calendar: WorkingCalendar) -> bool:
        """Whether the moment is good."""
        clock = moment.astimezone(calendar.zone).time()
        return any(start <= clock < end for start, end in self.stretches)

    def next(self, planned: datetime, calendar: WorkingCalendar) -> datetime:
        """The first moment from the planned one on that is good and at which somebody is at work.

        When hours of work and of the person never meet, the hours of work decide.
        """
        day = planned.astimezone(calendar.zone).date()
        for ahead in range(_DAYS_AHEAD):
            here = day + timedelta(days=ahead)
            for opening in calendar.openings(here):
                for start, end in self.stretches:
                    begin = max(planned, opening.start, datetime.combine(here, start, calendar.zone))
                    if begin < min(opening.end, datetime.combine(here, end, calendar.zone)):
                        return begin.astimezone(timezone.utc)
        return calendar.next_open(planned)


def good_hours(conn: Connection, patient_id: str) -> GoodHours | None:
    """What the person said; None when any hour is good or nothing usable was said."""
    said = conn.execute(_SAID, {"patient": patient_id}).scalar()
    return read_hours(said) if said else None


def read_hours(said: str) -> GoodHours | None:
    """The stretches in a stored preference."""
    read = [_stretch(part.strip()) for part in said.split(",")]
    stretches = tuple(stretch for stretch in read if stretch is not None)
    return GoodHours(stretches) if stretches else None


def understood(said: str) -> str | None:
    """What a person's words mean, as stretches like "08:00-12:00,18:00-21:00"; None when they name no hour.

    The words are in good_hours.yml. "después de las 6" means the evening: nobody is called at six in the morning.
    """
    words, text = _words(), fold(said)
    found = {words.parts[word] for word in words.parts if re.search(rf"\b{word}\b", text)}
    for match in words.from_hour.finditer(text):
        found.add(f"{_waking(int(match[1]), text):02d}:00-{words.latest}")
    for match in words.between.finditer(text):
        first, last = _waking(int(match[1]), text), _waking(int(match[2]), text)
        found.add(f"{first:02d}:00-{last if last > first else last + 12:02d}:00")
    return ",".join(sorted(found)) or None


def _waking(hour: int, text: str) -> int:
    """The hour that a person means who is awake then: from 1 to 6 it is after noon, unless they say otherwise."""
    morning = any(word in text for word in _words().before_noon)
    return hour + 12 if 1 <= hour <= 6 and not morning else min(hour, 23)


@dataclass(frozen=True)
class _Words:
    parts: Mapping[str, str]
    before_noon: tuple[str, ...]
    from_hour: re.Pattern[str]
    between: re.Pattern[str]
    latest: str


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = yaml.safe_load(_WORDS_FILE.read_text(encoding="utf-8"))
    return _Words(
        parts={fold(word): stretch for stretch, listed in data["parts"].items() for word in listed},
        before_noon=tuple(fold(word) for word in data["before_noon"]),
        from_hour=re.compile(data["from_hour"]),
        between=re.compile(data["between"]),
        latest=data["latest"],
    )


def _stretch(text: str) -> tuple[time, time] | None:
    found = _STRETCH.match(text)
    if not found:
        return None
    start = _clock(found[1], found[2])
    end = _clock(found[3], found[4])
    return (start, end) if start < end else None


def _clock(hour: str, minute: str | None) -> time:
    return time(23, 59) if int(hour) >= 24 else time(int(hour), min(int(minute or 0), 59))
