"""Forgetting: what a refusal takes with it, what an erasure leaves, and what grows too old to keep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, delete, select, update
from sqlalchemy.engine import Connection

from followup import audit, context, referrals, reports, staff_messages, unknown_messages, voice_notes
from followup.models import (
    NO_RISK_ORDER,
    answer,
    break_glass,
    call_attempt,
    communication,
    consent,
    contact_preference,
    conversation,
    first_aid_delivery,
    first_aid_session,
    flag,
    handover,
    identity,
    observation,
    patient,
    patient_merge,
    phone_screening,
    profile_answer,
    questionnaire_response,
    service_request,
    staff_message,
    staff_session,
    task,
    task_event,
    turn,
    voice_note,
)
from followup.retention_rules import MERGES, MESSAGE_IDS, retention_rules
from followup.tasks.history import cancel_open

ERASED = "data_erased"
CONSENT_WITHDRAWN = "consent_withdrawn"
_BY_PHONE = (phone_screening, first_aid_session)
# What was said of oneself stands in the journal of a merge as well.
_HEALTH = (answer, observation, questionnaire_response, first_aid_delivery, profile_answer, *_BY_PHONE, patient_merge)
_REACHING = (identity, contact_preference)
_TALKING = (staff_message, handover, voice_note)
_ALL_OF_A_PERSON = (
    *_HEALTH,
    *_REACHING,
    *_TALKING,
    break_glass,
    flag,
    service_request,
    consent,
    communication,
    call_attempt,
)


def erase(
    conn: Connection, patient_id: str, now: datetime, *, practitioner_id: str | None = None, by_patient: bool = False
) -> bool:
    """Whether there was such a person; nothing of them is left then but counts and the record that it was done.

    The audit rows stay: they hold an opaque id that leads nowhere any more. On SQLite deleted bytes are overwritten at
    once; `Database.compact` also frees their pages.
    """
    row = conn.execute(select(patient.c.id).where(patient.c.id == patient_id).with_for_update()).first()
    if row is None:
        return False
    cancelled = cancel_open(conn, patient_id, ERASED, now)
    reports.keep_counts(conn, patient_id)
    referrals.forget_of(conn, patient_id)
    for table in _ALL_OF_A_PERSON:
        _delete(conn, table, patient_id)
    unknown_messages.forget_of(conn, patient_id)
    ours = select(task.c.id).where(task.c.patient_id == patient_id)
    conn.execute(delete(task_event).where(task_event.c.task_id.in_(ours)))
    for table in (task, conversation):
        _delete(conn, table, patient_id)
    conn.execute(delete(patient).where(patient.c.id == patient_id))
    audit.record(
        conn,
        now,
        audit.DELETE,
        "patient.erased",
        "Patient",
        patient_id,
        practitioner_id=practitioner_id,
        by_patient=by_patient,
        detail={"cancelled_tasks": cancelled},
    )
    return True


def forget_screening(conn: Connection, patient_id: str, now: datetime) -> None:
    """The person refuses the screening, or takes their yes back: no answer stays, nor what they said of themselves.

    A crisis stays open. The phone stays only while somebody is to call: a call agreed to, or a crisis.
    """
    for table in _HEALTH:
        _delete(conn, table, patient_id)
    unknown_messages.forget_of(conn, patient_id)
    kinds = ["referral", "community_visit", "first_aid"] + ([] if _wants_calls(conn, patient_id) else ["callback"])
    cancel_open(conn, patient_id, CONSENT_WITHDRAWN, now, tuple(kinds))
    referrals.forget_of(conn, patient_id)
    _delete(conn, service_request, patient_id)
    values: dict[str, object] = {"age": None, "sex": None, "district": None}
    if not _has_open_task(conn, patient_id):
        for table in (*_REACHING, flag):
            _delete(conn, table, patient_id)
        values |= {"has_phone": False, "risk_order": NO_RISK_ORDER}
    conn.execute(update(patient).where(patient.c.id == patient_id).values(**values))
    conn.execute(update(task).where(task.c.patient_id == patient_id).values(district=None))
    waiting = communication.c.patient_id == patient_id, communication.c.status == "preparation"
    conn.execute(update(communication).where(*waiting).values(status="not-done", status_reason=CONSENT_WITHDRAWN))


def forget_old(conn: Connection, now: datetime) -> int:
    """How many message ids, ended staff sessions and kept messages were too old; the clock calls it."""
    rules = retention_rules(context.of(conn).rules_folder)
    older = ((turn, rules.days(MESSAGE_IDS)), (patient_merge, rules.days(MERGES)))
    ids = sum(conn.execute(delete(table).where(table.c.at < now - kept)).rowcount for table, kept in older if kept)
    ended = conn.execute(delete(staff_session).where(staff_session.c.expires_at < now)).rowcount
    kept = (unknown_messages, staff_messages, voice_notes)
    return int(ids + ended) + sum(int(one.forget_old(conn, now)) for one in kept)


def _delete(conn: Connection, table: Table, patient_id: str) -> None:
    conn.execute(delete(table).where(table.c.patient_id == patient_id))


def _wants_calls(conn: Connection, patient_id: str) -> bool:
    said = select(patient.c.consent_callback).where(patient.c.id == patient_id)
    return bool(conn.execute(said).scalar() == "yes")


def _has_open_task(conn: Connection, patient_id: str) -> bool:
    wanted = select(task.c.id).where(task.c.patient_id == patient_id, task.c.closed_at.is_(None)).limit(1)
    return conn.execute(wanted).first() is not None
