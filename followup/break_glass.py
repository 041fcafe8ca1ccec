"""Names opened in an emergency: one person's, for some hours, with a written reason that a supervisor reviews."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context
from followup.errors import StaffRefused
from followup.models import break_glass, patient, practitioner

OPEN_FOR = timedelta(hours=3)
SHORTEST_REASON = 15
LONGEST_REASON = 1000
JUSTIFIED, NOT_JUSTIFIED = "justified", "not_justified"
VERDICTS = (JUSTIFIED, NOT_JUSTIFIED)
_KIND = "Patient"


@dataclass(frozen=True)
class Opening:
    """One time that somebody opened the names of a person."""

    id: str
    patient_id: str
    practitioner_id: str
    name: str
    at: datetime
    until: datetime
    reviewer: str | None
    reviewed_at: datetime | None
    verdict: str | None
    reason: str = field(repr=False)
    note: str | None = field(repr=False)


def open_names(conn: Connection, patient_id: str, practitioner_id: str, reason: str, now: datetime) -> datetime | None:
    """Until when the person's names are open to this member of staff; None when there is no such person.

    Raises StaffRefused("reason_short"): a supervisor has to understand it.
    """
    written = " ".join(reason.split())[:LONGEST_REASON]
    if len(written) < SHORTEST_REASON:
        raise StaffRefused("reason_short")
    if conn.execute(select(patient.c.id).where(patient.c.id == patient_id)).first() is None:
        return None
    here = context.of(conn)
    until = now + OPEN_FOR
    row = {"id": here.new_id(), "patient_id": patient_id, "practitioner_id": practitioner_id, "at": now, "until": until}
    conn.execute(insert(break_glass), row | {"reason": here.vault.encrypt_note(written)})
    detail = {"until": until.isoformat()}
    audit.record(
        conn, now, audit.EXECUTE, "break_glass", _KIND, patient_id, practitioner_id=practitioner_id, detail=detail
    )
    return until


def open_until(conn: Connection, patient_id: str, practitioner_id: str, now: datetime) -> datetime | None:
    """Until when the person's names are open to this member of staff; None when they are not."""
    mine = break_glass.c.patient_id == patient_id, break_glass.c.practitioner_id == practitioner_id
    wanted = select(func.max(break_glass.c.until)).where(*mine, break_glass.c.until > now)
    until: datetime | None = conn.execute(wanted).scalar()
    return until


def openings(conn: Connection, *, reviewed: bool, limit: int = 100) -> list[Opening]:
    """What waits for a supervisor's eye, the oldest first; or what was reviewed, the newest first."""
    wanted = select(break_glass, practitioner.c.name).join(
        practitioner, practitioner.c.id == break_glass.c.practitioner_id
    )
    done = break_glass.c.reviewed_at.is_not(None) if reviewed else break_glass.c.reviewed_at.is_(None)
    order = break_glass.c.reviewed_at.desc() if reviewed else break_glass.c.at
    rows = conn.execute(wanted.where(done).order_by(order, break_glass.c.id).limit(limit)).all()
    names = _names(conn, {row.reviewed_by for row in rows if row.reviewed_by})
    return [_opening(conn, row, names) for row in rows]


def count_waiting(conn: Connection) -> int:
    """How many nobody has reviewed."""
    wanted = select(func.count()).select_from(break_glass).where(break_glass.c.reviewed_at.is_(None))
    return int(conn.execute(wanted).scalar_one())


def review(conn: Connection, opening_id: str, verdict: str, note: str, now: datetime, reviewer: str) -> bool:
    """Whether there was such an opening to review. Raises StaffRefused: unknown_verdict, own_opening, note_missing."""
    if verdict not in VERDICTS:
        raise StaffRefused("unknown_verdict")
    row = conn.execute(select(break_glass).where(break_glass.c.id == opening_id).with_for_update()).first()
    if row is None or row.reviewed_at is not None:
        return False
    if row.practitioner_id == reviewer:
        raise StaffRefused("own_opening")
    if verdict == NOT_JUSTIFIED and not note.strip():
        raise StaffRefused("note_missing")
    sealed = context.of(conn).vault.encrypt_note(note.strip()) if note.strip() else None
    values = {"verdict": verdict, "reviewed_by": reviewer, "reviewed_at": now, "review_note": sealed}
    conn.execute(update(break_glass).where(break_glass.c.id == opening_id).values(**values))
    detail = {"verdict": verdict, "of": row.practitioner_id}
    audit.record(
        conn,
        now,
        audit.UPDATE,
        "break_glass.reviewed",
        _KIND,
        row.patient_id,
        practitioner_id=reviewer,
        detail=detail,
    )
    return True


def _names(conn: Connection, ids: set[str]) -> dict[str, str]:
    rows = conn.execute(select(practitioner.c.id, practitioner.c.name).where(practitioner.c.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _opening(conn: Connection, row: Row[Any], names: dict[str, str]) -> Opening:
    vault = context.of(conn).vault
    return Opening(
        id=row.id,
        patient_id=row.patient_id,
        practitioner_id=row.practitioner_id,
        name=row.name,
        at=row.at,
        until=row.until,
        reviewer=names.get(row.reviewed_by),
        reviewed_at=row.reviewed_at,
        verdict=row.verdict,
        reason=vault.decrypt_note(row.reason),
        note=vault.decrypt_note(row.review_note) if row.review_note else None,
    )
