"""Leaving the list: who may close a task, who must confirm it, and what follows a closed crisis."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context, messages
from followup.errors import TaskRefused
from followup.models import call_attempt, consent, patient, practitioner, task
from followup.ruleset import CallbackRules, Closing, Disposition
from followup.tasks.advice import CALLBACK, CRISIS_TASK, Advice, advise, withdraw_callback
from followup.tasks.flags import settle
from followup.tasks.history import HIGH, cancel_open, change, close, lock, lock_open, note

AWAITING = "awaiting_supervisor"
LAST_ATTEMPT_FAILED = "last_attempt_failed"
NOT_RESPONDING = "not_responding"
DEAD = "dead"
AFTER_CRISIS = "after_crisis"
"""Reason code of the calls that follow a crisis."""
_NOTHING_MORE = Closing(supervisor=False, note=False, reached=False)


def values_for(
    conn: Connection,
    rules: CallbackRules,
    row: Row[Any],
    disposition: Disposition,
    text: str,
    reached: bool,
    now: datetime,
) -> dict[str, Any]:
    """New values of a task that somebody wants to close: closed, or waiting for a second person."""
    spoken = reached or _was_reached(conn, rules, row.id)
    needed = _needed(rules, row, spoken)
    if needed.reached and not spoken and disposition.when != "any":
        raise TaskRefused("crisis_needs_contact")
    if needed.note and not text.strip():
        raise TaskRefused("note_needed")
    free = {"owner_id": None, "lease_until": None, "not_before": None}
    if needed.supervisor or disposition.needs_supervisor:
        waits = {"status": "on-hold", "status_reason": AWAITING, "agreed": disposition.code, "alerted_at": now}
        return free | waits
    return free | {"status": disposition.status, "status_reason": disposition.code, "closed_at": now}


def consequences(
    conn: Connection,
    rules: CallbackRules,
    row: Row[Any],
    disposition: Disposition,
    values: dict[str, Any],
    now: datetime,
) -> dict[str, list[Any]]:
    """What a disposition does beside the task itself; ids of what it made, by kind of row."""
    made: dict[str, list[Any]] = {}
    if disposition.withdraws_callback:
        made |= _withdraw(conn, row.patient_id, now)
    if disposition.code == DEAD:
        messages.cancel(conn, row.patient_id, messages.KINDS, DEAD, now)
    if values.get("closed_at") is not None:
        following = _after_close(conn, rules, row, disposition, now)
        made |= {"task": [following]} if following else {}
    return made


def complete(
    conn: Connection, task_id: str, practitioner_id: str, now: datetime, disposition: str, text: str = ""
) -> bool:
    """Whether the task is closed without a new call; False: it waits for a supervisor. Raises TaskRefused.

    Referrals and visits may end with any disposition; calls only with what was said in an earlier call, or with a
    reason that needs none.
    """
    rules = context.of(conn).callback_rules()
    row, ending = lock_open(conn, task_id), rules.dispositions.get(disposition)
    if ending is None or not ending.closes:
        raise TaskRefused("unknown_disposition")
    is_call = row.kind in (CALLBACK, CRISIS_TASK)
    if is_call and ending.when == "reached" and not _was_reached(conn, rules, task_id):
        raise TaskRefused("person_not_reached")
    if is_call and ending.when == "final" and row.attempts < rules.max_attempts(row.priority):
        raise TaskRefused("attempts_left")
    if ending.needs == "note" and not text.strip():
        raise TaskRefused("note_needed")
    values = values_for(conn, rules, row, ending, text, False, now)
    change(conn, task_id, values | {"last_by": practitioner_id})
    note(conn, task_id, "completed", values["status"], now, actor_id=practitioner_id, text=text, reason=disposition)
    consequences(conn, rules, row, ending, values, now)
    audit.record(conn, now, audit.UPDATE, "task.completed", "Task", task_id, practitioner_id=practitioner_id)
    return values.get("closed_at") is not None


def confirm_closing(conn: Connection, task_id: str, supervisor_id: str, now: datetime, text: str = "") -> None:
    """A second person agrees that the task may close. Raises TaskRefused."""
    rules = context.of(conn).callback_rules()
    row = _awaiting(conn, task_id, supervisor_id)
    disposition = rules.dispositions[row.agreed]
    close(conn, task_id, disposition.status, disposition.code, now, supervisor_id, text)
    if disposition.code == DEAD:
        cancel_open(conn, row.patient_id, DEAD, now)
    _after_close(conn, rules, row, disposition, now)


def refuse_closing(conn: Connection, task_id: str, supervisor_id: str, now: datetime, text: str = "") -> None:
    """A second person wants the task to go on: it is back on the list, due now. Raises TaskRefused."""
    _awaiting(conn, task_id, supervisor_id)
    change(conn, task_id, {"status": "requested", "status_reason": None, "agreed": None, "due_at": now})
    note(conn, task_id, "closing_refused", "requested", now, actor_id=supervisor_id, text=text)
    audit.record(conn, now, audit.UPDATE, "task.closing_refused", "Task", task_id, practitioner_id=supervisor_id)


def reopen(conn: Connection, task_id: str, practitioner_id: str, now: datetime) -> None:
    """A closed task is back on the list, due now, within the time the rules allow. Raises TaskRefused."""
    row = lock(conn, task_id)
    if row.closed_at is None:
        raise TaskRefused("not_closed")
    if now - row.closed_at > context.of(conn).callback_rules().reopen_within:
        raise TaskRefused("closed_too_long_ago")
    same = task.c.patient_id == row.patient_id, task.c.kind == row.kind, task.c.closed_at.is_(None)
    if conn.execute(select(task.c.id).where(*same)).first():
        raise TaskRefused("another_is_open")
    fresh = {"closed_at": None, "status": "requested", "status_reason": None, "agreed": None, "due_at": now}
    change(conn, task_id, fresh | {"attempts": 0})
    note(conn, task_id, "reopened", "requested", now, actor_id=practitioner_id)
    audit.record(conn, now, audit.UPDATE, "task.reopened", "Task", task_id, practitioner_id=practitioner_id)


def close_unanswered(conn: Connection, now: datetime) -> int:
    """How many tasks closed because nobody answered after the last attempt and the wait; never at high risk."""
    waited = (
        task.c.closed_at.is_(None),
        task.c.status_reason == LAST_ATTEMPT_FAILED,
        task.c.due_at <= now,
        task.c.risk_order > HIGH,
    )
    ids = conn.execute(select(task.c.id).where(*waited)).scalars().all()
    for task_id in ids:
        close(conn, task_id, "failed", NOT_RESPONDING, now)
    return len(ids)


def _needed(rules: CallbackRules, row: Row[Any], spoken: bool) -> Closing:
    if row.kind == CRISIS_TASK:
        return rules.closing_crisis
    if row.risk_order <= HIGH and not spoken:
        return rules.closing_unreached_high_risk
    return _NOTHING_MORE


def _was_reached(conn: Connection, rules: CallbackRules, task_id: str) -> bool:
    reached = [code for code, result in rules.contact_results.items() if result.reached]
    wanted = select(call_attempt.c.id).where(
        call_attempt.c.task_id == task_id,
        call_attempt.c.undone_at.is_(None),
        call_attempt.c.contact_result.in_(reached),
    )
    return conn.execute(wanted.limit(1)).first() is not None


def _awaiting(conn: Connection, task_id: str, supervisor_id: str) -> Row[Any]:
    row = lock_open(conn, task_id)
    if row.status_reason != AWAITING:
        raise TaskRefused("nothing_to_confirm")
    if row.last_by == supervisor_id:
        raise TaskRefused("another_person_needed")
    role = conn.execute(select(practitioner.c.role).where(practitioner.c.id == supervisor_id)).scalar()
    if role not in ("supervisor", "admin"):
        raise TaskRefused("supervisor_needed")
    return row


def _after_close(
    conn: Connection, rules: CallbackRules, row: Row[Any], disposition: Disposition, now: datetime
) -> str | None:
    """The next call of the series that follows a crisis; after the last one the person's risks are settled."""
    in_series = row.kind == CRISIS_TASK or row.series_no is not None
    if not in_series or disposition.status != "completed":
        return None
    number = (row.series_no or 0) + 1
    wait = rules.after_crisis.step(number)
    if wait is None:
        settle(conn, row.patient_id, now)
        return None
    due_at = context.of(conn).calendar().after(wait, now)
    advice = Advice(CALLBACK, "urgent", due_at, (AFTER_CRISIS,), "followup.after_crisis", number)
    return advise(conn, row.patient_id, advice, now)


def _withdraw(conn: Connection, patient_id: str, now: datetime) -> dict[str, list[Any]]:
    """The person said to the counselor that they want no calls."""
    row = {"patient_id": patient_id, "kind": "callback", "status": "rejected", "version": "call", "at": now}
    consent_id = conn.execute(insert(consent), row).inserted_primary_key[0]
    conn.execute(update(patient).where(patient.c.id == patient_id).values(consent_callback="no"))
    closed = withdraw_callback(conn, patient_id, now)
    messages.cancel(conn, patient_id, (messages.CALLBACK_MISSED, messages.ASK_NUMBER), "consent_refused", now)
    return {"consent": [consent_id], "closed_task": closed}
