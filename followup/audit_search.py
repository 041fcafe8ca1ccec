"""Looking through the audit: who looked at or changed what, and when. Reading it is recorded like any other look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection, Row

from followup import audit
from followup.models import audit_event, practitioner, task

PAGE = 50
LOOKS, CHANGES, DOORS, EXPORTS, EMERGENCIES = "looks", "changes", "doors", "exports", "emergencies"
GROUPS = (LOOKS, EMERGENCIES, EXPORTS, CHANGES, DOORS)
TAKEN_AWAY = ("data.exported", "audit.exported", "messages.exported", "visits.printed")
TEAM = "team"
_BATCH = 1000


@dataclass(frozen=True)
class AuditFilters:
    """What is asked for; empty parts ask for everything.

    actor: an id of staff, a kind (system, patient), or TEAM: all but what people do themselves, which is every message.
    """

    start: datetime | None = None
    end: datetime | None = None
    actor: str | None = None
    group: str | None = None
    object_id: str | None = None


@dataclass(frozen=True)
class AuditLine:
    """One row of the audit. patient_id: whose data it is about, where there is one person."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: str | None
    actor: str | None
    action: str
    subtype: str
    object_kind: str
    object_id: str | None
    patient_id: str | None
    detail: Mapping[str, Any]


def page(conn: Connection, filters: AuditFilters, before: int | None = None, limit: int = PAGE) -> list[AuditLine]:
    """Rows that fit, newest first. before: the last number of the page before."""
    wanted = _wanted(filters)
    if before is not None:
        wanted = wanted.where(audit_event.c.id < before)
    return [_line(row) for row in conn.execute(wanted.limit(limit))]


def every(conn: Connection, filters: AuditFilters) -> Iterator[AuditLine]:
    """All rows that fit, newest first, some at a time."""
    before: int | None = None
    while True:
        rows = page(conn, filters, before, _BATCH)
        yield from rows
        if len(rows) < _BATCH:
            return
        before = rows[-1].id


def of_person(conn: Connection, patient_id: str, limit: int = 12) -> list[AuditLine]:
    """Who looked at a person's data last, staff only."""
    looks = audit_event.c.action == audit.READ, audit_event.c.actor_kind == audit.PRACTITIONER
    emergencies = audit_event.c.subtype == "break_glass"
    mine = audit_event.c.object_id == patient_id
    wanted = _ordered().where(mine, or_(looks[0] & looks[1], emergencies)).limit(limit)
    return [_line(row) for row in conn.execute(wanted)]


def _wanted(filters: AuditFilters) -> Any:
    wanted = _ordered()
    if filters.start is not None:
        wanted = wanted.where(audit_event.c.at >= filters.start)
    if filters.end is not None:
        wanted = wanted.where(audit_event.c.at < filters.end)
    if filters.actor in (audit.SYSTEM, audit.PATIENT):
        wanted = wanted.where(audit_event.c.actor_kind == filters.actor)
    elif filters.actor == TEAM:
        wanted = wanted.where(audit_event.c.actor_kind != audit.PATIENT)
    elif filters.actor:
        wanted = wanted.where(audit_event.c.actor_id == filters.actor)
    if filters.object_id:
        tasks = select(task.c.id).where(task.c.patient_id == filters.object_id)
        wanted = wanted.where(or_(audit_event.c.object_id == filters.object_id, audit_event.c.object_id.in_(tasks)))
    return wanted.where(_of_group(filters.group)) if filters.group in GROUPS else wanted


def _of_group(group: str | None) -> Any:
    subtype, action = audit_event.c.subtype, audit_event.c.action
    taken_away = subtype.in_(TAKEN_AWAY)
    emergency = subtype.like("break_glass%")
    door = or_(subtype.like("login%"), subtype == "logout", subtype.like("second_step%"))
    return {
        LOOKS: (action == audit.READ) & ~taken_away,
        EMERGENCIES: emergency,
        EXPORTS: taken_away,
        DOORS: door,
        CHANGES: action.in_((audit.CREATE, audit.UPDATE, audit.DELETE)) & ~door & ~emergency & ~taken_away,
    }[group or LOOKS]


def _ordered() -> Any:
    joined = audit_event.outerjoin(practitioner, practitioner.c.id == audit_event.c.actor_id)
    of_task = (audit_event.c.object_kind == "Task") & (task.c.id == audit_event.c.object_id)
    joined = joined.outerjoin(task, of_task)
    columns = (audit_event, practitioner.c.name.label("actor"), task.c.patient_id.label("of_patient"))
    return select(*columns).select_from(joined).order_by(audit_event.c.id.desc())


def _line(row: Row[Any]) -> AuditLine:
    return AuditLine(
        id=row.id,
        at=row.at,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        actor=row.actor,
        action=row.action,
        subtype=row.subtype,
        object_kind=row.object_kind,
        object_id=row.object_id,
        patient_id=row.object_id if row.object_kind == "Patient" else row.of_patient,
        detail=row.detail,
    )
