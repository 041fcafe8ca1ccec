"""The counselor's list: who to call next. Order: risk, then the clock, then who has waited longest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, literal, not_, or_, select, true, union
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from followup import audit, context
from followup.cards import RISKS, WARNINGS, TaskCard, make_cards
from followup.models import identity, patient, practitioner, task
from followup.person import PersonPage, person
from followup.tasks.closing import AWAITING

__all__ = [
    "RISKS",
    "SECTIONS",
    "WARNINGS",
    "Filters",
    "PersonPage",
    "TaskCard",
    "card",
    "counts",
    "find_by_phone",
    "open_tasks",
    "person",
]

SECTIONS = ("crisis", "due", "later", "agreed", "mine", "closed")
UBIGEO_DIGITS = 6
COUNT_LIMIT = 1000
"""Counting stops here; a screen says "más de 999"."""


@dataclass(frozen=True)
class Filters:
    """What part of the list. viewer: id of the practitioner; view_pii: with names and phones (their right).

    district: an ubigeo, or the beginning of one: its two digits of a department, four of a province. counselor: id of
    who holds the case or called last. attempt: the number of the next call. overdue: past its due time.
    """

    section: str | None = None
    viewer: str | None = None
    view_pii: bool = False
    language: str | None = None
    variety: str | None = None
    district: str | None = None
    has_phone: bool | None = None
    kind: str | None = None
    risk: str | None = None
    counselor: str | None = None
    attempt: int | None = None
    overdue: bool = False
    free_only: bool = False
    callable_now: bool = False
    awaiting_supervisor: bool = False
    alerted: bool = False
    limit: int | None = 50
    offset: int = 0


def open_tasks(conn: Connection, now: datetime, filters: Filters | None = None) -> list[TaskCard]:
    """The cards of a section, in the order of work; closed ones newest first.

    Names and phones come only with filters.view_pii, and then the look is recorded: that needs `db.begin()`.
    """
    wanted = filters or Filters()
    statement = _ordered(_cards().where(*_conditions(conn, now, wanted)), wanted)
    rows = conn.execute(statement.limit(wanted.limit).offset(wanted.offset)).all()
    if wanted.view_pii and rows:
        detail = {"cards": len(rows), "section": wanted.section}
        audit.record(conn, now, audit.READ, "list", "Task", None, practitioner_id=wanted.viewer, detail=detail)
    return make_cards(conn, rows, now, wanted.view_pii)


def counts(conn: Connection, now: datetime, filters: Filters | None = None) -> dict[str, int]:
    """How many cards each section holds under the other filters, up to COUNT_LIMIT; closed ones are not counted."""
    base = filters or Filters()
    sections = SECTIONS[:-1]
    counted = [_counted(conn, now, replace(base, section=section), COUNT_LIMIT) for section in sections]
    return dict(zip(sections, (int(number) for number in conn.execute(select(*counted)).one()), strict=True))


def count(conn: Connection, now: datetime, filters: Filters, limit: int = COUNT_LIMIT) -> int:
    """How many cards there are under the filters, up to the limit."""
    return int(conn.execute(select(_counted(conn, now, filters, limit))).scalar_one())


def _counted(conn: Connection, now: datetime, filters: Filters, limit: int) -> Any:
    some = select(literal(1)).select_from(task).where(*_conditions(conn, now, filters)).limit(limit).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def card(conn: Connection, task_id: str, now: datetime, *, viewer: str, view_pii: bool = False) -> TaskCard | None:
    """One task, open or closed; with names and phones the look is recorded."""
    row = conn.execute(_cards().where(task.c.id == task_id)).first()
    if row is None:
        return None
    if view_pii:
        audit.record(conn, now, audit.READ, "card", "Task", task_id, practitioner_id=viewer)
    return make_cards(conn, [row], now, view_pii)[0]


def next_due(conn: Connection) -> datetime | None:
    """When the next open task falls due: what an empty list says."""
    due: datetime | None = conn.execute(select(func.min(task.c.due_at)).where(task.c.closed_at.is_(None))).scalar()
    return due


def find_by_phone(conn: Connection, phone: str, viewer: str, now: datetime) -> list[str]:
    """Ids of the people who gave this number (as it was stored, +51…); the search is recorded."""
    stored = context.of(conn).vault.lookups(phone, "phone")
    wanted = select(identity.c.patient_id).where(identity.c.kind == "phone", identity.c.ciphertext.in_(stored))
    audit.record(conn, now, audit.READ, "search.phone", "Patient", None, practitioner_id=viewer)
    return [str(found) for found in conn.execute(wanted.where(identity.c.current == true()).distinct()).scalars()]


def _cards() -> Select:
    return (
        select(task, patient.c.variety, patient.c.age, patient.c.sex, practitioner.c.name.label("owner_name"))
        .join(patient, patient.c.id == task.c.patient_id)
        .outerjoin(practitioner, practitioner.c.id == task.c.owner_id)
    )


def _ordered(statement: Select, filters: Filters) -> Select:
    if filters.section == "closed":
        return statement.order_by(task.c.closed_at.desc())
    return statement.order_by(task.c.risk_order, task.c.due_at, task.c.created_at, task.c.id)


def _conditions(conn: Connection, now: datetime, filters: Filters) -> list[Any]:
    found = [_in_section(conn, now, filters)]
    if filters.language is not None:
        found.append(task.c.language == filters.language)
    if filters.variety is not None:
        found.append(task.c.variety == filters.variety)
    if filters.district is not None:
        found += _in_place(filters.district)
    if filters.has_phone is not None:
        found.append(task.c.has_phone == filters.has_phone)
    if filters.kind is not None:
        found.append(task.c.kind == filters.kind)
    if filters.risk is not None:
        found.append(task.c.risk_order == RISKS.index(filters.risk))
    if filters.counselor is not None:
        found.append(task.c.id.in_(_ids_of(conn, now, filters.counselor)))
    if filters.attempt is not None:
        found.append(task.c.attempts == filters.attempt - 1)
    if filters.overdue:
        found.append(task.c.due_at < now)
    if filters.free_only:
        found.append(or_(task.c.owner_id.is_(None), task.c.lease_until <= now))
    if filters.callable_now:
        found.append(or_(task.c.not_before.is_(None), task.c.not_before <= now))
    if filters.awaiting_supervisor:
        found.append(task.c.status_reason == AWAITING)
    if filters.alerted:
        found.append(task.c.alerted_at.is_not(None))
    return found


def _in_place(ubigeo: str) -> list[Any]:
    """A district, or all of a province or department: a stretch of the index, whose codes begin alike."""
    if len(ubigeo) == UBIGEO_DIGITS:
        return [task.c.district == ubigeo]
    return [task.c.district >= ubigeo, task.c.district < f"{int(ubigeo) + 1:0{len(ubigeo)}}"]


def _in_section(conn: Connection, now: datetime, filters: Filters) -> Any:
    """crisis: by risk; rest: all others. agreed: waits for an hour that was agreed. due: today or before. later: what
    is left."""
    section, is_open = filters.section, task.c.closed_at.is_(None)
    if section is None:
        return is_open
    if section == "closed":
        return task.c.closed_at.is_not(None)
    if section == "mine":
        return and_(is_open, task.c.id.in_(_ids_of(conn, now, filters.viewer)))
    if section == "crisis":
        return and_(is_open, task.c.risk_order == 0)
    if section == "rest":
        return and_(is_open, task.c.risk_order.in_((1, 2, 3)))
    end_of_day = context.of(conn).calendar().end_of_day(now)
    agreed = and_(task.c.agreed.is_not(None), task.c.not_before > now)
    rest = and_(is_open, task.c.risk_order.in_((1, 2, 3)))
    if section == "agreed":
        return and_(rest, agreed)
    not_agreed = or_(task.c.agreed.is_(None), task.c.not_before.is_(None), task.c.not_before <= now)
    if section == "due":
        return and_(rest, not_agreed, task.c.due_at < end_of_day)
    if section == "later":
        return and_(rest, not_agreed, not_(task.c.due_at < end_of_day))
    raise ValueError(f"no such section: {section}")


def _ids_of(conn: Connection, now: datetime, practitioner_id: str | None) -> list[str]:
    """Tasks that the practitioner holds, and those of their calls that wait for another hour: few, so ids will do."""
    is_open = task.c.closed_at.is_(None)
    held = select(task.c.id).where(is_open, task.c.owner_id == practitioner_id, task.c.lease_until > now)
    called = select(task.c.id).where(is_open, task.c.last_by == practitioner_id, task.c.status == "on-hold")
    return list(conn.execute(union(held, called)).scalars())
