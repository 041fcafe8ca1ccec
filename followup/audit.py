"""Who looked at what, and who changed what. Rows hold ids and counts, never what was seen or written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from followup import context
from followup.models import audit_event

SYSTEM = "system"
PATIENT = "patient"
PRACTITIONER = "practitioner"
READ, CREATE, UPDATE, DELETE, EXECUTE = "R", "C", "U", "D", "E"

_INSERT = insert(audit_event)


def record(
    conn: Connection,
    now: datetime,
    action: str,
    subtype: str,
    object_kind: str,
    object_id: str | None,
    *,
    practitioner_id: str | None = None,
    by_patient: bool = False,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """One audit row in the caller's transaction; without a practitioner the actor is the system, or the person.

    Raises RuntimeError in a transaction of `Database.read()`, which keeps nothing: the look would go unrecorded.
    """
    if not context.writes(conn):
        raise RuntimeError("what is recorded in the audit needs a transaction of Database.begin()")
    actor_kind = PRACTITIONER if practitioner_id else PATIENT if by_patient else SYSTEM
    conn.execute(
        _INSERT,
        {
            "at": now,
            "actor_kind": actor_kind,
            "actor_id": practitioner_id,
            "action": action,
            "subtype": subtype,
            "object_kind": object_kind,
            "object_id": object_id,
            "detail": dict(detail or {}),
        },
    )


def history(conn: Connection, object_id: str, limit: int = 200) -> list[Mapping[str, Any]]:
    """The latest audit rows of one object, newest first."""
    rows = conn.execute(
        select(audit_event).where(audit_event.c.object_id == object_id).order_by(audit_event.c.id.desc()).limit(limit)
    )
    return [dict(row) for row in rows.mappings()]
