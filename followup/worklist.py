"""The counselor's list: who to call next. Order: risk, then the clock, then who has waited longest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, literal, not_, or_, select, true, union
from sqlalchemy.engine import Connection, Row
from sqlalchemy.sql import Select

from followup import audit, context
from followup.models import contact_preference, identity, patient, practitioner, task
from followup.person import PersonPage, person
from followup.tasks.closing import AWAITING

__all__ = ["SECTIONS", "Filters", "PersonPage", "TaskCard", "card", "counts", "find_by_phone", "open_tasks", "person"]

SECTIONS = ("crisis", "due", "later", "agreed", "mine", "closed")
RISKS = ("crisis", "high", "moderate", "none")
COUNT_LIMIT = 1000
"""Counting stops here; a screen says "más de 999"."""
WARNINGS: Mapping[tuple[str, str], str] = {
    ("voicemail", "no"): "no_voicemail",
    ("shared", "yes"): "shared_phone",
    ("safe_phone", "no"): "phone_not_safe",
    ("answers", "hang_up"): "hang_up_if_other",
    ("say_who", "no"): "do_not_say_who",
    ("messages", "no"): "no_messages",
}
"""Answers about contact that a card must not let a counselor overlook."""
NO_ANSWER_YET = "no_voicemail"
"""Holds until the person said that a voice message is all right."""


@dataclass(frozen=True)
class Filters:
    """What part of the list. viewer: id of the practitioner; view_pii: with names and phones (their right)."""

    section: str | None = None
    viewer: str | None = None
    view_pii: bool = False
    language: str | None = None
    district: str | None = None
    has_phone: bool | None = None
    kind: str | None = None
    risk: str | None = None
    free_only: bool = False
    callable_now: bool = False
    awaiting_supervisor: bool = False
    alerted: bool = False
    limit: int | None = 50
    offset: int = 0


@dataclass(frozen=True)
class TaskCard:
    """One task as the list shows it. minutes_left is negative when overdue; attempt counts the next call from 1."""

    id: str
    kind: str
    status: str
    status_reason: str | None
    priority: str
    risk: str
    patient_id: str
    created_at: datetime
    due_at: datetime
    closed_at: datetime | None
    minutes_left: int
    clock_used: float
    not_before: datetime | None
    agreed: str | None
    language: str
    variety: str | None
    district: str | None
    age: int | None
    sex: str | None
    reasons: tuple[str, ...]
    rule: str
    attempt: int
    max_attempts: int
    last_result: str | None
    last_attempt_at: datetime | None
    has_phone: bool
    warnings: tuple[str, ...]
    hours: str | None
    owner_id: str | None
    owner_name: str | None
    lease_until: datetime | None
    alerted: bool
    awaiting_supervisor: bool
    name: str | None = field(repr=False, default=None)
    phone: str | None = field(repr=False, default=None)
    hours_said: str | None = field(repr=False, default=None)

    def public(self) -> dict[str, Any]:
        """The card as `uyariq tasks --json` prints it: no names, no phones."""
        return {
            "id": self.id,
            "kind": self.kind,
            "status": self.status,
            "priority": self.priority,
            "created_at": self.created_at.isoformat(),
            "due_at": self.due_at.isoformat(),
            "language": self.language,
            "patient": self.patient_id,
            "reasons": list(self.reasons),
        }


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
    return _make_cards(conn, rows, now, wanted.view_pii)


def counts(conn: Connection, now: datetime, filters: Filters | None = None) -> dict[str, int]:
    """How many cards each section holds under the other filters, up to COUNT_LIMIT; closed ones are not counted."""
    base = filters or Filters()
    found = {}
    for section in SECTIONS[:-1]:
        conditions = _conditions(conn, now, replace(base, section=section))
        some = select(literal(1)).select_from(task).where(*conditions).limit(COUNT_LIMIT).subquery()
        found[section] = int(conn.execute(select(func.count()).select_from(some)).scalar_one())
    return found


def card(conn: Connection, task_id: str, now: datetime, *, viewer: str, view_pii: bool = False) -> TaskCard | None:
    """One task, open or closed; with names and phones the look is recorded."""
    row = conn.execute(_cards().where(task.c.id == task_id)).first()
    if row is None:
        return None
    if view_pii:
        audit.record(conn, now, audit.READ, "card", "Task", task_id, practitioner_id=viewer)
    return _make_cards(conn, [row], now, view_pii)[0]


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
    if filters.district is not None:
        found.append(task.c.district == filters.district)
    if filters.has_phone is not None:
        found.append(task.c.has_phone == filters.has_phone)
    if filters.kind is not None:
        found.append(task.c.kind == filters.kind)
    if filters.risk is not None:
        found.append(task.c.risk_order == RISKS.index(filters.risk))
    if filters.free_only:
        found.append(or_(task.c.owner_id.is_(None), task.c.lease_until <= now))
    if filters.callable_now:
        found.append(or_(task.c.not_before.is_(None), task.c.not_before <= now))
    if filters.awaiting_supervisor:
        found.append(task.c.status_reason == AWAITING)
    if filters.alerted:
        found.append(task.c.alerted_at.is_not(None))
    return found


def _in_section(conn: Connection, now: datetime, filters: Filters) -> Any:
    """crisis: by risk. agreed: waits for an hour that was agreed. due: today or before. later: the rest."""
    section, is_open = filters.section, task.c.closed_at.is_(None)
    if section is None:
        return is_open
    if section == "closed":
        return task.c.closed_at.is_not(None)
    if section == "mine":
        return and_(is_open, task.c.id.in_(_ids_of(conn, now, filters.viewer)))
    if section == "crisis":
        return and_(is_open, task.c.risk_order == 0)
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


def _make_cards(conn: Connection, rows: list[Row[Any]], now: datetime, view_pii: bool) -> list[TaskCard]:
    people = tuple({row.patient_id for row in rows})
    contact = _contact(conn, people)
    names = _identities(conn, people) if view_pii else {}
    return [_card(conn, row, now, contact.get(row.patient_id, {}), names.get(row.patient_id, {})) for row in rows]


def _card(
    conn: Connection, row: Row[Any], now: datetime, contact: Mapping[str, str], names: Mapping[str, str]
) -> TaskCard:
    held = row.owner_id is not None and row.lease_until is not None and row.lease_until > now
    return TaskCard(
        id=row.id,
        kind=row.kind,
        status=row.status,
        status_reason=row.status_reason,
        priority=row.priority,
        risk=RISKS[row.risk_order],
        patient_id=row.patient_id,
        created_at=row.created_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        minutes_left=int((row.due_at - now).total_seconds() // 60),
        clock_used=_clock_used(row, now),
        not_before=row.not_before,
        agreed=row.agreed,
        language=row.language,
        variety=row.variety,
        district=row.district,
        age=row.age,
        sex=row.sex,
        reasons=tuple(row.reasons),
        rule=row.rule,
        attempt=row.attempts + 1,
        max_attempts=context.of(conn).callback_rules().max_attempts(row.priority),
        last_result=row.last_result,
        last_attempt_at=row.last_attempt_at,
        has_phone=row.has_phone,
        warnings=_warnings(contact),
        hours=contact.get("hours"),
        owner_id=row.owner_id if held else None,
        owner_name=row.owner_name if held else None,
        lease_until=row.lease_until if held else None,
        alerted=row.alerted_at is not None,
        awaiting_supervisor=row.status_reason == AWAITING,
        name=names.get("name") or names.get("guardian_name"),
        phone=names.get("phone") or names.get("guardian_phone"),
        hours_said=names.get("contact_hours"),
    )


def _clock_used(row: Row[Any], now: datetime) -> float:
    """The share of its time that a task has used: 0.0 just made, 1.0 due or over."""
    whole = (row.due_at - row.created_at).total_seconds()
    return 1.0 if whole <= 0 else min(1.0, max(0.0, (now - row.created_at).total_seconds() / whole))


def _warnings(contact: Mapping[str, str]) -> tuple[str, ...]:
    found = [code for (field, value), code in WARNINGS.items() if contact.get(field) == value]
    if contact.get("voicemail") is None:
        found.insert(0, NO_ANSWER_YET)
    return tuple(found)


def _contact(conn: Connection, people: tuple[str, ...]) -> dict[str, dict[str, str]]:
    wanted = select(contact_preference).where(
        contact_preference.c.patient_id.in_(people), contact_preference.c.current == true()
    )
    found: dict[str, dict[str, str]] = {}
    for row in conn.execute(wanted):
        found.setdefault(row.patient_id, {})[row.field] = row.value
    return found


def _identities(conn: Connection, people: tuple[str, ...]) -> dict[str, dict[str, str]]:
    vault = context.of(conn).vault
    wanted = select(identity).where(identity.c.patient_id.in_(people), identity.c.current == true())
    found: dict[str, dict[str, str]] = {}
    for row in conn.execute(wanted):
        found.setdefault(row.patient_id, {})[row.kind] = vault.decrypt(row.ciphertext, row.kind)
    return found
