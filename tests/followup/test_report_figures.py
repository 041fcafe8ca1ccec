"""Waiting times, hours, drop-off, exclusions and breakdowns: each with the denominator that it says."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select

from followup import reports, retention, tasks
from followup.database import Database
from followup.errors import RulesError
from followup.models import task
from followup.reports.breakdown import AGE, CHANNEL, DIMENSIONS, DISTRICT, ERASED, LANGUAGE, SEX, WEEK, breakdown
from followup.reports.drop_off import DropOff, drop_off
from followup.reports.exclusions import exclusions
from followup.reports.rules import report_rules
from followup.reports.score_change import compared, score_changes
from followup.reports.waiting import by_hour, percentile, waiting
from followup.tasks import CallResult
from screening import events as said
from screening.definitions import Library
from screening.reader import read_folder
from tests.followup.cohort import Programme, fill
from tests.followup.people import Talk

RULES = Path(__file__).parents[2] / "screening_rules"


@pytest.fixture(scope="module")
def library() -> Library:
    """The rules of the repository."""
    return read_folder(RULES)[0]


def call(talk: Talk, counselor: str, result: str, after: timedelta) -> None:
    """A result for the person's open task."""
    with talk.database.begin() as conn:
        task_id = conn.execute(
            select(task.c.id).where(task.c.closed_at.is_(None)).order_by(task.c.created_at.desc())
        ).scalar()
        disposition = "pfa_given" if result == "reached" else None
        tasks.record_call(conn, task_id, counselor, CallResult(result, disposition), talk.now + after)


def test_waiting_is_counted_from_the_task_to_the_first_talk(talk: Callable[[str], Talk], ana: str) -> None:
    """Rosa is reached at the second try, after the hour that was due before the first; Julio in time; Luz not yet."""
    rosa, julio, luz, elsa = (talk(f"conversation-{name}") for name in ("rosa", "julio", "luz", "elsa"))
    rosa.needs("callback", "routine", 2)
    call(rosa, ana, "no_answer", timedelta(hours=1))
    call(rosa, ana, "reached", timedelta(hours=30))
    julio.needs("callback", "routine", 24)
    call(julio, ana, "reached", timedelta(hours=4))
    luz.needs("callback", "routine", 100)
    elsa.says(said.ConsentRefused(at=elsa.now, kind="callback", version="1"))
    elsa.needs("callback", "routine", 24)
    with rosa.database.read() as conn:
        crisis, callback = waiting(conn, None, None, rosa.now + timedelta(hours=40))
    assert (crisis.owed, crisis.median) == (0, None)
    assert (callback.owed, callback.reached, callback.in_time) == (2, 2, 1)
    assert (callback.open, callback.cancelled) == (1, 1)
    assert (callback.median, callback.p90) == (timedelta(hours=17), timedelta(hours=30))
    assert callback.hiding(10).owed is None


def test_somebody_not_reached_by_the_due_hour_is_in_the_denominator(rosa: Talk) -> None:
    """Whom nobody called is late, not left out."""
    rosa.needs("crisis", "asap", 1)
    with rosa.database.read() as conn:
        crisis, _ = waiting(conn, None, None, rosa.now + timedelta(hours=2))
    assert (crisis.owed, crisis.reached, crisis.in_time, crisis.open) == (1, 0, 0, 0)


def test_the_ninetieth_percentile_is_a_time_that_somebody_waited() -> None:
    """By nearest rank: nine of ten waited no longer."""
    spans = [timedelta(hours=hour) for hour in range(1, 11)]
    assert percentile(spans, 0.9) == timedelta(hours=9)
    assert percentile(spans[:1], 0.9) == timedelta(hours=1)
    assert percentile([], 0.9) is None


def test_hours_are_those_of_lima(rosa: Talk, ana: str) -> None:
    """A call at 15:30 UTC is one of ten in the morning."""
    rosa.needs("callback", "routine", 24)
    call(rosa, ana, "no_answer", timedelta(minutes=30))
    call(rosa, ana, "reached", timedelta(hours=5))
    with rosa.database.read() as conn:
        found = by_hour(conn, None, None)
        hidden = by_hour(conn, None, None, limit=10)
    assert [(one.hour, one.calls, one.reached) for one in found] == [(10, 1, 0), (15, 1, 1)]
    assert {one.calls for one in hidden} == {None}


def of_srq(database: Database, library: Library, now: datetime) -> DropOff:
    """The drop-off of the SRQ."""
    with database.read() as conn:
        return drop_off(conn, library, None, None, now).instruments[0]


