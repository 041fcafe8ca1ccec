"""Processes that do not answer with what was published last: staff are told why, and that the old rules hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from followup import rule_processes, rule_publications
from followup.rule_processes import RuleProcess

# Looking, loading and saying so takes some seconds; on a slow machine some more.
PATIENCE = timedelta(minutes=2)
LINES = 3


@dataclass(frozen=True)
class Behind:
    """A part that stayed behind. problem: the first lines of what is wrong, in Spanish; empty when it is only slow."""

    part: str
    revision: int
    problem: tuple[str, ...]


def left_behind(conn: Connection, now: datetime) -> tuple[Behind, ...]:
    """Those that could not take newer rules, or have not for too long."""
    newest = rule_publications.publication(conn, rule_publications.revision(conn))
    late = newest is not None and newest.published_at < now - PATIENCE
    found = rule_processes.running(conn, now)
    return tuple(_made(one) for one in found if _is_behind(one, newest.number if newest and late else 0))


def _is_behind(process: RuleProcess, expected: int) -> bool:
    return process.failed_revision is not None or process.revision < expected


def _made(process: RuleProcess) -> Behind:
    return Behind(process.part, process.revision, tuple(process.problem.splitlines()[:LINES]))
