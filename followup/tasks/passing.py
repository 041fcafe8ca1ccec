"""A case passes to somebody else: its holder's time ran out, they went away, or they do not speak its language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection, Row

from followup import audit, context, duty, notices
from followup.models import practitioner, task, task_event
from followup.tasks.history import HIGH, change, note
from followup.tasks.holding import give_back
from followup.team_rules import NOBODY_LEFT, PASSED, team_rules
from screening.due import Due

LEASE_EXPIRED = "lease_expired"
AWAY = "holder_away"
_ROLE_ORDER = {"counselor": 0, "supervisor": 1}
"""Cases pass to counselors first; an administrator gets none."""


def release_expired(conn: Connection, now: datetime) -> int:
    """How many holds ran out. What the rules pass on is held by somebody else now; the rest is free on the list."""
    late = task.c.closed_at.is_(None), task.c.owner_id.is_not(None), task.c.lease_until <= now
    rows = conn.execute(select(task).where(*late).with_for_update(skip_locked=True)).all()
    for row in rows:
        _leave(conn, row, LEASE_EXPIRED, now)
    return len(rows)


def pass_from_absent(conn: Connection, now: datetime) -> int:
    """How many cases were taken from those who are away or have no account any more."""
    gone = or_(practitioner.c.active.is_(False), practitioner.c.away_until > now)
    held = task.c.closed_at.is_(None), task.c.owner_id.is_not(None), task.c.lease_until > now
    wanted = select(task).join(practitioner, practitioner.c.id == task.c.owner_id).where(*held, gone)
    rows = conn.execute(wanted.with_for_update(of=task, skip_locked=True)).all()
    for row in rows:
        _leave(conn, row, AWAY, now)
    return len(rows)


def speakers(
    conn: Connection, language: str, variety: str | None, now: datetime, exclude: Collection[str] = ()
) -> list[Row[Any]]:
    """Those on duty who can call in that language, best first: counselors, then whoever holds fewest cases."""
    there = [one for one in duty.on_duty(conn, now) if _can_call(one, language, variety) and one.id not in exclude]
    holding = _holding(conn, now)
    return sorted(there, key=lambda one: (_ROLE_ORDER[one.role], holding[one.id], one.name, one.id))


def hand_to(conn: Connection, row: Row[Any], receiver: str, wait: Due, why: str, now: datetime) -> None:
    """The receiver holds the case for that long, and is told; who does not begin by then loses it again."""
    begin = max(now, row.not_before) if row.not_before else now
    lease_until = context.of(conn).calendar().after(wait, begin)
    status = "on-hold" if row.not_before is not None and row.not_before > now else "accepted"
    change(conn, row.id, {"owner_id": receiver, "lease_until": lease_until, "status": status})
    note(conn, row.id, "passed", status, now, to=receiver, why=why)
    audit.record(conn, now, audit.UPDATE, "task.passed", "Task", row.id, detail={"to": receiver, "why": why})
    notices.tell(conn, PASSED, row.priority, receiver, now)


def _leave(conn: Connection, row: Row[Any], event: str, now: datetime) -> None:
    give_back(conn, row.id, row.not_before, now, event, None, of=row.owner_id)
    wait = team_rules(context.of(conn).rules_folder).pass_on.get(row.priority)
    if wait is None:
        return
    had_it = _had_it(conn, row)
    receiver = next(iter(speakers(conn, row.language, row.variety, now, had_it)), None)
    if receiver is not None:
        hand_to(conn, row, receiver.id, wait, event, now)
    elif row.risk_order <= HIGH:
        note(conn, row.id, "nobody_left", row.status, now)
        notices.tell(conn, NOBODY_LEFT, row.priority, None, now)


def _can_call(one: Row[Any], language: str, variety: str | None) -> bool:
    """A call needs the number, and a common language."""
    return one.role in _ROLE_ORDER and one.view_pii and speaks(one.languages, language, variety)


def speaks(languages: Iterable[str], language: str, variety: str | None) -> bool:
    """Whether somebody with these languages can talk in that one; who names no variety speaks all of them."""
    named = set(languages)
    if language in named:
        return True
    return variety in named if variety else False


def _had_it(conn: Connection, row: Row[Any]) -> set[str]:
    """Those who let the case pass since the last call, so that it does not go round in circles."""
    since = row.last_attempt_at or row.created_at
    lost = task_event.c.event.in_((LEASE_EXPIRED, AWAY)), task_event.c.at > since
    events = conn.execute(select(task_event.c.detail).where(task_event.c.task_id == row.id, *lost)).scalars()
    return {str(detail["of"]) for detail in events if "of" in detail}


def _holding(conn: Connection, now: datetime) -> Counter[str]:
    held = task.c.closed_at.is_(None), task.c.owner_id.is_not(None), task.c.lease_until > now
    return Counter(conn.execute(select(task.c.owner_id).where(*held)).scalars())
