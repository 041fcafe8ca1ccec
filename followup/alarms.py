"""Cases that are nearly late, late, or wait for a supervisor: marked, and brought before those who can act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.engine import Connection

from followup import context, notices
from followup.models import task
from followup.ruleset import PRIORITIES
from followup.tasks.closing import AWAITING
from followup.tasks.history import HIGH, change, note
from followup.tasks.other_language import NOBODY_SPEAKS_IT
from followup.team_rules import DUE_SOON, MANY_TRIES, NOBODY_LEFT, OVERDUE, TO_CONFIRM, team_rules

LOOK_AHEAD = timedelta(days=3)
"""No case is warned of earlier than this, whatever share of its time is left."""
_NOT_AWAITING = or_(task.c.status_reason.is_(None), task.c.status_reason != AWAITING)
_WHY = {AWAITING: TO_CONFIRM, NOBODY_SPEAKS_IT: NOBODY_LEFT}
_MANY = 500
"""Cases that one look deals with; the next look is half a minute later."""


@dataclass(frozen=True)
class Alarms:
    """What a page says on top: cases of high risk that are late, and cases about to be."""

    late: int
    soon: int


def warn_before_due(conn: Connection, now: datetime) -> int:
    """How many open cases came near their due time and were brought to their holder, or to those on duty."""
    rules, calendar = team_rules(context.of(conn).rules_folder), context.of(conn).calendar()
    warned = [priority for priority in PRIORITIES if rules.warn[priority] is not None]
    near = task.c.due_at > now, task.c.due_at <= now + LOOK_AHEAD, task.c.priority.in_(warned)
    callable_then = or_(task.c.not_before.is_(None), task.c.not_before <= task.c.due_at)
    unwarned = or_(task.c.warned_at.is_(None), task.c.warned_at < task.c.created_at)
    wanted = select(task).where(task.c.closed_at.is_(None), task.c.risk_order <= 3, *near, callable_then, unwarned)
    found = 0
    for row in conn.execute(wanted.order_by(task.c.due_at).limit(_MANY).with_for_update(skip_locked=True)).all():
        lead = rules.warn[row.priority]
        begun = row.last_attempt_at or row.created_at
        if lead is None or row.status_reason == AWAITING or not lead.reached(begun, row.due_at, now, calendar):
            continue
        change(conn, row.id, {"warned_at": now})
        note(conn, row.id, DUE_SOON, row.status, now)
        notices.tell(conn, DUE_SOON, row.priority, _holder(row.owner_id, row.lease_until, now), now)
        found += 1
    return found


def alert_overdue(conn: Connection, now: datetime) -> int:
    """How many overdue tasks of people at high risk were newly put before a supervisor."""
    late = task.c.closed_at.is_(None), task.c.risk_order <= HIGH, task.c.due_at < now
    unseen = or_(task.c.alerted_at.is_(None), task.c.alerted_at < task.c.due_at)
    rows = conn.execute(select(task.c.id, task.c.status).where(*late, unseen)).all()
    for row in rows:
        change(conn, row.id, {"alerted_at": now})
        note(conn, row.id, OVERDUE, row.status, now)
    return len(rows)


def tell_alerted(conn: Connection, now: datetime) -> int:
    """How many cases that were put before a supervisor were told of: late, tried in vain, or to be confirmed."""
    untold = or_(task.c.told_at.is_(None), task.c.told_at < task.c.alerted_at)
    wanted = select(task).where(task.c.closed_at.is_(None), task.c.alerted_at.is_not(None), untold)
    rows = conn.execute(wanted.limit(_MANY).with_for_update(skip_locked=True)).all()
    for row in rows:
        kind = _WHY.get(row.status_reason) or (OVERDUE if row.due_at < now else MANY_TRIES)
        notices.tell(conn, kind, row.priority, _holder(row.owner_id, row.lease_until, now), now)
        change(conn, row.id, {"told_at": now})
    return len(rows)


def alarms(conn: Connection, now: datetime, limit: int = 100) -> Alarms:
    """What is late and what is about to be, each counted up to the limit."""
    is_open = task.c.closed_at.is_(None)
    late = is_open, task.c.risk_order <= HIGH, task.c.due_at < now, _NOT_AWAITING
    soon = is_open, task.c.risk_order <= 3, task.c.due_at > now, task.c.due_at <= now + LOOK_AHEAD
    return Alarms(_count(conn, limit, *late), _count(conn, limit, *soon, task.c.warned_at.is_not(None)))


def _count(conn: Connection, limit: int, *conditions: object) -> int:
    some = select(task.c.id).where(*conditions).limit(limit).subquery()
    return int(conn.execute(select(func.count()).select_from(some)).scalar_one())


def _holder(owner_id: str | None, lease_until: datetime | None, now: datetime) -> str | None:
    return owner_id if owner_id and lease_until and lease_until > now else None
