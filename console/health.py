"""For machines: is the console alive, and how is the work going. Counts only, nothing about a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from console.channels import metric_families
from console.failures import note_failure
from console.site import Site, site_of
from followup import rule_processes
from followup.models import task
from followup.rule_processes import RuleProcess


async def healthz(request: Request) -> Response:
    """Ready when the database answers."""
    try:
        await run_in_threadpool(_ask_database, site_of(request))
    except SQLAlchemyError as problem:
        note_failure("health.database", problem)
        return JSONResponse({"status": "unavailable"}, status_code=503)
    return JSONResponse({"status": "ok"})


def _ask_database(site: Site) -> None:
    with site.database.read() as conn:
        conn.execute(text("SELECT 1"))


async def metrics(request: Request) -> Response:
    """Prometheus text: open tasks by kind and priority, those overdue, and the chat's messages since the start."""
    lines = await run_in_threadpool(lambda: list(_lines(site_of(request))))
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def _lines(site: Site) -> Iterator[str]:
    is_open = task.c.closed_at.is_(None)
    with site.database.read() as conn:
        tasks = _tasks(conn, is_open)
        overdue = _tasks(conn, is_open, task.c.due_at < site.now())
    yield from _family("uyariq_open_tasks", "gauge", "Open tasks.", tasks)
    yield from _family("uyariq_overdue_tasks", "gauge", "Open tasks past their due time.", overdue)
    handled = {"": site.conversations.handled}
    yield from _family("uyariq_chat_messages_total", "counter", "Chat messages handled.", handled)
    refused = {f'{{reason="{code}"}}': count for code, count in sorted(site.refused.items())}
    for name, words, values in metric_families(site.channels, site.now()):
        yield from _family(name, "gauge", words, values)
    with site.database.read() as conn:
        processes = rule_processes.running(conn, site.now())
    yield from rule_metrics(processes)
    yield from _family("uyariq_chat_refused_total", "counter", "Chat messages not passed on.", refused)


def rule_metrics(processes: Sequence[RuleProcess]) -> Iterator[str]:
    """Which rules each running part answers with, the oldest of several, and how many could not take newer ones."""
    parts = sorted({one.part for one in processes})
    oldest = {f'{{part="{part}"}}': min(one.revision for one in processes if one.part == part) for part in parts}
    behind = {"": sum(one.failed_revision is not None for one in processes)}
    yield from _family("uyariq_rules_revision", "gauge", "Publication of rules in use, by part.", oldest)
    yield from _family("uyariq_rules_failed", "gauge", "Processes that could not take newer rules.", behind)


def _tasks(conn: Connection, *conditions: Any) -> dict[str, int]:
    groups = task.c.kind, task.c.priority
    rows = conn.execute(select(*groups, func.count()).where(*conditions).group_by(*groups).order_by(*groups))
    return {f'{{kind="{kind}",priority="{priority}"}}': count for kind, priority, count in rows}


def _family(name: str, kind: str, words: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} {kind}"
    yield from (f"{name}{labels} {value}" for labels, value in values.items())
