"""Who works on a task: taken for an hour at most, by one person at a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, or_, select, update
from sqlalchemy.engine import Connection

from followup import audit, context, notices
from followup.errors import TaskRefused
from followup.models import practitioner, task
from followup.tasks.history import lock_open, note
from followup.team_rules import PASSED


def claim(conn: Connection, task_id: str, practitioner_id: str, now: datetime) -> bool:
    """Whether the task is now held by the practitioner, for the time that the rules allow.

    One statement decides, so two people can never both hold it. Taking one's own task again renews the time.
    """
    free = or_(task.c.owner_id.is_(None), task.c.lease_until <= now, task.c.owner_id == practitioner_id)
    taken = update(task).where(task.c.id == task_id, task.c.closed_at.is_(None), free)
    lease_until = now + context.of(conn).callback_rules().lease
    status = case((task.c.status == "in-progress", "in-progress"), else_="accepted")
    values = {"owner_id": practitioner_id, "lease_until": lease_until, "status": status}
    if conn.execute(taken.values(**values)).rowcount != 1:
        return False
    note(conn, task_id, "claimed", "accepted", now, actor_id=practitioner_id)
    audit.record(conn, now, audit.UPDATE, "task.claimed", "Task", task_id, practitioner_id=practitioner_id)
    return True


def release(conn: Connection, task_id: str, practitioner_id: str, now: datetime) -> bool:
    """Whether the practitioner held the task and gave it back."""
    row = lock_open(conn, task_id)
    if row.owner_id != practitioner_id:
        return False
    give_back(conn, task_id, row.not_before, now, "released", practitioner_id)
    audit.record(conn, now, audit.UPDATE, "task.released", "Task", task_id, practitioner_id=practitioner_id)
    return True


def assign(conn: Connection, task_id: str, practitioner_id: str, by: str, now: datetime) -> None:
    """A supervisor gives the task to somebody, whoever holds it; raises TaskRefused."""
    row = lock_open(conn, task_id)
    roles = select(practitioner.c.id, practitioner.c.role, practitioner.c.active)
    staff = {row.id: row for row in conn.execute(roles.where(practitioner.c.id.in_((practitioner_id, by))))}
    if by not in staff or staff[by].role not in ("supervisor", "admin"):
        raise TaskRefused("supervisor_needed")
    if practitioner_id not in staff or not staff[practitioner_id].active:
        raise TaskRefused("unknown_practitioner")
    lease_until = now + context.of(conn).callback_rules().lease
    values = {"owner_id": practitioner_id, "lease_until": lease_until, "status": "accepted"}
    conn.execute(update(task).where(task.c.id == task_id).values(**values))
    note(conn, task_id, "assigned", "accepted", now, actor_id=by, to=practitioner_id)
    if practitioner_id != by:
        notices.tell(conn, PASSED, row.priority, practitioner_id, now)
    audit.record(conn, now, audit.UPDATE, "task.assigned", "Task", task_id, practitioner_id=by)


def give_back(
    conn: Connection,
    task_id: str,
    not_before: datetime | None,
    now: datetime,
    event: str,
    actor_id: str | None,
    **detail: str,
) -> None:
    """Nobody holds the task any more; it waits on the list for the next."""
    status = "on-hold" if not_before is not None and not_before > now else "requested"
    values = {"owner_id": None, "lease_until": None, "status": status}
    conn.execute(update(task).where(task.c.id == task_id).values(**values))
    note(conn, task_id, event, status, now, actor_id=actor_id, **detail)
