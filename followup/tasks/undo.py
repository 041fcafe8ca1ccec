"""A result taken back: the task as it was, and nothing left of what the result had made."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection, Row

from followup import audit, messages
from followup.models import call_attempt, communication, consent, patient, service_request, task
from followup.tasks import safe_contact
from followup.tasks.advice import copy_to_open
from followup.tasks.history import change, close, note

UNDO_WINDOW = timedelta(seconds=15)
"""Ten seconds on the screen, and the way there and back on a slow network."""
_RESTORED = (
    "status",
    "status_reason",
    "due_at",
    "not_before",
    "attempts",
    "agreed",
    "owner_id",
    "lease_until",
    "last_by",
    "last_result",
    "last_attempt_at",
    "closed_at",
    "alerted_at",
    "has_phone",
    "language",
    "variety",
)


def undo(conn: Connection, attempt_id: str, practitioner_id: str, now: datetime) -> bool:
    """Whether the practitioner's own latest result was taken back in time; the row stays, marked."""
    attempt = conn.execute(select(call_attempt).where(call_attempt.c.id == attempt_id)).first()
    if attempt is None or attempt.practitioner_id != practitioner_id or attempt.undone_at is not None:
        return False
    row = conn.execute(select(task).where(task.c.id == attempt.task_id).with_for_update()).one()
    if now - attempt.at > UNDO_WINDOW or row.last_attempt_at != attempt.at:
        return False
    _restore(conn, row, attempt.before)
    conn.execute(update(call_attempt).where(call_attempt.c.id == attempt_id).values(undone_at=now))
    note(conn, row.id, "undone", attempt.before["task"]["status"], now, actor_id=practitioner_id)
    audit.record(conn, now, audit.UPDATE, "call.undone", "Task", row.id, practitioner_id=practitioner_id)
    return True


def snapshot(conn: Connection, row: Row[Any]) -> dict[str, Any]:
    """The task and the consent as they were, in JSON."""
    consent_now = select(patient.c.consent_callback).where(patient.c.id == row.patient_id)
    kept = {name: _plain(getattr(row, name)) for name in _RESTORED}
    return {"task": kept, "consent_callback": conn.execute(consent_now).scalar()}


def set_has_phone(conn: Connection, patient_id: str, has_phone: bool) -> None:
    """Whether there is a number to call, on the person and on their open tasks."""
    conn.execute(update(patient).where(patient.c.id == patient_id).values(has_phone=has_phone))
    copy_to_open(conn, patient_id, has_phone=has_phone)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _restore(conn: Connection, row: Row[Any], before: dict[str, Any]) -> None:
    """The task as it was; what the result made is withdrawn."""
    moments = {name for name in _RESTORED if name.endswith(("_at", "_until")) or name == "not_before"}
    values = {
        name: datetime.fromisoformat(value) if value and name in moments else value
        for name, value in before["task"].items()
    }
    made = before["made"]
    for task_id in made.get("task", ()):
        close(conn, task_id, "cancelled", "undone", row.last_attempt_at)
    for task_id in made.get("closed_task", ()):
        change(conn, task_id, {"closed_at": None, "status": "requested", "status_reason": None})
        note(conn, task_id, "reopened", "requested", row.last_attempt_at)
    change(conn, row.id, values)
    set_has_phone(conn, row.patient_id, before["task"]["has_phone"])
    _withdraw_rows(conn, made)
    safe_contact.take_back(conn, made, before.get("replaced", {}))
    if made.get("consent"):
        conn.execute(delete(consent).where(consent.c.id.in_(made["consent"])))
        back = {"consent_callback": before["consent_callback"]}
        conn.execute(update(patient).where(patient.c.id == row.patient_id).values(**back))


def _withdraw_rows(conn: Connection, made: dict[str, list[Any]]) -> None:
    sent = communication.c.id.in_(made.get("communication", ())), communication.c.status == messages.WAITING
    conn.execute(update(communication).where(*sent).values(status=messages.NOT_DONE, status_reason="undone"))
    asked = service_request.c.id.in_(made.get("service_request", ()))
    conn.execute(update(service_request).where(asked).values(status="revoked"))
