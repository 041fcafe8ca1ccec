"""Times on the pages read as people say them, in Peru's time."""

from datetime import datetime, timedelta, timezone

import pytest

from console.clockwords import due_words, moment_words, span_words

NOW = datetime(2026, 11, 25, 16, 0, tzinfo=timezone.utc)  # Wednesday, 11:00 in Lima


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (NOW + timedelta(minutes=12, seconds=30), "vence en 12 min"),
        (NOW + timedelta(seconds=20), "vence en menos de 1 min"),
        (NOW + timedelta(minutes=119), "vence en 1 h"),
        (NOW + timedelta(hours=8), "vence hoy 19:00"),
        (NOW + timedelta(hours=14), "vence mañana 01:00"),
        (NOW + timedelta(days=2), "vence vie 27 nov 11:00"),
        (NOW + timedelta(days=60), "vence dom 24 ene 2027 11:00"),
        (NOW - timedelta(minutes=1), "venció hace 1 min"),
        (NOW - timedelta(hours=2, minutes=59), "venció hace 2 h"),
        (NOW - timedelta(days=1), "venció hace 1 día"),
        (NOW - timedelta(days=3), "venció hace 3 días"),
    ],
)
def test_due_time_reads_as_a_span_when_near_and_as_an_hour_when_far(due: datetime, words: str) -> None:
    """Under two hours one reads how long, above it when."""
    assert due_words(due, NOW) == words


def test_the_day_is_lima_s_and_not_utc_s() -> None:
    """20:00 in Lima is already tomorrow in UTC, yet it is today here."""
    assert moment_words(datetime(2026, 11, 26, 1, 0, tzinfo=timezone.utc), NOW) == "hoy 20:00"


def test_yesterday_is_named() -> None:
    """The last attempt of yesterday morning reads as yesterday."""
    assert moment_words(datetime(2026, 11, 24, 13, 15, tzinfo=timezone.utc), NOW) == "ayer 08:15"


def test_a_span_of_59_minutes_is_not_yet_an_hour() -> None:
    """Spans are rounded down."""
    assert (span_words(timedelta(minutes=59, seconds=59)), span_words(timedelta(minutes=60))) == ("59 min", "1 h")
