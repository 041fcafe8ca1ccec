"""How long people waited for somebody to reach them by phone, and at which hours people are reached."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.engine import Connection

from followup import context
from followup.models import call_attempt, task
from followup.reports.counting import within
from followup.reports.local_time import local_hour
from followup.reports.small_numbers import is_small, protected, protected_part_of
from followup.tasks.advice import CALLBACK, CONSENT_REFUSED, CRISIS_TASK

KINDS = (CRISIS_TASK, CALLBACK)


@dataclass(frozen=True)
class Waiting:
    """Calls owed of one kind, and how they went. median, p90: among those reached; None without any, or hidden.

    owed: calls that became owed in the period, without those in `open` and `cancelled`. in_time: reached by the hour
    that was due. open: not due yet and nobody reached. cancelled: ended before anybody was reached, at the person's
    wish or because the call was a mistake.
    """

    kind: str
    owed: int | None
    reached: int | None
    in_time: int | None
    open: int | None
    cancelled: int | None
    median: timedelta | None
    p90: timedelta | None

    def hiding(self, limit: int) -> Waiting:
        """The same without small numbers: figures of few people are not shown at all."""
        few = any(is_small(number or 0, limit) for number in (self.owed, self.reached))
        if not few:
            return self
        return Waiting(self.kind, None, None, None, None, None, None, None)


@dataclass(frozen=True)
class Hour:
    """Calls of one hour of the day; None: hidden."""

    hour: int
    calls: int | None
    reached: int | None


def waiting(conn: Connection, start: datetime | None, end: datetime | None, now: datetime) -> list[Waiting]:
    """One for each kind of call."""
    found: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for row in conn.execute(_calls_owed(conn, start, end)):
        found[row.kind].append(row)
    return [_summed(kind, rows, now) for kind, rows in found.items()]


def by_hour(conn: Connection, start: datetime | None, end: datetime | None, limit: int = 0) -> list[Hour]:
    """Calls begun in each hour of the day, and those in which the person was reached; small numbers hidden."""
    hour = local_hour(conn, call_attempt.c.started_at)
    reached = func.sum(case((call_attempt.c.contact_result.in_(_reached(conn)), 1), else_=0))
    wanted = select(hour.label("hour"), func.count().label("calls"), reached.label("reached"))
    made = within(wanted.where(call_attempt.c.undone_at.is_(None)), call_attempt.c.started_at, start, end)
    rows = conn.execute(made.group_by(hour).order_by(hour)).all()
    calls = [int(row.calls) for row in rows]
    shown = protected(calls, limit)
    answered = protected_part_of([int(row.reached) for row in rows], calls, limit)
    return [Hour(int(row.hour), shown[place], answered[place]) for place, row in enumerate(rows)]


def percentile(spans: Sequence[timedelta], share: float) -> timedelta | None:
    """The smallest span that `share` of them do not exceed (nearest rank)."""
    return sorted(spans)[max(0, math.ceil(share * len(spans)) - 1)] if spans else None


def _calls_owed(conn: Connection, start: datetime | None, end: datetime | None) -> Any:
    """Each call owed, with the moment of the first time it reached the person and the state before its first try."""
    stands = call_attempt.c.undone_at.is_(None)
    of_task = call_attempt.c.task_id == task.c.id
    first_reached = (
        select(func.min(call_attempt.c.at))
        .where(of_task, stands, call_attempt.c.contact_result.in_(_reached(conn)))
        .scalar_subquery()
    )
    before = (
        select(call_attempt.c.before)
        .where(of_task, stands)
        .order_by(call_attempt.c.at, call_attempt.c.id)
        .limit(1)
        .scalar_subquery()
    )
    columns = task.c.kind, task.c.status, task.c.status_reason, task.c.created_at, task.c.due_at, task.c.closed_at
    wanted = select(*columns, first_reached.label("reached_at"), before.label("before"))
    return within(wanted.where(task.c.kind.in_(KINDS)), task.c.created_at, start, end)


def _reached(conn: Connection) -> list[str]:
    return [code for code, result in context.of(conn).callback_rules().contact_results.items() if result.reached]


def _summed(kind: str, rows: Sequence[Any], now: datetime) -> Waiting:
    cancelled = [row for row in rows if row.reached_at is None and _is_cancelled(row)]
    still_open = [row for row in rows if row.reached_at is None and not _is_cancelled(row) and _due(row) > now]
    reached = [row for row in rows if row.reached_at is not None]
    spans = [row.reached_at - row.created_at for row in reached]
    return Waiting(
        kind=kind,
        owed=len(rows) - len(cancelled) - len(still_open),
        reached=len(reached),
        in_time=sum(row.reached_at <= _due(row) for row in reached),
        open=len(still_open),
        cancelled=len(cancelled),
        median=median(spans) if spans else None,
        p90=percentile(spans, 0.9),
    )


def _is_cancelled(row: Any) -> bool:
    return row.status in ("cancelled", "entered-in-error") or row.status_reason == CONSENT_REFUSED


def _due(row: Any) -> datetime:
    """The hour that was due before the first try: each try that fails sets a later one."""
    due: datetime = datetime.fromisoformat(row.before["task"]["due_at"]) if row.before else row.due_at
    return due
