"""One task as the list shows it: what a counselor must know before lifting the receiver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.engine import Connection, Row

from followup import context
from followup.models import contact_preference, identity
from followup.tasks.closing import AWAITING

RISKS = ("crisis", "high", "moderate", "none")
"""The words for task.risk_order, from 0."""
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


def make_cards(conn: Connection, rows: list[Row[Any]], now: datetime, view_pii: bool) -> list[TaskCard]:
    """The cards of these rows, in their order; names and phones only with view_pii."""
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
