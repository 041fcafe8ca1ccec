"""Programmes as large as the published ones come out of the database with the published numbers."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from followup import reports
from followup.database import Database, open_database
from followup.reports.breakdown import AGE, DIMENSIONS, breakdown
from followup.reports.rates import rates
from followup.reports.score_change import score_changes
from tests.conftest import KEY
from tests.followup.cohort import Programme, fill, run

SOCIOS_EN_SALUD = Programme(screened=2439, positive=1935, pfa=1902, referred=326, callback=1931, quechua=42)
"""USAID and Socios En Salud, April 2020 to September 2021."""
JUNTOS = Programme(screened=2027, positive=1581, pfa=997, referred=320, aid_again=400, referred_again=179)
"""Santa-Cruz and others 2022; how the 579 who answered again divide is not published."""


def test_the_alliances_table_is_reproduced(database: Database, now: datetime) -> None:
    """2,439 screened, 1,935 with distress, 1,902 given first aid, 326 referred, 1,931 to call, 42 in Quechua."""
    fill(database, SOCIOS_EN_SALUD, now, days=200)
    with database.read() as conn:
        found = reports.funnel(conn, None, None)
        for dimension in DIMENSIONS:
            groups = breakdown(conn, dimension, None, None)
            assert groups.total == found["total"], dimension
            for measure in reports.MEASURES:
                assert sum(row.people[measure] or 0 for row in groups.rows) == found["total"][measure]
        ages = breakdown(conn, AGE, None, None)
    total = found["total"]
    assert (total["screened"], total["positive"], total["pfa"]) == (2439, 1935, 1902)
    assert (total["referred"], total["callback_due"], total["rescreened"]) == (326, 1931, 0)
    assert found["by_language"]["qu"]["screened"] == 42
    assert [row.key for row in ages.rows] == ["0-11", "12-17", "18-29", "30-59", "60+"]


def test_the_cascade_and_the_medians_of_juntos_are_reproduced(database: Database, now: datetime) -> None:
    """2,027 → 1,581 → 997 → 320 → 579, and medians 9 to 5 after first aid, 11 to 6 with a referral besides."""
    fill(database, JUNTOS, now)
    with database.read() as conn:
        total = reports.funnel(conn, None, None)["total"]
        shares = {rate.measure: rate for rate in rates(conn, None, None)}
        changes = {change.group: change for change in score_changes(conn, None, None).changes}
    assert [total[name] for name in ("screened", "positive", "pfa", "referred", "rescreened")] == [
        2027, 1581, 997, 320, 579,
    ]  # fmt: skip
    percent = {
        name: round(100 * rate.numerator / rate.denominator, 1) for name, rate in shares.items() if rate.denominator
    }
    assert percent == {"positive": 78.0, "pfa": 63.1, "referred": 32.1, "rescreened": 58.1}
    aid, both = changes["aid"], changes["aid_and_referral"]
    assert (aid.n, aid.before, aid.after) == (400, 9, 5)
    assert (both.n, both.before, both.after) == (179, 11, 6)
    assert aid.p is not None
    assert both.p is not None
    assert max(aid.p, both.p) < 0.001
    assert changes["all"].n == 579


def test_a_period_follows_its_people_until_now(database: Database, now: datetime) -> None:
    """Who answered again after the period is in its rate and not in its count."""
    fill(database, Programme(screened=40, positive=30, pfa=20, referred=5, aid_again=12), now)
    with database.read() as conn:
        end = now + timedelta(days=30)
        assert reports.funnel(conn, now, end)["total"]["rescreened"] == 0
        again = next(rate for rate in rates(conn, now, end) if rate.measure == "rescreened")
    assert (again.numerator, again.denominator) == (12, 20)


def test_the_generated_rows_are_those_that_conversations_leave(
    sqlite_database: Database, now: datetime, tmp_path: Path, sqlite_template: Path
) -> None:
    """A small programme written at once and recorded turn by turn gives the same report."""
    small = Programme(
        screened=30, positive=20, pfa=15, referred=6, callback=18, quechua=4, aid_again=7, referred_again=3
    )
    written = open_database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'written.db')}", KEY)
    fill(written, small, now, days=9)
    run(sqlite_database, small, now, days=9)
    reported = []
    for opened in (sqlite_database, written):
        with opened.read() as conn:
            groups = [breakdown(conn, dimension, None, None) for dimension in DIMENSIONS]
            reported.append((groups, rates(conn, None, None), score_changes(conn, None, None)))
    written.close()
    assert reported[0] == reported[1]
    assert reported[0][0][0].total["rescreened"] == 10
