"""The counselor's reminder of what was sent: one task of the work list, due when somebody should ask again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Row

from followup import context
from followup.health_centres import rules_of
from followup.models import patient, referral, task
from followup.referral_rules import VISIT as TO_VISIT
from followup.referral_rules import Outcome
from followup.ruleset import PRIORITIES
from followup.tasks.advice import CALLBACK, REFERRAL, VISIT, Advice, advise
from followup.tasks.history import HIGH, change, close, note

SENT = "referral_sent"
"""Why the task waits: the person was referred."""
FOLLOW_UP, MISSED, AGREED_TO_CALL = "referral_followup", "referral_missed", "visit_agreed_call"
"""Reason codes of tasks that a referral makes."""
ENDED = "referral_ended"
_RULE = "referrals"


def follow(conn: Connection, patient_id: str, to: str, now: datetime) -> None:
    """Keep the person's task in step with their open referrals: it waits until the first of them must be asked about.

    With none left open the task closes; `after_end` may open it again.
    """
    kind = VISIT if to == TO_VISIT else REFERRAL
    waiting = _open_referrals(conn, patient_id, is_visit=kind == VISIT)
    if not waiting:
        standing = _open_task(conn, patient_id, kind)
        if standing is not None:
            close(conn, standing, "completed", ENDED, now)
        return
    first = min(waiting, key=lambda row: row.remind_at or now)
    due = first.remind_at or now
    priority = max((row.priority for row in waiting), key=PRIORITIES.index)
    task_id = advise(conn, patient_id, Advice(kind, priority, due, (FOLLOW_UP,), _RULE), now)
    held = {"owner_id": None, "lease_until": None, "agreed": None}
    waits = {"status": "on-hold", "status_reason": SENT, "due_at": due, "not_before": due}
    before = conn.execute(select(task).where(task.c.id == task_id)).one()
    if any(getattr(before, name) != value for name, value in (held | waits).items()):
        change(conn, task_id, held | waits)
        note(conn, task_id, SENT, "on-hold", now)


def remind(conn: Connection, now: datetime) -> int:
    """How many open referrals had lost their task (somebody closed it) and got another; the clock calls it."""
    late = referral.c.ended_at.is_(None), referral.c.remind_at <= now
    found = 0
    for row in conn.execute(select(referral).where(*late)).all():
        kinds = rules_of(conn).kinds
        to = kinds[row.kind].to if row.kind in kinds else ""
        kind = VISIT if to == TO_VISIT else REFERRAL
        if _open_task(conn, row.patient_id, kind) is None:
            advise(conn, row.patient_id, Advice(kind, row.priority, now, (FOLLOW_UP,), _RULE), now)
            found += 1
    return found


def after_end(conn: Connection, row: Row[Any], outcome: Outcome, now: datetime) -> None:
    """What an ending asks for: a call that the person agreed to, or somebody to look after who was not attended."""
    calendar, rules = context.of(conn).calendar(), rules_of(conn)
    if outcome.call is not None:
        due = calendar.after(outcome.call, now)
        advise(conn, row.patient_id, Advice(CALLBACK, row.priority, due, (AGREED_TO_CALL,), _RULE), now)
    if outcome.status != "failed":
        return
    risk = conn.execute(select(patient.c.risk_order).where(patient.c.id == row.patient_id)).scalar_one()
    if risk <= HIGH:
        due = calendar.after(rules.after_missed_with_risk, now)
        advise(conn, row.patient_id, Advice(CALLBACK, "asap", due, (MISSED,), _RULE), now)
    is_visit = row.kind in rules.kinds and rules.kinds[row.kind].to == TO_VISIT
    if _open_referrals(conn, row.patient_id, is_visit=is_visit):
        return
    due = calendar.after(rules.after_not_attended, now)
    advise(conn, row.patient_id, Advice(VISIT if is_visit else REFERRAL, row.priority, due, (MISSED,), _RULE), now)


def _open_referrals(conn: Connection, patient_id: str, *, is_visit: bool) -> list[Row[Any]]:
    kinds = rules_of(conn).kinds
    rows = conn.execute(select(referral).where(referral.c.patient_id == patient_id, referral.c.ended_at.is_(None)))
    return [row for row in rows if (row.kind in kinds and kinds[row.kind].to == TO_VISIT) is is_visit]


def _open_task(conn: Connection, patient_id: str, kind: str) -> str | None:
    wanted = task.c.patient_id == patient_id, task.c.kind == kind, task.c.closed_at.is_(None)
    found = conn.execute(select(task.c.id).where(*wanted)).scalar()
    return str(found) if found else None
