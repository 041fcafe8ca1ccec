"""What is to come for a person: open tasks, messages of the bot that wait, and the calls after a crisis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from followup import context
from followup.models import communication, task
from followup.ruleset import Series

TASK, MESSAGE = "task", "message"


@dataclass(frozen=True)
class Planned:
    """Something that will be done. what: task or message; kind: of the task, or of the message."""

    at: datetime
    what: str
    kind: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SeriesCall:
    """A call of the series that follows a crisis. done_at: when it was closed; due_at: when it is, or was, due."""

    number: int
    due_at: datetime
    done_at: datetime | None
    status: str


@dataclass(frozen=True)
class AfterCrisis:
    """The series: what was called, what is next, and how many there are in all."""

    calls: tuple[SeriesCall, ...]
    total: int
    first_calls: int

    @property
    def number(self) -> int:
        """The call that is next, or was the last one."""
        return self.calls[-1].number


def planned(conn: Connection, patient_id: str) -> tuple[Planned, ...]:
    """What is to come, soonest first."""
    still_open = select(task).where(task.c.patient_id == patient_id, task.c.closed_at.is_(None))
    found = [
        Planned(row.not_before or row.due_at, TASK, row.kind, {"task_id": row.id, "series_no": row.series_no})
        for row in conn.execute(still_open)
    ]
    waits = select(communication).where(communication.c.patient_id == patient_id)
    found += [
        Planned(row.due_at, MESSAGE, row.kind)
        for row in conn.execute(waits.where(communication.c.status == "preparation"))
    ]
    return tuple(sorted(found, key=lambda one: one.at))


def after_crisis(conn: Connection, patient_id: str) -> AfterCrisis | None:
    """The newest series of calls that follows a crisis; None when there was none."""
    wanted = select(task).where(task.c.patient_id == patient_id, task.c.series_no.is_not(None))
    rows = conn.execute(wanted.order_by(task.c.created_at, task.c.series_no)).all()
    if not rows:
        return None
    begun = max(number for number, row in enumerate(rows) if row.series_no == min(one.series_no for one in rows))
    series: Series = context.of(conn).callback_rules().after_crisis
    calls = tuple(SeriesCall(row.series_no, row.due_at, row.closed_at, row.status) for row in rows[begun:])
    return AfterCrisis(calls, series.first_calls + series.then_calls, series.first_calls)
