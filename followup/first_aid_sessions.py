"""Sessions of first aid by telephone: counted up to what the programme allows, with the day of the next one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection, Row

from followup import audit, context
from followup.by_phone_rules import ByPhone, by_phone_rules
from followup.errors import TaskRefused
from followup.models import first_aid_delivery, first_aid_session, patient, practitioner, task
from followup.tasks.advice import FIRST_AID, Advice, advise
from followup.tasks.history import close

BY_PHONE = "by_phone"
"""The script of a first aid that was given by a person."""
NEXT_SESSION = "next_session"
"""Reason code of the call for the next session."""
HELPED = ("yes", "some", "no")


@dataclass(frozen=True)
class NewSession:
    """What the counselor says of a session. next_at: when the next one was agreed."""

    minutes: int | None = None
    topics: tuple[str, ...] = ()
    helped: str | None = None
    next_at: datetime | None = None
    note: str = field(repr=False, default="")


@dataclass(frozen=True)
class FirstAidSession:
    """A session that was given. note only for those who may see names."""

    number: int
    at: datetime
    by: str
    minutes: int | None
    topics: tuple[str, ...]
    helped: str | None
    next_at: datetime | None
    note: str | None = field(repr=False, default=None)


def record(
    conn: Connection, patient_id: str, practitioner_id: str, new: NewSession, now: datetime, task_id: str | None = None
) -> int:
    """Number of the session. Raises TaskRefused when the programme's last one was given, or a value does not fit."""
    rules = by_phone_rules(context.of(conn).rules_folder)
    person = conn.execute(select(patient).where(patient.c.id == patient_id).with_for_update()).one()
    number = _last(conn, patient_id) + 1
    _check(rules, new, number, now)
    vault = context.of(conn).vault
    row: dict[str, Any] = {"id": context.of(conn).new_id(), "patient_id": patient_id}
    row |= {"practitioner_id": practitioner_id}
    row |= {"task_id": task_id, "number": number, "at": now, "minutes": new.minutes, "topics": list(new.topics)}
    sealed = vault.encrypt_note(new.note) if new.note else None
    conn.execute(insert(first_aid_session), row | {"helped": new.helped, "next_at": new.next_at, "note": sealed})
    if person.consent_screening == "yes":
        _count_as_first_aid(conn, patient_id, rules, new, now)
    _close_waiting(conn, patient_id, practitioner_id, now)
    if new.next_at is not None:
        advice = Advice(FIRST_AID, "routine", new.next_at, (NEXT_SESSION,), "first_aid_session")
        advise(conn, patient_id, advice, now)
    detail = {"number": number}
    audit.record(
        conn, now, audit.CREATE, "first_aid.session", "Patient", patient_id, practitioner_id=practitioner_id,
        detail=detail,
    )  # fmt: skip
    return number


def sessions(conn: Connection, patient_id: str, *, with_notes: bool = False) -> tuple[FirstAidSession, ...]:
    """The sessions of a person, newest first."""
    vault = context.of(conn).vault
    wanted = (
        select(first_aid_session, practitioner.c.name.label("by"))
        .join(practitioner, practitioner.c.id == first_aid_session.c.practitioner_id)
        .where(first_aid_session.c.patient_id == patient_id)
        .order_by(first_aid_session.c.number.desc())
    )
    return tuple(
        _made(row, vault.decrypt_note(row.note) if with_notes and row.note else None) for row in conn.execute(wanted)
    )


def _made(row: Row[Any], note: str | None) -> FirstAidSession:
    return FirstAidSession(
        row.number, row.at, row.by, row.minutes, tuple(row.topics), row.helped, row.next_at, note
    )  # fmt: skip


def _last(conn: Connection, patient_id: str) -> int:
    wanted = select(func.max(first_aid_session.c.number)).where(first_aid_session.c.patient_id == patient_id)
    return int(conn.execute(wanted).scalar() or 0)


def _check(rules: ByPhone, new: NewSession, number: int, now: datetime) -> None:
    if number > rules.most_sessions:
        raise TaskRefused("all_sessions_given")
    if not new.topics or any(topic not in rules.topics for topic in new.topics):
        raise TaskRefused("topic_needed")
    if new.helped is not None and new.helped not in HELPED:
        raise TaskRefused("other")
    if new.minutes is not None and new.minutes not in rules.minutes:
        raise TaskRefused("other")
    if new.next_at is None:
        return
    if number == rules.most_sessions:
        raise TaskRefused("no_next_session")
    if not now < new.next_at <= now + rules.next_within:
        raise TaskRefused("session_time")


def _count_as_first_aid(conn: Connection, patient_id: str, rules: ByPhone, new: NewSession, now: datetime) -> None:
    """First aid is counted alike, whoever gave it."""
    row = {"patient_id": patient_id, "script": BY_PHONE, "version": rules.version}
    conn.execute(insert(first_aid_delivery), row | {"started_at": now, "completed_at": now, "helped": new.helped})


def _close_waiting(conn: Connection, patient_id: str, practitioner_id: str, now: datetime) -> None:
    """The call for this session has been made."""
    wanted = task.c.patient_id == patient_id, task.c.kind == FIRST_AID, task.c.closed_at.is_(None)
    for task_id in conn.execute(select(task.c.id).where(*wanted)).scalars().all():
        close(conn, task_id, "completed", "pfa_given", now, practitioner_id)
