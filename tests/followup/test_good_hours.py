"""What people mean when they say when they can talk."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from followup.good_hours import read_hours, understood
from followup.tasks.next_try import another_hour
from followup.working_hours import working_calendar

CALENDAR = working_calendar()
LIMA = ZoneInfo("America/Lima")


def lima(text: str) -> datetime:
    """A moment by the clock of Lima."""
    return datetime.fromisoformat(text).replace(tzinfo=LIMA)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("En la mañana", "08:00-12:00"),
        ("por las tardes, por favor", "12:00-18:00"),
        ("de noche", "18:00-21:00"),
        ("temprano o en la noche", "08:00-12:00,18:00-21:00"),
        ("después de las 6", "18:00-21:00"),
        ("desde las 5 de la tarde", "12:00-18:00,17:00-21:00"),
        ("de 3 a 5", "15:00-17:00"),
        ("entre las 9 y las 11", "09:00-11:00"),
        ("de 10 a 2", "10:00-14:00"),
        ("tutamanta", "08:00-12:00"),
        ("a cualquier hora", None),
        ("cuando quiera", None),
        ("mañana", None),
        ("", None),
    ],
)
def test_words_become_hours(said: str, meant: str | None) -> None:
    """What is not understood limits nothing; "mañana" alone is a day, not a part of it."""
    assert understood(said) == meant


def test_the_next_good_hour_is_one_of_the_persons_and_of_ours() -> None:
    """Monday at ten, she can talk in the evening: Monday at six, when we still work."""
    evenings = read_hours("18:00-21:00")
    assert evenings is not None
    assert evenings.next(lima("2026-11-23T10:00"), CALENDAR) == lima("2026-11-23T18:00")
    assert evenings.next(lima("2026-11-23T20:30"), CALENDAR) == lima("2026-11-24T18:00")
    assert evenings.next(lima("2026-11-23T18:30"), CALENDAR) == lima("2026-11-23T18:30")


def test_hours_that_never_meet_ours_give_way_to_ours() -> None:
    """Somebody who can talk at five in the morning is called when we open, rather than never."""
    early = read_hours("05:00-06:00")
    assert early is not None
    assert early.next(lima("2026-11-23T04:00"), CALENDAR) == lima("2026-11-23T08:00")


@pytest.mark.parametrize(
    ("failed", "planned", "expected"),
    [
        ("2026-11-23T10:00", "2026-11-24T10:00", "2026-11-24T17:00"),
        ("2026-11-23T17:00", "2026-11-24T17:00", "2026-11-24T11:00"),
        ("2026-11-23T09:00", "2026-11-23T13:00", "2026-11-23T13:00"),
        ("2026-11-23T18:00", "2026-11-23T22:00", "2026-11-24T08:00"),
        ("2026-11-27T17:00", "2026-11-28T17:00", "2026-11-28T10:15"),
    ],
    ids=["morning to afternoon", "afternoon to morning", "another hour already", "not at night", "short saturday"],
)
def test_the_next_try_is_at_another_hour(failed: str, planned: str, expected: str) -> None:
    """Who does not answer at ten may answer at five."""
    assert another_hour(lima(planned), lima(failed), False, CALENDAR) == lima(expected)


def test_the_next_try_on_another_day_is_on_another_day() -> None:
    """Also when the span alone would stay on the same day."""
    found = another_hour(lima("2026-11-23T14:00"), lima("2026-11-23T09:00"), True, CALENDAR)
    assert found.astimezone(LIMA).date() > lima("2026-11-23T09:00").date()
