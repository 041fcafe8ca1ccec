"""The result of a call, checked against screening_rules/callback_rules.yml and kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Connection, Row

from followup import audit, context
from followup.errors import TaskRefused
from followup.models import call_attempt
from followup.ruleset import ASK_NUMBER, NONE, CallbackRules, ContactResult, Disposition
from followup.tasks import closing, safe_contact
from followup.tasks.following import Change, after_failure, after_talk
from followup.tasks.history import change, lock_open, note
from followup.tasks.result import CallOutcome, CallResult
from followup.tasks.undo import UNDO_WINDOW, set_has_phone, snapshot

__all__ = ["UNDO_WINDOW", "record_call"]


def record_call(conn: Connection, task_id: str, practitioner_id: str, result: CallResult, now: datetime) -> CallOutcome:
    """Keep the call and move the task on. Raises TaskRefused when the rules do not allow the result.

    A task that nobody holds is taken by the way; one that somebody else holds is refused ("held_by_other").
    """
    rules = context.of(conn).callback_rules()
    row = lock_open(conn, task_id)
    _refuse_if_held(row, practitioner_id, now)
    contact, disposition = _codes(rules, result)
    attempt_no = row.attempts + (1 if contact.counts else 0)
    _check(rules, row, contact, disposition, result, attempt_no)
    if disposition is not None:
        following = after_talk(conn, rules, row, disposition, result, contact.reached, now)
    else:
        following = after_failure(conn, rules, row, contact, result, attempt_no, practitioner_id, now)
    before = snapshot(conn, row)
    _apply(conn, row, practitioner_id, result, following, attempt_no, now)
    if disposition is not None:
        following.made |= closing.consequences(conn, rules, row, disposition, following.values, now)
    replaced = safe_contact.keep(conn, row.patient_id, result.safe_contact or {}, now)
    before |= {"made": following.made | replaced.made, "replaced": replaced.old}
    attempt_id = _keep(conn, row, practitioner_id, result, following, attempt_no, before, now)
    audit.record(conn, now, audit.CREATE, "call.recorded", "Task", task_id, practitioner_id=practitioner_id)
    values = following.values
    return CallOutcome(
        attempt_id=attempt_id,
        attempt_no=attempt_no,
        max_attempts=rules.max_attempts(row.priority),
        status=values["status"],
        next_at=following.next_at,
        closed=values.get("closed_at") is not None,
        waits_for_supervisor=values.get("status_reason") == closing.AWAITING,
        undo_until=now + UNDO_WINDOW,
    )


def _refuse_if_held(row: Row[Any], practitioner_id: str, now: datetime) -> None:
    held = row.owner_id not in (None, practitioner_id) and row.lease_until is not None and row.lease_until > now
    if held:
        raise TaskRefused("held_by_other")


def _codes(rules: CallbackRules, result: CallResult) -> tuple[ContactResult, Disposition | None]:
    contact = rules.contact_results.get(result.contact_result)
    if contact is None:
        raise TaskRefused("unknown_result")
    if result.disposition is None:
        return contact, None
    disposition = rules.dispositions.get(result.disposition)
    if disposition is None:
        raise TaskRefused("unknown_disposition")
    return contact, disposition


def _check(
    rules: CallbackRules,
    row: Row[Any],
    contact: ContactResult,
    disposition: Disposition | None,
    result: CallResult,
    attempt_no: int,
) -> None:
    if disposition is None:
        if contact.reached and contact.next == NONE:
            raise TaskRefused("disposition_needed")
        return
    if disposition.when == "reached" and not contact.reached:
        raise TaskRefused("person_not_reached")
    number_is_dead = contact.next == ASK_NUMBER
    if disposition.when == "final" and not number_is_dead and attempt_no < rules.max_attempts(row.priority):
        raise TaskRefused("attempts_left")
    if disposition.needs == "note" and not result.note.strip():
        raise TaskRefused("note_needed")
    if disposition.needs == "referral" and not result.referral:
        raise TaskRefused("referral_needed")


def _keep(
    conn: Connection,
    row: Row[Any],
    practitioner_id: str,
    result: CallResult,
    following: Change,
    attempt_no: int,
    before: dict[str, Any],
    now: datetime,
) -> str:
    attempt_id = context.of(conn).new_id()
    vault = context.of(conn).vault
    conn.execute(
        insert(call_attempt),
        {
            "id": attempt_id,
            "task_id": row.id,
            "patient_id": row.patient_id,
            "attempt_no": attempt_no,
            "channel": result.channel,
            "started_at": result.started_at or now,
            "at": now,
            "practitioner_id": practitioner_id,
            "contact_result": result.contact_result,
            "disposition": result.disposition,
            "next_at": following.next_at,
            "note": vault.encrypt_note(result.note) if result.note else None,
            "is_final": following.is_final,
            "before": before,
        },
    )
    return attempt_id


def _apply(
    conn: Connection,
    row: Row[Any],
    practitioner_id: str,
    result: CallResult,
    following: Change,
    attempt_no: int,
    now: datetime,
) -> None:
    values = following.values
    called = {"attempts": attempt_no, "last_by": practitioner_id, "last_attempt_at": now}
    called["last_result"] = result.contact_result
    change(conn, row.id, values | called)
    if "has_phone" in values:
        set_has_phone(conn, row.patient_id, values["has_phone"])
    asked = {} if result.safe_contact is None else {"safe_contact": "changed" if result.safe_contact else "same"}
    code = {"result": result.contact_result}
    note(conn, row.id, "called", values["status"], now, actor_id=practitioner_id, **code, **asked)
    if "alerted_at" in values:
        note(conn, row.id, "supervisor_told", values["status"], now)
