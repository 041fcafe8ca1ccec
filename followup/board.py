"""What a supervisor sees at a glance: what is late, who works on what, who is there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from followup import context, duty
from followup.models import call_attempt, practitioner, task
from followup.worklist import COUNT_LIMIT, RISKS


@dataclass(frozen=True)
class Workload:
    """One person of the team. calls: results since the local midnight; late: of the cases they hold."""

    id: str
    name: str
    role: str
    languages: tuple[str, ...]
    view_pii: bool
    on_duty: bool
    on_call: bool
    away_until: datetime | None
    holding: int
    late: int
    calls: int
    last_call_at: datetime | None


@dataclass(frozen=True)
class LateCount:
    """Cases of one risk that are past their due time: all, and those that nobody holds; up to COUNT_LIMIT."""

    risk: str
    late: int
    free: int


def late_counts(conn: Connection, now: datetime) -> list[LateCount]:
    """By risk, the most urgent first."""
    return [_late(conn, order, now) for order in range(len(RISKS))]


def workloads(conn: Connection, now: datetime) -> list[Workload]:
    """Everybody who may hold a case: those on duty first, then by name."""
    on_duty, on_call = {row.id for row in duty.on_duty(conn, now)}, {row.id for row in duty.on_call(conn, now)}
    held, late = _held(conn, now)
    calls, last = _calls(conn, now)
    wanted = select(practitioner).where(practitioner.c.active.is_(True), practitioner.c.role.in_(duty.WORKING_ROLES))
    found = [
        Workload(
            id=row.id,
            name=row.name,
            role=row.role,
            languages=tuple(row.languages),
            view_pii=row.view_pii,
            on_duty=row.id in on_duty,
            on_call=row.id in on_call,
            away_until=row.away_until if duty.is_away(row.away_until, now) else None,
            holding=held[row.id],
            late=late[row.id],
            calls=calls[row.id],
            last_call_at=last.get(row.id),
        )
        for row in conn.execute(wanted.order_by(practitioner.c.name, practitioner.c.id))
    ]
    return sorted(found, key=lambda one: not one.on_duty)


def _late(conn: Connection, order: int, now: datetime) -> LateCount:
    late = task.c.closed_at.is_(None), task.c.risk_order == order, task.c.due_at < now
    free = task.c.owner_id.is_(None) | (task.c.lease_until <= now)
    return LateCount(RISKS[order], _count(conn, *late), _count(conn, *late, free))


def _count(conn: Connection, *conditions: object) -> int:
    some = select(task.c.id).where(*conditions).limit(COUNT_LIMIT).subquery()
    return int(conn.execute(select(func.count()).select_from(some)).scalar_one())


def _held(conn: Connection, now: datetime) -> tuple[Counter[str], Counter[str]]:
    """Cases that each person holds, and how many of them are late."""
    held = task.c.closed_at.is_(None), task.c.owner_id.is_not(None), task.c.lease_until > now
    rows = conn.execute(select(task.c.owner_id, task.c.due_at).where(*held)).all()
    return Counter(row.owner_id for row in rows), Counter(row.owner_id for row in rows if row.due_at < now)


def _calls(conn: Connection, now: datetime) -> tuple[Counter[str], dict[str, datetime]]:
    """Calls of the local day by person, and when each made the last of them."""
    start = context.of(conn).calendar().start_of_day(now)
    today = call_attempt.c.at >= start, call_attempt.c.undone_at.is_(None)
    who, counted, last = call_attempt.c.practitioner_id, func.count(), func.max(call_attempt.c.at)
    rows = conn.execute(select(who, counted, last).where(*today).group_by(who)).all()
    return Counter({row[0]: row[1] for row in rows}), {row[0]: row[2] for row in rows}
