"""Working time in Lima: shifts, Peru's holidays, the programme's own days; and when the night is."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from followup.errors import RulesError
from followup.working_hours import WorkingCalendar, read_hours, working_calendar
from screening.due import parse_due

LIMA = ZoneInfo("America/Lima")
FILE: dict[str, Any] = {
    "format": 1,
    "timezone": "America/Lima",
    "shifts": [
        {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "20:00"},
        {"days": ["sat"], "from": "09:00", "to": "14:00"},
    ],
    "holidays": "PE",
    "closed": [],
    "open": [],
    "quiet_hours": {"from": "20:30", "to": "08:00"},
}


def calendar(**changes: Any) -> WorkingCalendar:
    """A calendar of a file with some changes."""
    return WorkingCalendar(read_hours("hours.yml", FILE | changes))


def lima(text: str) -> datetime:
    """A moment by the clock of Lima."""
    return datetime.fromisoformat(text).replace(tzinfo=LIMA)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23T10:00", 8, "2026-11-23T18:00"),
        ("2026-11-23T18:00", 8, "2026-11-24T14:00"),
        ("2026-11-23T21:00", 1, "2026-11-24T09:00"),
        ("2026-11-27T19:00", 2, "2026-11-28T10:00"),
        ("2026-11-28T13:00", 3, "2026-11-30T10:00"),
        ("2026-11-29T12:00", 8, "2026-11-30T16:00"),
        ("2026-11-23T10:00", 0, "2026-11-23T10:00"),
    ],
    ids=["same day", "over night", "from night", "friday to saturday", "over sunday", "from sunday", "none"],
)
def test_working_hours_are_counted_when_somebody_is_there(start: str, hours: float, end: str) -> None:
    """Nights and Sundays do not count."""
    assert calendar().working(lima(start), hours) == lima(end)


def test_holidays_of_peru_do_not_count() -> None:
    """8 and 9 December are holidays: two working hours from the evening before end three days later."""
    assert calendar().working(lima("2026-12-07T19:00"), 2) == lima("2026-12-10T09:00")
    assert not calendar().is_open(lima("2026-12-08T10:00"))
    assert not calendar().is_open(lima("2026-07-28T10:00"))


def test_the_programme_may_work_on_a_holiday() -> None:
    """A guard shift on a holiday counts."""
    on_call = calendar(open=[{"date": lima("2026-12-08T00:00").date(), "from": "09:00", "to": "14:00"}])
    assert on_call.is_open(lima("2026-12-08T10:00"))
    assert on_call.working(lima("2026-12-07T19:00"), 2) == lima("2026-12-08T10:00")


def test_the_programme_may_close_a_part_of_a_day() -> None:
    """Christmas Eve in the afternoon."""
    closed = calendar(closed=[{"date": lima("2026-12-24T00:00").date(), "from": "13:00"}])
    assert closed.is_open(lima("2026-12-24T12:59"))
    assert not closed.is_open(lima("2026-12-24T13:00"))


def test_the_programme_may_close_a_whole_day() -> None:
    """No hours named: the whole day."""
    closed = calendar(closed=[{"date": lima("2026-11-24T00:00").date()}])
    assert closed.working(lima("2026-11-23T19:30"), 1) == lima("2026-11-25T08:30")


def test_a_calendar_that_is_never_open_says_so_instead_of_searching_for_ever() -> None:
    """A mistake in the file is an error with its place."""
    with pytest.raises(RulesError, match="shifts"):
        calendar(shifts=[]).working(lima("2026-11-23T10:00"), 1)


def test_a_span_by_the_clock_ignores_working_hours() -> None:
    """Fifteen minutes are fifteen minutes."""
    start = lima("2026-11-29T23:00")
    assert calendar().after(parse_due("15 min"), start) == start + timedelta(minutes=15)
    assert calendar().after(parse_due("1 wh"), start) == lima("2026-11-30T09:00")


@pytest.mark.parametrize(("clock", "quiet"), [("20:29", False), ("20:30", True), ("03:00", True), ("08:00", False)])
def test_the_night_is_quiet(clock: str, quiet: bool) -> None:
    """Over midnight."""
    assert calendar().is_quiet(lima(f"2026-11-23T{clock}")) is quiet


def test_after_the_night_comes_the_morning() -> None:
    """Before midnight it is tomorrow's, after midnight today's."""
    assert calendar().after_quiet(lima("2026-11-23T22:00")) == lima("2026-11-24T08:00")
    assert calendar().after_quiet(lima("2026-11-24T03:00")) == lima("2026-11-24T08:00")
    assert calendar().after_quiet(lima("2026-11-24T09:00")) == lima("2026-11-24T09:00")


def test_a_shift_may_last_until_midnight() -> None:
    """ "00:00" as an end is the end of the day."""
    late = calendar(shifts=[{"days": ["mon"], "from": "18:00", "to": "00:00"}])
    assert late.is_open(lima("2026-11-23T23:59"))
    assert not late.is_open(lima("2026-11-24T00:00"))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"timezone": "America/Limaa"}, "timezone"),
        ({"holidays": "XX"}, "holidays"),
        ({"shifts": [{"days": ["lunes"], "from": "08:00", "to": "09:00"}]}, "shifts.1"),
        ({"shifts": [{"days": ["mon"], "from": "19:00", "to": "09:00"}]}, "shifts.1"),
        ({"shifts": [{"days": ["mon"], "from": 480, "to": "09:00"}]}, "shifts.1.from"),
        ({"closed": [{"date": "mañana"}]}, "closed"),
        ({"quiet_hours": {}}, "quiet_hours.from"),
    ],
    ids=["zone", "country", "day", "backwards", "unquoted hour", "date", "no night"],
)
def test_a_mistake_in_the_file_is_told_with_its_place(changes: dict[str, Any], place: str) -> None:
    """File, place and what to do, in Spanish."""
    with pytest.raises(RulesError) as told:
        calendar(**changes)
    assert told.value.place == place


def test_the_shipped_hours_can_be_read() -> None:
    """The programme's own file."""
    assert working_calendar().is_open(datetime(2026, 11, 23, 15, tzinfo=timezone.utc))
