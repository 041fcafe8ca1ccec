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
        ("por las tardes, por favor", "14:00-18:00"),
        ("de noche", "18:00-21:00"),
        ("temprano o en la noche", "08:00-12:00,18:00-21:00"),
        ("después de las 6", "18:00-21:00"),
        ("desde las 5 de la tarde", "17:00-21:00"),
        ("de 3 a 5", "15:00-17:00"),
        ("entre las 9 y las 11", "09:00-11:00"),
        ("de 10 a 2", "10:00-14:00"),
        ("tutamanta", "08:00-12:00"),
        ("a cualquier hora", None),
        ("cuando quiera", None),
        ("mañana", "tomorrow 08:00-21:00"),
        ("sábado en la mañana", "sat 08:00-12:00"),
        ("lunes y miércoles por la tarde", "mon 14:00-18:00,wed 14:00-18:00"),
        ("cualquier hora menos los domingos", "weekdays 08:00-21:00,sat 08:00-21:00"),
        ("trabajo de 8 a 5", "17:00-21:00"),
        ("paqarin tutamanta", "tomorrow 08:00-12:00"),
        ("chisiman", "18:00-21:00"),
        ("muy temprano, a las 5 de la mañana", "05:00-06:00"),
        ("no sé", None),
        ("", None),
    ],
)
def test_words_become_hours(said: str, meant: str | None) -> None:
    """What is not understood limits nothing; "mañana" alone is tomorrow, not the morning."""
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


def test_what_was_stored_before_days_were_understood_is_still_read() -> None:
    """Hours without a day are good on every day."""
    old = read_hours("08:00-12:00,18:00-21:00")
    assert old is not None
    assert old.holds(lima("2026-11-23T09:00"), CALENDAR)
    assert old.holds(lima("2026-11-29T20:00"), CALENDAR)
    assert not old.holds(lima("2026-11-23T15:00"), CALENDAR)


def test_what_cannot_be_read_limits_nothing() -> None:
    """Words of another form in the database are left out."""
    assert read_hours("cuando quiera") is None
    assert read_hours("08:00-12:00, otro día") == read_hours("08:00-12:00")


def test_the_next_good_moment_is_on_one_of_the_persons_days() -> None:
    """Monday evening, she can talk on Saturday mornings: Saturday at nine, when we open."""
    saturdays = read_hours("sat 08:00-12:00")
    assert saturdays is not None
    assert saturdays.next(lima("2026-11-23T19:00"), CALENDAR) == lima("2026-11-28T09:00")
    assert not saturdays.holds(lima("2026-11-27T09:00"), CALENDAR)
    assert saturdays.holds(lima("2026-11-28T09:00"), CALENDAR)


def test_tomorrow_is_the_day_after_it_was_said() -> None:
    """Said on Monday at night by the clock of Lima, when it is Tuesday in UTC: Tuesday, and no other day."""
    said = lima("2026-11-23T20:00").astimezone(ZoneInfo("UTC"))
    tomorrow = read_hours("tomorrow 14:00-18:00", said)
    assert tomorrow is not None
    assert tomorrow.next(said, CALENDAR) == lima("2026-11-24T14:00")
    assert not tomorrow.holds(lima("2026-11-24T09:00"), CALENDAR)


def test_a_day_that_is_over_limits_nothing_any_more() -> None:
    """Who said "tomorrow" last week is called when we are at work."""
    tomorrow = read_hours("tomorrow 14:00-18:00", lima("2026-11-16T10:00"))
    assert tomorrow is not None
    assert tomorrow.next(lima("2026-11-23T09:30"), CALENDAR) == lima("2026-11-23T09:30")
    assert tomorrow.holds(lima("2026-11-23T09:30"), CALENDAR)


def test_who_can_only_talk_at_night_is_not_called_at_night() -> None:
    """The hours are kept as said, and the calendar decides."""
    night = read_hours(understood("a las 3 de la mañana") or "")
    assert night is not None
    assert night.next(lima("2026-11-23T19:00"), CALENDAR) == lima("2026-11-23T19:00")


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
