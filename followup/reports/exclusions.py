"""Who is near a measure and not counted in it, so that each figure says what it leaves out. All are people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from followup.models import call_attempt, first_aid_delivery, observation, questionnaire_response, service_request, task
from followup.reports.counting import RESCREEN_GAP, source, within
from followup.tasks.advice import CONSENT_REFUSED


def exclusions(conn: Connection, start: datetime | None, end: datetime | None) -> dict[str, int]:
    """By measure, how many people of the period did something that comes near it and does not count."""
    return {
        "screened": _only_near(conn, "screened", _began(), start, end),
        "positive": _only_near(conn, "positive", _undecided(), start, end),
        "pfa": _only_near(conn, "pfa", _began_first_aid(), start, end),
        "referred": _only_near(conn, "referred", _revoked(), start, end),
        "callback_due": _only_near(conn, "callback_due", _refused(), start, end),
        "called_back": _only_near(conn, "called_back", _tried(), start, end),
        "rescreened": _too_soon(conn, start, end),
    }


def _only_near(
    conn: Connection, measure: str, near: tuple[Any, Any, tuple[Any, ...]], start: datetime | None, end: datetime | None
) -> int:
    person, at, conditions = near
    met, met_at = source(conn, measure)
    table_patient = met.selected_columns["patient_id"]
    in_measure = within(met.with_only_columns(table_patient), met_at, start, end)
    wanted: Select = select(func.count(distinct(person))).where(*conditions, person.not_in(in_measure))
    return int(conn.execute(within(wanted, at, start, end)).scalar_one())


def _began() -> tuple[Any, Any, tuple[Any, ...]]:
    begun = questionnaire_response.c
    return begun.patient_id, begun.started_at, (begun.status != "completed",)


def _undecided() -> tuple[Any, Any, tuple[Any, ...]]:
    """Too many answers are missing to say whether the score is above its cut-off."""
    found = observation.c
    return found.patient_id, found.at, (found.current, found.positive.is_(None), found.cutoff.is_not(None))


def _began_first_aid() -> tuple[Any, Any, tuple[Any, ...]]:
    aid = first_aid_delivery.c
    return aid.patient_id, aid.started_at, (aid.completed_at.is_(None),)


def _revoked() -> tuple[Any, Any, tuple[Any, ...]]:
    need = service_request.c
    return need.patient_id, need.at, (need.status == "revoked",)


def _refused() -> tuple[Any, Any, tuple[Any, ...]]:
    kinds = task.c.kind.in_(("callback", "crisis"))
    return task.c.patient_id, task.c.created_at, (kinds, task.c.status_reason == CONSENT_REFUSED)


def _tried() -> tuple[Any, Any, tuple[Any, ...]]:
    return call_attempt.c.patient_id, call_attempt.c.at, (call_attempt.c.undone_at.is_(None),)


def _too_soon(conn: Connection, start: datetime | None, end: datetime | None) -> int:
    """They completed the same questionnaire again, but nearer to the first time than counts."""
    done = questionnaire_response.c
    last, first = func.max(done.ended_at).label("last"), func.min(done.ended_at).label("first")
    per_person = select(done.patient_id, first, last).where(done.status == "completed")
    again = per_person.group_by(done.patient_id, done.instrument).having(func.count() > 1).subquery()
    rows = conn.execute(within(select(again), again.c.last, start, end)).all()
    near = {row.patient_id for row in rows if row.last - row.first < RESCREEN_GAP}
    return len(near - {row.patient_id for row in rows if row.last - row.first >= RESCREEN_GAP})
