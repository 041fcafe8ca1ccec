"""Which rules each running process answers with, so that staff see when one of them stayed behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from followup.models import rule_process

ALIVE = timedelta(minutes=3)
"""A process that has not been seen for longer no longer runs."""


@dataclass(frozen=True)
class RuleProcess:
    """A running part. revision: its rules; failed_revision: newer ones that it could not take, and why (`problem`)."""

    id: str
    part: str
    revision: int
    failed_revision: int | None
    problem: str
    changed_at: datetime
    seen_at: datetime


def note(
    conn: Connection, process_id: str, part: str, revision: int, failed: int | None, problem: str, now: datetime
) -> None:
    """This process is alive, with these rules."""
    mine = rule_process.c.id == process_id
    state = {"part": part, "revision": revision, "failed_revision": failed, "problem": problem}
    was = conn.execute(select(rule_process).where(mine)).mappings().first()
    if was is None:
        conn.execute(delete(rule_process).where(rule_process.c.seen_at < now - ALIVE))
        conn.execute(insert(rule_process), {"id": process_id, "changed_at": now, "seen_at": now} | state)
        return
    changed = {} if (was["revision"], was["failed_revision"]) == (revision, failed) else {"changed_at": now}
    conn.execute(update(rule_process).where(mine).values(seen_at=now, **changed, **state))


def gone(conn: Connection, process_id: str) -> None:
    """This process stops."""
    conn.execute(delete(rule_process).where(rule_process.c.id == process_id))


def running(conn: Connection, now: datetime) -> list[RuleProcess]:
    """Processes that are alive, by part."""
    wanted = select(rule_process).where(rule_process.c.seen_at >= now - ALIVE)
    rows = conn.execute(wanted.order_by(rule_process.c.part, rule_process.c.id)).mappings()
    return [RuleProcess(**row) for row in rows]
