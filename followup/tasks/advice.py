"""What the rules advise becomes a task: one open task per person and kind, raised by stronger advice, never lowered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Row

from followup import context
from followup.models import patient, service_request, task
from followup.ruleset import PRIORITIES
from followup.tasks.history import change, close, note

CALLBACK, REFERRAL, CRISIS_TASK, VISIT = "callback", "referral", "crisis", "community_visit"
FIRST_AID = "first_aid"
"""The call for the next session of first aid."""
CONSENT_REFUSED = "consent_refused"
_PRIORITY_ORDER = {"stat": 0, "asap": 1, "urgent": 2, "routine": 3}
"""Place in the work list that a priority alone gives."""


@dataclass(frozen=True)
class Advice:
    """What should be done for a person, how urgently and why (reasons: codes of triage.yml)."""

    kind: str
    priority: str
    due_at: datetime
    reasons: tuple[str, ...] = ()
    rule: str = ""
    series_no: int | None = None


def advise(conn: Connection, patient_id: str, advice: Advice, now: datetime) -> str:
    """Id of the open task that holds the advice.

    A call that the person refused is kept as a cancelled task, unless it is about immediate danger (stat).
    """
    person = conn.execute(select(patient).where(patient.c.id == patient_id)).one()
    standing = _open_task(conn, patient_id, advice.kind)
    if standing is not None:
        _raise(conn, standing, advice, now)
        return str(standing.id)
    task_id = _create(conn, person, advice, now)
    if advice.kind in (CALLBACK, FIRST_AID) and advice.priority != "stat" and person.consent_callback == "no":
        close(conn, task_id, "cancelled", CONSENT_REFUSED, now)
    return task_id


def refer(
    conn: Connection, patient_id: str, kind: str, priority: str, reasons: tuple[str, ...], rule: str, now: datetime
) -> str:
    """Id of the need for care of that kind; one that stands already is raised."""
    standing = conn.execute(
        select(service_request).where(
            service_request.c.patient_id == patient_id,
            service_request.c.kind == kind,
            service_request.c.status == "active",
        )
    ).first()
    if standing is None:
        row: dict[str, Any] = {
            "id": context.of(conn).new_id(),
            "patient_id": patient_id,
            "kind": kind,
            "status": "active",
        }
        row |= {"priority": priority, "reasons": list(reasons), "rule": rule, "at": now}
        conn.execute(insert(service_request), row)
        return str(row["id"])
    raised = {
        "priority": max(standing.priority, priority, key=PRIORITIES.index),
        "reasons": _union(standing.reasons, reasons),
    }
    conn.execute(update(service_request).where(service_request.c.id == standing.id).values(**raised))
    return str(standing.id)


def raise_risk(conn: Connection, patient_id: str, order: int, now: datetime) -> None:
    """A risk was found: the person and their open tasks move up to that place, never down."""
    up = patient.c.id == patient_id, patient.c.risk_order > order
    if conn.execute(update(patient).where(*up).values(risk_order=order)).rowcount == 0:
        return
    lower = task.c.patient_id == patient_id, task.c.closed_at.is_(None), task.c.risk_order > order
    for row in conn.execute(select(task.c.id, task.c.status).where(*lower)).all():
        change(conn, row.id, {"risk_order": order})
        note(conn, row.id, "risk_raised", row.status, now, risk_order=order)


def withdraw_callback(conn: Connection, patient_id: str, now: datetime) -> list[str]:
    """Ids of the open calls that end because the person wants none.

    Where life is in danger the call stays open, marked for the counselor.
    """
    closed = []
    ours = task.c.patient_id == patient_id, task.c.closed_at.is_(None)
    for row in conn.execute(select(task).where(*ours, task.c.kind.in_((CALLBACK, FIRST_AID, CRISIS_TASK)))).all():
        if row.kind == CRISIS_TASK or row.priority == "stat":
            reasons = _union(row.reasons, (CONSENT_REFUSED,))
            change(conn, row.id, {"reasons": reasons})
            note(conn, row.id, "callback_refused", row.status, now)
        else:
            close(conn, row.id, "cancelled", CONSENT_REFUSED, now)
            closed.append(str(row.id))
    return closed


def phone_came(conn: Connection, patient_id: str, now: datetime) -> None:
    """The person gave a number: tasks that waited for one can be called now."""
    copy_to_open(conn, patient_id, has_phone=True)
    waiting = task.c.patient_id == patient_id, task.c.closed_at.is_(None), task.c.status_reason == "ask_number"
    for task_id in conn.execute(select(task.c.id).where(*waiting)).scalars().all():
        change(conn, task_id, {"status": "requested", "status_reason": None, "not_before": None})
        note(conn, task_id, "number_given", "requested", now)


def copy_to_open(conn: Connection, patient_id: str, **values: Any) -> None:
    """Keep the copies of language, variety, district and has_phone on the person's open tasks in step."""
    conn.execute(update(task).where(task.c.patient_id == patient_id, task.c.closed_at.is_(None)).values(**values))


def _open_task(conn: Connection, patient_id: str, kind: str) -> Row[Any] | None:
    wanted = task.c.patient_id == patient_id, task.c.kind == kind, task.c.closed_at.is_(None)
    found: Row[Any] | None = conn.execute(select(task).where(*wanted).with_for_update()).first()
    return found


def _create(conn: Connection, person: Row[Any], advice: Advice, now: datetime) -> str:
    task_id = context.of(conn).new_id()
    row = {
        "id": task_id,
        "patient_id": person.id,
        "kind": advice.kind,
        "status": "requested",
        "priority": advice.priority,
        "risk_order": min(_order(advice), person.risk_order),
        "created_at": now,
        "due_at": advice.due_at,
        "attempts": 0,
        "reasons": list(advice.reasons),
        "rule": advice.rule,
        "series_no": advice.series_no,
        "language": person.language,
        "variety": person.variety,
        "district": person.district,
        "has_phone": person.has_phone,
    }
    conn.execute(insert(task), row)
    note(conn, task_id, "created", "requested", now, rule=advice.rule, priority=advice.priority)
    return task_id


def _raise(conn: Connection, standing: Row[Any], advice: Advice, now: datetime) -> None:
    values: dict[str, Any] = {
        "priority": max(standing.priority, advice.priority, key=PRIORITIES.index),
        "risk_order": min(standing.risk_order, _order(advice)),
        "due_at": min(standing.due_at, advice.due_at),
        "reasons": _union(standing.reasons, advice.reasons),
        "series_no": standing.series_no if advice.series_no is None else advice.series_no,
    }
    stronger = any(values[name] != getattr(standing, name) for name in ("priority", "risk_order", "due_at"))
    if stronger and standing.status == "on-hold":
        values |= {"status": "requested", "status_reason": None, "not_before": None, "agreed": None}
    if all(values[name] == getattr(standing, name) for name in values):
        return
    change(conn, standing.id, values)
    event = "raised" if stronger else "reason_added"
    note(
        conn, standing.id, event, values.get("status", standing.status), now, rule=advice.rule, priority=advice.priority
    )


def _order(advice: Advice) -> int:
    return 0 if advice.kind == CRISIS_TASK else _PRIORITY_ORDER[advice.priority]


def _union(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """All reasons once, the older first."""
    return list(dict.fromkeys([*first, *second]))
