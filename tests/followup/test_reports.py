"""The funnel counts people by stated definitions, in total and by language."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from followup import reports, tasks
from followup.tasks import CallResult
from screening import events as said
from tests.followup.people import Talk

EMPTY = dict.fromkeys(reports.MEASURES, 0)


def funnel(talk: Talk, start: datetime | None = None, end: datetime | None = None) -> dict:
    """The report."""
    with talk.database.read() as conn:
        return reports.funnel(conn, start, end)


def test_an_empty_programme_reports_zeros(rosa: Talk) -> None:
    """In the form that the command line promises."""
    found = funnel(rosa)
    assert found["total"] == EMPTY
    assert found["by_language"] == {"es": EMPTY, "qu": EMPTY}
    assert set(found) == {"period", "total", "by_language"}


def test_each_measure_counts_what_its_definition_says(talk, ana: str) -> None:
    """Rosa goes the whole way, Julio is negative, Marta stops half way, Elsa refuses the call."""
    rosa, julio, marta, elsa = (talk(f"conversation-{name}") for name in ("rosa", "julio", "marta", "elsa"))
    for person in (rosa, julio, marta, elsa):
        person.consents()
        person.starts()
    rosa.says(said.LanguageChosen(at=rosa.now, language="qu"))
    rosa.finishes(12, True)
    rosa.says(
        said.FirstAidStarted(at=rosa.now, script="respiracion", version="1"),
        said.FirstAidCompleted(at=rosa.now, script="respiracion"),
        said.ReferralAdvised(at=rosa.now, kind="csmc", priority="urgent"),
    )
    patient_id = rosa.needs("callback", "asap", 2)
    rosa.needs("crisis", "stat", 0.25)
    julio.finishes(3, False)
    marta.says(said.ScreeningStopped(at=marta.now, response_id="a1b2-srq_minsa-1"))
    marta.says(said.FirstAidStarted(at=marta.now, script="respiracion", version="1"))
    elsa.finishes(11, True)
    elsa.says(said.ConsentRefused(at=elsa.now, kind="callback", version="1"))
    elsa.needs("callback", "urgent")
    with rosa.database.begin() as conn:
        for task_id in _task_ids(conn, patient_id):
            tasks.record_call(conn, task_id, ana, CallResult("reached", "agreed_to_attend"), rosa.now)
    found = funnel(rosa)
    assert found["by_language"]["qu"] == EMPTY | {
        "screened": 1,
        "positive": 1,
        "pfa": 1,
        "referred": 1,
        "callback_due": 1,
        "called_back": 1,
    }
    assert found["by_language"]["es"] == EMPTY | {"screened": 2, "positive": 1}
    assert found["total"]["screened"] == 3


def test_a_call_that_nobody_answered_or_that_was_undone_is_no_call_back(rosa: Talk, ana: str) -> None:
    """Trying is not reaching."""
    patient_id = rosa.needs()
    with rosa.database.begin() as conn:
        task_id = _task_ids(conn, patient_id)[0]
        tasks.record_call(conn, task_id, ana, CallResult("no_answer"), rosa.now)
        later = rosa.now + timedelta(minutes=1)
        outcome = tasks.record_call(conn, task_id, ana, CallResult("reached", "pfa_given"), later)
        tasks.undo(conn, outcome.attempt_id, ana, later)
    assert funnel(rosa)["total"]["called_back"] == 0


def test_the_period_holds_its_first_moment_and_not_its_last(rosa: Talk) -> None:
    """Two periods that touch count nobody twice."""
    rosa.consents()
    rosa.starts()
    rosa.finishes()
    hour = timedelta(hours=1)
    assert funnel(rosa, rosa.now, rosa.now + hour)["total"]["screened"] == 1
    assert funnel(rosa, rosa.now - hour, rosa.now)["total"]["screened"] == 0
    assert funnel(rosa, rosa.now + hour)["total"]["screened"] == 0


def test_days_are_days_in_lima(rosa: Talk) -> None:
    """The 22nd ends five hours after midnight UTC."""
    with rosa.database.read() as conn:
        start, end = reports.days(conn, date(2026, 11, 22), date(2026, 11, 22))
    assert start == datetime(2026, 11, 22, 5, tzinfo=timezone.utc)
    assert end == datetime(2026, 11, 23, 5, tzinfo=timezone.utc)


def test_a_rescreening_is_the_same_questionnaire_some_weeks_later(rosa: Talk) -> None:
    """Doing it again at once, or another one, is none."""
    rosa.consents()
    rosa.starts("a1b2-srq_minsa-1")
    rosa.finishes(response_id="a1b2-srq_minsa-1")
    rosa.now += timedelta(days=1)
    rosa.starts("c3d4-srq_minsa-1")
    rosa.finishes(response_id="c3d4-srq_minsa-1")
    rosa.now += timedelta(days=89)
    rosa.starts("e5f6-phq9-1", "phq9")
    rosa.finishes(response_id="e5f6-phq9-1")
    assert funnel(rosa)["total"]["rescreened"] == 0
    rosa.starts("e5f6-srq_minsa-2")
    rosa.finishes(response_id="e5f6-srq_minsa-2")
    assert funnel(rosa)["total"]["rescreened"] == 1
    assert funnel(rosa)["total"]["screened"] == 1


def test_a_score_that_was_corrected_counts_as_it_stands(rosa: Talk) -> None:
    """Only the current score decides."""
    rosa.consents()
    rosa.starts()
    rosa.finishes(12, True)
    rosa.finishes(8, False)
    assert funnel(rosa)["total"]["positive"] == 0


def _task_ids(conn, patient_id: str) -> list[str]:
    from sqlalchemy import select

    from followup.models import task

    return list(conn.execute(select(task.c.id).where(task.c.patient_id == patient_id)).scalars())
