"""Who is away: said by themselves or by a supervisor; their cases pass to others at the clock's next look."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from followup import audit
from followup.models import practitioner


def set_away(conn: Connection, practitioner_id: str, until: datetime | None, now: datetime, by: str) -> bool:
    """Whether there is such an account; None: the person is there again."""
    changed = update(practitioner).where(practitioner.c.id == practitioner_id).values(away_until=until)
    if conn.execute(changed).rowcount != 1:
        return False
    detail = {"until": until.isoformat() if until else None}
    audit.record(
        conn, now, audit.UPDATE, "staff.away", "Practitioner", practitioner_id, practitioner_id=by, detail=detail
    )
    return True


def away_until(conn: Connection, practitioner_id: str, now: datetime) -> datetime | None:
    """Until when the person is away; None when they are there."""
    wanted = select(practitioner.c.away_until).where(practitioner.c.id == practitioner_id)
    until: datetime | None = conn.execute(wanted).scalar()
    return until if until is not None and until > now else None
