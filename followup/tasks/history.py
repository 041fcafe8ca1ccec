"""The append-only history of a task, and the few reads and changes that all parts of this room share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context
from followup.errors import TaskRefused
from followup.models import task, task_event

CRISIS, HIGH = 0, 1
"""Places in the work list that need more than one person to close."""


def note(
    conn: Connection,
    task_id: str,
    event: str,
    status: str,
    now: datetime,
    *,
    actor_id: str | None = None,
    text: str = "",
    **detail: Any,
) -> None:
    """One line of history; detail holds codes only, text is a counselor's note and is kept unreadable."""
    row = {"task_id": task_id, "at": now, "actor_id": actor_id, "event": event, "status": status, "detail": detail}
    sealed = context.of(conn).vault.encrypt_note(text) if text else None
    conn.execute(insert(task_event), row | {"note": sealed})


def lock(conn: Connection, task_id: str) -> Row[Any]:
    """The task's row, held until the transaction ends; raises TaskRefused("unknown_task")."""
    row = conn.execute(select(task).where(task.c.id == task_id).with_for_update()).first()
    if row is None:
        raise TaskRefused("unknown_task")
    return row


def lock_open(conn: Connection, task_id: str) -> Row[Any]:
    """The row of a task that is not closed; raises TaskRefused("closed")."""
    row = lock(conn, task_id)
    if row.closed_at is not None:
        raise TaskRefused("closed")
    return row


def change(conn: Connection, task_id: str, values: Mapping[str, Any]) -> None:
    """New values of one task."""
    conn.execute(update(task).where(task.c.id == task_id).values(**values))


def close(
    conn: Connection,
    task_id: str,
    status: str,
    reason: str,
    now: datetime,
    actor_id: str | None = None,
    text: str = "",
) -> None:
    """The task leaves the list with an outcome."""
    gone = {"closed_at": now, "owner_id": None, "lease_until": None, "not_before": None}
    change(conn, task_id, {"status": status, "status_reason": reason, **gone})
    note(conn, task_id, status, status, now, actor_id=actor_id, text=text, reason=reason)
    audit.record(conn, now, audit.UPDATE, "task.closed", "Task", task_id, practitioner_id=actor_id)


def cancel_open(conn: Connection, patient_id: str, reason: str, now: datetime, kinds: tuple[str, ...] = ()) -> int:
    """How many open tasks of the person were cancelled; all kinds unless some are named."""
    wanted = select(task.c.id).where(task.c.patient_id == patient_id, task.c.closed_at.is_(None))
    if kinds:
        wanted = wanted.where(task.c.kind.in_(kinds))
    ids = conn.execute(wanted).scalars().all()
    for task_id in ids:
        close(conn, task_id, "cancelled", reason, now)
    return len(ids)
