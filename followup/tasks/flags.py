"""The end of a known risk: by a counselor's word, or when the calls after a crisis are done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from followup import audit, context
from followup.models import NO_RISK_ORDER, flag, patient

LEVEL_ORDER = {"imminent": 0, "high": 1, "moderate": 2, "none": 3}
"""Place in the work list that a risk level gives."""


def end_flag(conn: Connection, flag_id: int, practitioner_id: str, now: datetime) -> bool:
    """Whether the flag was active and is not any more."""
    active = flag.c.id == flag_id, flag.c.status == "active"
    patient_id = conn.execute(select(flag.c.patient_id).where(*active)).scalar()
    if patient_id is None:
        return False
    conn.execute(update(flag).where(*active).values(status="inactive", ended_at=now))
    _sink(conn, patient_id)
    audit.record(conn, now, audit.UPDATE, "flag.ended", "Patient", patient_id, practitioner_id=practitioner_id)
    return True


def settle(conn: Connection, patient_id: str, now: datetime) -> None:
    """End the person's active flags, except those that the rules use to keep them safe from our own messages."""
    lasting = tuple(context.of(conn).callback_rules().blocked_by_flag)
    ended = flag.c.patient_id == patient_id, flag.c.status == "active", flag.c.code.not_in(lasting)
    conn.execute(update(flag).where(*ended).values(status="inactive", ended_at=now))
    _sink(conn, patient_id)


def _sink(conn: Connection, patient_id: str) -> None:
    """The person's place by the risks that are left; open tasks keep theirs."""
    left = select(flag.c.level).where(flag.c.patient_id == patient_id, flag.c.status == "active")
    orders = [LEVEL_ORDER.get(level, NO_RISK_ORDER) for level in conn.execute(left).scalars()]
    order = min(orders, default=NO_RISK_ORDER)
    conn.execute(update(patient).where(patient.c.id == patient_id).values(risk_order=order))
