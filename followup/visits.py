"""The day of a community health worker: whom to visit, where, and what to mind; never why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.engine import Connection, Row

from followup import audit, context, messages
from followup.health_centres import rules_of
from followup.models import contact_preference, identity, patient, referral, task
from followup.referral_rules import VISIT
from followup.tasks.advice import VISIT as VISIT_TASK

_COLUMNS = (
    referral.c.id.label("referral_id"),
    referral.c.patient_id,
    referral.c.planned_on,
    referral.c.visitor,
    patient.c.district,
    patient.c.language,
    patient.c.variety,
    patient.c.age,
    patient.c.sex,
)
_NAMES = ("name", "guardian_name", "phone", "guardian_phone", "address", "contact_word", "contact_hours")


@dataclass(frozen=True)
class Visit:
    """One visit. blocked: violence is known by now, so nobody may go. contact: what the person said about contact.

    The last fields are None unless the viewer may see names.
    """

    referral_id: str
    patient_id: str
    district: str | None
    language: str
    variety: str | None
    age: int | None
    sex: str | None
    planned_on: date
    visitor: str | None
    blocked: bool
    contact: Mapping[str, str]
    name: str | None = field(repr=False, default=None)
    guardian_name: str | None = field(repr=False, default=None)
    phone: str | None = field(repr=False, default=None)
    guardian_phone: str | None = field(repr=False, default=None)
    address: str | None = field(repr=False, default=None)
    contact_word: str | None = field(repr=False, default=None)
    contact_hours: str | None = field(repr=False, default=None)


@dataclass(frozen=True)
class Unplanned:
    """A visit that the ladder of calls asks for and that has no day yet."""

    task_id: str
    patient_id: str
    district: str | None
    language: str
    due_at: datetime


def of_day(
    conn: Connection,
    day: date,
    now: datetime,
    *,
    viewer: str,
    district: str | None = None,
    visitor: str | None = None,
    view_pii: bool = False,
) -> list[Visit]:
    """Visits planned for the day or left over from before, by district and person. With names the look is recorded."""
    kinds = [kind.code for kind in rules_of(conn).kinds.values() if kind.to == VISIT]
    wanted = (
        select(*_COLUMNS)
        .join(patient, patient.c.id == referral.c.patient_id)
        .where(referral.c.ended_at.is_(None), referral.c.kind.in_(kinds), referral.c.planned_on <= day)
        .order_by(patient.c.district, referral.c.planned_on, referral.c.id)
    )
    if district:
        wanted = wanted.where(patient.c.district == district)
    if visitor:
        wanted = wanted.where(referral.c.visitor == visitor)
    rows = conn.execute(wanted).all()
    if view_pii:
        for row in rows:
            audit.record(conn, now, audit.READ, "visit.list", "Patient", row.patient_id, practitioner_id=viewer)
        detail = {"visits": len(rows), "day": day.isoformat()}
        audit.record(conn, now, audit.EXECUTE, "visits.printed", "Patient", None, practitioner_id=viewer, detail=detail)
    return [_visit(conn, row, view_pii) for row in rows]


def unplanned(conn: Connection) -> list[Unplanned]:
    """Visits that wait for a day, the most urgent first."""
    kinds = [kind.code for kind in rules_of(conn).kinds.values() if kind.to == VISIT]
    planned = select(referral.c.patient_id).where(referral.c.ended_at.is_(None), referral.c.kind.in_(kinds))
    wanted = select(task).where(
        task.c.kind == VISIT_TASK, task.c.closed_at.is_(None), task.c.patient_id.not_in(planned)
    )
    rows = conn.execute(wanted.order_by(task.c.risk_order, task.c.due_at, task.c.id)).all()
    return [Unplanned(row.id, row.patient_id, row.district, row.language, row.due_at) for row in rows]


def visitors(conn: Connection) -> list[str]:
    """Names of those who have visits to make."""
    wanted = select(referral.c.visitor).where(referral.c.ended_at.is_(None), referral.c.visitor.is_not(None)).distinct()
    return sorted(str(name) for name in conn.execute(wanted).scalars())


def _visit(conn: Connection, row: Row[Any], view_pii: bool) -> Visit:
    who = row.patient_id
    said = select(contact_preference.c.field, contact_preference.c.value).where(
        contact_preference.c.patient_id == who, contact_preference.c.current == true()
    )
    return Visit(
        referral_id=row.referral_id,
        patient_id=who,
        district=row.district,
        language=row.language,
        variety=row.variety,
        age=row.age,
        sex=row.sex,
        planned_on=row.planned_on,
        visitor=row.visitor,
        blocked="community_visit" in messages.blocked(conn, who),
        contact={one.field: one.value for one in conn.execute(said)},
        **(_identities(conn, who) if view_pii else {}),
    )


def _identities(conn: Connection, patient_id: str) -> dict[str, str]:
    vault = context.of(conn).vault
    wanted = select(identity).where(identity.c.patient_id == patient_id, identity.c.current == true())
    return {row.kind: vault.decrypt(row.ciphertext, row.kind) for row in conn.execute(wanted) if row.kind in _NAMES}