def begin(person: Talk, library: Library, response_id: str = "r-1") -> list[str]:
    """The SRQ in its version in use; ids of its questions."""
    srq = library.instrument("srq_minsa")
    assert srq is not None
    event = said.QuestionnaireStarted(
        at=person.now,
        response_id=response_id,
        instrument="srq_minsa",
        version=srq.version,
        sha256=srq.sha256,
        language="es",
        state="published",
    )
    person.consents()
    person.says(event)
    return [item.link_id for item in srq.items]


def test_each_question_is_divided_by_those_who_were_shown_it(talk: Callable[[str], Talk], library: Library) -> None:
    """One finishes the first two, one stops at the second, one is silent for days, one has just begun."""
    first, stops, silent, new = (talk(f"conversation-{name}") for name in ("a", "b", "c", "d"))
    items = begin(first, library)
    first.says(said.ItemSkipped(at=first.now, response_id="r-1", link_id=items[0], why="skipped"))
    first.answers(items[1], response_id="r-1")
    begin(stops, library)
    stops.answers(items[0], response_id="r-1")
    stops.says(said.ScreeningStopped(at=stops.now, response_id="r-1"))
    begin(silent, library)
    silent.answers(items[0], 0, response_id="r-1")
    new.now += timedelta(days=3)
    begin(new, library)
    one, two, three, *others = of_srq(first.database, library, first.now + timedelta(days=3)).questions
    assert (one.shown, one.answered, one.skipped, one.left, one.open) == (4, 2, 1, 0, 1)
    assert (two.shown, two.answered, two.left) == (3, 1, 2)
    assert (three.shown, three.left) == (1, 1)
    assert {other.shown for other in others} == {0}


def test_going_back_to_an_earlier_question_is_not_leaving_there(rosa: Talk, library: Library) -> None:
    """Somebody who corrects the first answer and then leaves, leaves at the third."""
    items = begin(rosa, library)
    rosa.answers(items[0], response_id="r-1")
    rosa.answers(items[1], response_id="r-1")
    rosa.answers(items[0], 0, response_id="r-1", replaces=True)
    rosa.says(said.ScreeningStopped(at=rosa.now, response_id="r-1"))
    questions = of_srq(rosa.database, library, rosa.now).questions
    assert [question.shown for question in questions[:4]] == [1, 1, 1, 0]
    assert questions[2].left == 1


def test_a_version_whose_rules_are_gone_is_counted_and_not_guessed(rosa: Talk, library: Library) -> None:
    """Its questions may have been others."""
    rosa.consents()
    rosa.starts()
    with rosa.database.read() as conn:
        found = drop_off(conn, library, None, None, rosa.now)
    assert (found.instruments, found.unknown_version) == ((), 1)


def test_exclusions_count_people_who_came_near(talk: Callable[[str], Talk], ana: str) -> None:
    """Who did count later is not among them."""
    rosa, julio, elsa = (talk(f"conversation-{name}") for name in ("rosa", "julio", "elsa"))
    for person in (rosa, julio, elsa):
        person.consents()
        person.starts()
    rosa.finishes(12, None)
    julio.finishes(3, False)
    julio.says(said.FirstAidStarted(at=julio.now, script="respiracion", version="1"))
    elsa.says(said.ConsentRefused(at=elsa.now, kind="callback", version="1"))
    elsa.needs("callback", "urgent")
    rosa.needs("callback")
    call(rosa, ana, "no_answer", timedelta(hours=1))
    rosa.now += timedelta(days=2)
    rosa.starts("again-1")
    rosa.finishes(9, True, "again-1")
    with rosa.database.read() as conn:
        assert exclusions(conn, None, None) == {
            "screened": 1,
            "positive": 0,
            "pfa": 1,
            "referred": 0,
            "callback_due": 1,
            "called_back": 1,
            "rescreened": 1,
        }


def test_every_breakdown_adds_up_to_the_funnel(database: Database, now: datetime) -> None:
    """On both databases, in every dimension, also when some asked to be forgotten."""
    fill(
        database, Programme(screened=60, positive=40, pfa=30, referred=9, callback=35, quechua=8, aid_again=12), now, 20
    )
    with database.begin() as conn:
        retention.erase(conn, "00000000-0000-4000-8000-000000000003", now)
    with database.read() as conn:
        total = reports.funnel(conn, None, None)["total"]
        found = {dimension: breakdown(conn, dimension, None, None) for dimension in DIMENSIONS}
    for dimension, groups in found.items():
        assert groups.total == total, dimension
        assert (ERASED in {row.key for row in groups.rows}) is (dimension != LANGUAGE)
        for measure in reports.MEASURES:
            assert sum(row.people[measure] or 0 for row in groups.rows) == total[measure]
    assert [row.key for row in found[DISTRICT].rows] == ["150106", "150110", ERASED]
    assert [row.key for row in found[SEX].rows] == ["female", "male", ERASED]
    assert {row.key for row in found[CHANNEL].rows} == {"telegram", "whatsapp", "web", ERASED}
    assert [row.key for row in found[AGE].rows][-2:] == ["60+", ERASED]


