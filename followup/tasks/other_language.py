"""The person speaks another language than the one who called: the case passes to somebody who speaks it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection, Row

from followup import context, notices
from followup.errors import TaskRefused
from followup.ruleset import CallbackRules
from followup.tasks.history import note
from followup.tasks.passing import speakers
from followup.team_rules import PASSED, team_rules

SPOKEN = {"es": ("es", None), "qu": ("qu", None), "quy": ("qu", "quy"), "quz": ("qu", "quz")}
"""What a counselor can say of the language they heard -> language and variety."""
NOBODY_SPEAKS_IT = "language_mismatch"


def reassign(
    conn: Connection,
    rules: CallbackRules,
    row: Row[Any],
    heard: str | None,
    caller: str,
    planned: datetime,
    now: datetime,
) -> dict[str, Any]:
    """New values of the task. Somebody on duty who speaks the language holds it and may call at once.

    When there is nobody, it waits for the planned hour and is put before a supervisor.
    """
    language, variety = _spoken(heard) if heard else (row.language, row.variety)
    now_known = {"language": language, "variety": variety}
    receiver = next(iter(speakers(conn, language, variety, now, (caller,))), None)
    if receiver is None:
        free = {"owner_id": None, "lease_until": None, "not_before": planned, "due_at": planned, "agreed": None}
        return now_known | free | {"status": "requested", "status_reason": NOBODY_SPEAKS_IT, "alerted_at": now}
    wait = team_rules(context.of(conn).rules_folder).pass_on.get(row.priority)
    lease_until = context.of(conn).calendar().after(wait, now) if wait else now + rules.lease
    note(conn, row.id, "passed", "accepted", now, actor_id=caller, to=receiver.id, why=NOBODY_SPEAKS_IT)
    notices.tell(conn, PASSED, row.priority, receiver.id, now)
    held = {"owner_id": receiver.id, "lease_until": lease_until, "not_before": None, "agreed": None}
    due_at = min(planned, max(row.due_at, now))
    return now_known | held | {"status": "accepted", "status_reason": None, "due_at": due_at}


def _spoken(heard: str) -> tuple[str, str | None]:
    if heard not in SPOKEN:
        raise TaskRefused("unknown_language")
    return SPOKEN[heard]
