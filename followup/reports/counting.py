"""People who met each measure in a period; the definitions stand in this package's first lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from followup import context
from followup.dialects import insert_or_add
from followup.models import (
    call_attempt,
    first_aid_delivery,
    measure_report,
    observation,
    patient,
    questionnaire_response,
    service_request,
    task,
)
from followup.tasks.advice import CONSENT_REFUSED

MEASURES = ("screened", "positive", "pfa", "referred", "callback_due", "called_back", "rescreened")
LANGUAGES = ("es", "qu")
RESCREEN_GAP = timedelta(days=28)
"""Two completions nearer than this are one screening done again, not a re-screening."""


@dataclass(frozen=True)
class Happening:
    """When a person met one measure."""

    patient_id: str
    language: str
    at: datetime


def funnel(conn: Connection, start: datetime | None, end: datetime | None) -> dict[str, Any]:
    """{"period": {"from", "to"}, "total": {measure: people}, "by_language": {"es": {…}, "qu": {…}}}; see above."""
    by_language: dict[str, dict[str, int]] = {language: dict.fromkeys(MEASURES, 0) for language in LANGUAGES}
    for measure in MEASURES:
        for language, people in _count(conn, measure, start, end).items():
            by_language.setdefault(language, dict.fromkeys(MEASURES, 0))[measure] += people
    for row in forgotten(conn, start, end):
        by_language.setdefault(row.language, dict.fromkeys(MEASURES, 0))[row.measure] += row.people
    total = {measure: sum(counts[measure] for counts in by_language.values()) for measure in MEASURES}
    period = {"from": start.isoformat() if start else None, "to": end.isoformat() if end else None}
    return {"period": period, "total": total, "by_language": by_language}


def days(conn: Connection, first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """The period from the first day to the end of the last, in the programme's zone, for `funnel`."""
    zone = context.of(conn).calendar().zone
    start = datetime(first.year, first.month, first.day, tzinfo=zone) if first else None
    after = last + timedelta(days=1) if last else None
    end = datetime(after.year, after.month, after.day, tzinfo=zone) if after else None
    return (
        start.astimezone(timezone.utc) if start else None,
        end.astimezone(timezone.utc) if end else None,
    )


def keep_counts(conn: Connection, patient_id: str) -> None:
    """Before a person is forgotten: one more in the month in which each measure first was true of them."""
    zone = context.of(conn).calendar().zone
    for measure in MEASURES:
        found = happenings(conn, measure, patient_id)
        if found:
            first = min(found, key=lambda happening: happening.at)
            month = first.at.astimezone(zone).date().replace(day=1)
            row = {"month": month, "language": first.language, "measure": measure, "count": 1}
            insert_or_add(conn, measure_report, row, "count")


def _count(conn: Connection, measure: str, start: datetime | None, end: datetime | None) -> Mapping[str, int]:
    """People by language."""
    if measure == "rescreened":
        found = {happening.patient_id: happening.language for happening in again(conn, start, end)}
        return {language: list(found.values()).count(language) for language in set(found.values())}
    wanted, at = source(conn, measure)
    people = func.count(distinct(patient.c.id)).label("people")
    counted = within(wanted.with_only_columns(patient.c.language, people), at, start, end).group_by(patient.c.language)
    return {str(row.language): int(row.people) for row in conn.execute(counted)}


def happenings(conn: Connection, measure: str, patient_id: str) -> list[Happening]:
    if measure == "rescreened":
        return again(conn, None, None, patient_id)
    wanted, at = source(conn, measure)
    rows = conn.execute(
        wanted.with_only_columns(patient.c.id, patient.c.language, at).where(patient.c.id == patient_id)
    )
    return [Happening(*row) for row in rows]


def source(conn: Connection, measure: str) -> tuple[Select, Any]:
    """Rows that make the measure true of a person, joined with the person; and the column that says when."""
    done = questionnaire_response
    completed = select(done).join(patient, patient.c.id == done.c.patient_id).where(done.c.status == "completed")
    if measure == "screened":
        return completed, done.c.ended_at
    if measure == "positive":
        same = (observation.c.patient_id == done.c.patient_id) & (observation.c.response_id == done.c.response_id)
        above = completed.join(observation, same)
        return above.where(observation.c.current, observation.c.positive), done.c.ended_at
    if measure == "pfa":
        aid = first_aid_delivery.c
        return _of_person(first_aid_delivery, aid.completed_at.is_not(None)), aid.completed_at
    if measure == "referred":
        return _of_person(service_request, service_request.c.status != "revoked"), service_request.c.at
    if measure == "callback_due":
        refused = func.coalesce(task.c.status_reason, "") == CONSENT_REFUSED
        return _of_person(task, task.c.kind.in_(("callback", "crisis")), ~refused), task.c.created_at
    reached = [code for code, result in context.of(conn).callback_rules().contact_results.items() if result.reached]
    talked = call_attempt.c.contact_result.in_(reached), call_attempt.c.undone_at.is_(None)
    return _of_person(call_attempt, *talked), call_attempt.c.at


def _of_person(table: Any, *conditions: Any) -> Select:
    return select(table).join(patient, patient.c.id == table.c.patient_id).where(*conditions)


def within(wanted: Select, at: Any, start: datetime | None, end: datetime | None) -> Select:
    if start is not None:
        wanted = wanted.where(at >= start)
    return wanted.where(at < end) if end is not None else wanted


def again(
    conn: Connection, start: datetime | None, end: datetime | None, patient_id: str | None = None
) -> list[Happening]:
    """Completions long enough after an earlier one of the same questionnaire."""
    later, earlier = questionnaire_response.alias("later"), questionnaire_response.alias("earlier")
    same = (
        (earlier.c.patient_id == later.c.patient_id)
        & (earlier.c.instrument == later.c.instrument)
        & (earlier.c.status == "completed")
        & (earlier.c.ended_at < later.c.ended_at)
    )
    wanted = (
        select(later.c.patient_id, patient.c.language, later.c.ended_at, func.min(earlier.c.ended_at))
        .join(earlier, same)
        .join(patient, patient.c.id == later.c.patient_id)
        .where(later.c.status == "completed")
        .group_by(later.c.patient_id, patient.c.language, later.c.response_id, later.c.ended_at)
    )
    if patient_id is not None:
        wanted = wanted.where(later.c.patient_id == patient_id)
    rows = conn.execute(within(wanted, later.c.ended_at, start, end))
    return [Happening(person, language, at) for person, language, at, first in rows if at - first >= RESCREEN_GAP]


def forgotten(conn: Connection, start: datetime | None, end: datetime | None) -> list[Any]:
    """Counts of forgotten people in the months whose first day lies in the period."""
    zone = context.of(conn).calendar().zone
    kept = measure_report.c
    wanted = select(kept.month, kept.language, kept.measure, kept.count.label("people"))
    rows = [(row, datetime(row.month.year, row.month.month, 1, tzinfo=zone)) for row in conn.execute(wanted)]
    return [row for row, first in rows if (start is None or first >= start) and (end is None or first < end)]