def test_weeks_begin_on_monday_in_lima(rosa: Talk) -> None:
    """What happens on Sunday evening there is on Monday in UTC."""
    rosa.now = datetime(2026, 11, 23, 4, 30, tzinfo=timezone.utc)
    rosa.consents()
    rosa.starts()
    rosa.finishes()
    with rosa.database.read() as conn:
        rows = breakdown(conn, WEEK, None, None).rows
    assert [row.key for row in rows] == ["2026-11-16"]


def test_hidden_breakdowns_cannot_be_undone_with_their_totals(sqlite_database: Database, now: datetime) -> None:
    """Eight Quechua speakers are not shown, nor is what is left of the total."""
    fill(sqlite_database, Programme(screened=60, positive=40, pfa=30, referred=9, quechua=8), now)
    with sqlite_database.read() as conn:
        groups = breakdown(conn, LANGUAGE, None, None).hiding(10)
    assert {row.key: row.people["screened"] for row in groups.rows} == {"es": None, "qu": None}
    assert (groups.total["screened"], groups.total["referred"]) == (60, None)


def test_scores_are_compared_in_the_same_people_in_time(talk: Callable[[str], Talk]) -> None:
    """One came back too early, one too late, one with half a score; only the fourth is a pair."""
    for name, days, complete in (("a", 30, True), ("b", 300, True), ("c", 90, False), ("d", 90, True)):
        person = talk(f"conversation-{name}")
        person.consents()
        person.starts("first-1")
        person.finishes(12, True, "first-1")
        person.now += timedelta(days=days)
        person.starts("again-1")
        score = said.ScoreComputed(
            at=person.now,
            response_id="again-1",
            name="common",
            value=4,
            answered=18 if complete else 9,
            expected=18,
            complete=complete,
            positive=False,
            band=None,
            cutoff={"positive_at": 9},
        )
        person.says(score, said.ScreeningCompleted(at=person.now, response_id="again-1"))
    with person.database.read() as conn:
        found = score_changes(conn, None, None)
        hidden = score_changes(conn, None, None, limit=10)
    assert (found.too_early, found.too_late, found.incomplete) == (1, 1, 1)
    everybody = found.changes[-1]
    assert (everybody.group, everybody.n, everybody.before, everybody.after) == ("all", 1, 12, 4)
    assert everybody.p is None
    assert {change.n for change in hidden.changes} == {None}


def test_wilcoxon_is_what_it_is_worked_out_to_be_by_hand() -> None:
    """Ten changed pairs, two of them by the same: ranks 1 to 10, of which 27 rose and 28 fell."""
    before = [125, 115, 130, 140, 140, 115, 140, 125, 140, 135, 140]
    after = [110, 122, 125, 120, 140, 124, 123, 137, 135, 145, 161]
    deviation = math.sqrt(10 * 11 * 21 / 24 - (2**3 - 2) / 48)
    p, effect = compared(before, after)
    assert p == pytest.approx(math.erfc(abs(27 - 27.5) / deviation / math.sqrt(2)), abs=1e-9)
    assert effect == pytest.approx((28 - 27) / 55)


def test_few_pairs_give_no_p_rather_than_a_doubtful_one() -> None:
    """Six that all fell by another amount are enough for the exact test; six that fell by the same are not."""
    assert compared([6, 7, 8, 9, 10, 11], [5, 5, 5, 5, 5, 5]) == (0.03125, -1.0)
    assert compared([6] * 6, [5] * 6) == (None, None)
    assert compared([1, 2], [0, 1]) == (None, None)


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ('age_bands: ["0-11", "13+"]', "age_bands"),
        ('age_bands: ["0-11", "12-17"]', "age_bands"),
        ("left_after: 3 wh", "left_after"),
        ("hide_below: {outside: many, team: 0}", "hide_below.outside"),
        ("rates: [{measure: cured, of: screened}]", "rates.measure"),
    ],
)
def test_a_rules_file_that_makes_no_sense_is_refused(tmp_path: Path, broken: str, place: str) -> None:
    """With the place at which it makes none."""
    import yaml

    rules = yaml.safe_load((RULES / "reports.yml").read_text(encoding="utf-8")) | yaml.safe_load(broken)
    (tmp_path / "reports.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    with pytest.raises(RulesError, match=place):
        report_rules(tmp_path)
