"""What a result changes: after a talk what was agreed, after a failure the next rung of the ladder."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.engine import Connection, Row

from followup import context, messages
from followup.models import contact_preference
from followup.ruleset import ASK_NUMBER, LADDER, PERSON_CHOOSES, CallbackRules, ContactResult, Disposition
from followup.tasks import closing, other_language
from followup.tasks.advice import VISIT, Advice, advise, refer
from followup.tasks.history import CRISIS, HIGH
from followup.tasks.next_try import next_try
from followup.tasks.result import CallResult
from screening.due import Due


@dataclass
class Change:
    """New values of the task, and what else the result made, to be undone with it."""

    values: dict[str, Any]
    next_at: datetime | None = None
    is_final: bool = False
    made: dict[str, list[str]] = field(default_factory=dict)

    def remember(self, kind: str, row_id: str | None) -> None:
        """The result also made this row."""
        if row_id:
            self.made.setdefault(kind, []).append(row_id)


def after_talk(
    conn: Connection,
    rules: CallbackRules,
    row: Row[Any],
    disposition: Disposition,
    result: CallResult,
    reached: bool,
    now: datetime,
) -> Change:
    """What follows a result with a disposition."""
    following = Change({}, is_final=disposition.closes)
    if disposition.needs == "referral" and result.referral:
        made = refer(conn, row.patient_id, result.referral, row.priority, tuple(row.reasons), "call", now)
        following.remember("service_request", made)
    if disposition.closes:
        following.values = closing.values_for(conn, rules, row, disposition, result.note, reached, now)
        return following
    due = disposition.next or rules.rung(row.priority, 1).next
    chosen = result.next_at if disposition.person_chooses and result.next_at else None
    following.next_at = chosen or (context.of(conn).calendar().after(due, now) if due else now)
    held = disposition.status == "in-progress"
    following.values = {
        "status": disposition.status,
        "status_reason": disposition.code,
        "due_at": following.next_at,
        "not_before": following.next_at if disposition.status == "on-hold" else None,
        "agreed": disposition.code if disposition.status == "on-hold" else None,
        "owner_id": row.owner_id if held else None,
        "lease_until": row.lease_until if held else None,
    }
    return following


def after_failure(
    conn: Connection,
    rules: CallbackRules,
    row: Row[Any],
    contact: ContactResult,
    result: CallResult,
    attempt_no: int,
    caller: str,
    now: datetime,
) -> Change:
    """What follows a result without one: the person was not reached, or could not talk."""
    if contact.next in (LADDER, ASK_NUMBER):
        return _climb(conn, rules, row, contact, attempt_no, now)
    due = contact.default_next if contact.next == PERSON_CHOOSES else contact.next
    assert isinstance(due, Due), "the rules were read with a span here"
    chosen = result.next_at if contact.next == PERSON_CHOOSES else None
    next_at = chosen or next_try(conn, row.patient_id, due, contact.shift, now)
    if contact.reassign:
        values = other_language.reassign(conn, rules, row, result.language, caller, next_at, now)
        return Change(values, values["due_at"])
    waits = contact.next == PERSON_CHOOSES
    values = {"status": "on-hold" if waits else "requested", "status_reason": contact.code, "due_at": next_at}
    return Change(values | {"not_before": next_at, "agreed": None, "owner_id": None, "lease_until": None}, next_at)


def _climb(
    conn: Connection, rules: CallbackRules, row: Row[Any], contact: ContactResult, attempt_no: int, now: datetime
) -> Change:
    """The next rung of the ladder, or the last step when none is left."""
    rung = rules.rung(row.priority, attempt_no)
    asks = contact.next == ASK_NUMBER
    following = Change({"agreed": None, "owner_id": None, "lease_until": None})
    if rung.next is None:
        _last_step(conn, rules, row, following, attempt_no, now)
    else:
        following.next_at = next_try(conn, row.patient_id, rung.next, rung.shift, now)
        following.values |= {
            "status": "on-hold" if asks else "requested",
            "status_reason": "ask_number" if asks else None,
            "due_at": following.next_at,
            "not_before": following.next_at,
        }
    if asks:
        following.values["has_phone"] = False
        following.remember(
            "communication", messages.schedule(conn, row.patient_id, messages.ASK_NUMBER, now, now, row.id)
        )
    if rung.also == "message":
        following.remember("communication", _write_missed(conn, row, now))
    if rung.also == "tell_supervisor":
        following.values["alerted_at"] = now
    return following


def _last_step(
    conn: Connection, rules: CallbackRules, row: Row[Any], following: Change, attempt_no: int, now: datetime
) -> None:
    """After the last attempt: a message, a visit where that is allowed, and a wait before the task may close."""
    calendar = context.of(conn).calendar()
    following.next_at = calendar.after(rules.last_message_wait, now)
    following.values |= {
        "status": "on-hold",
        "status_reason": closing.LAST_ATTEMPT_FAILED,
        "due_at": following.next_at,
        "not_before": following.next_at,
    }
    if row.risk_order <= HIGH:
        following.values["alerted_at"] = now
    if attempt_no > rules.max_attempts(row.priority):
        return
    following.remember("communication", _write_missed(conn, row, now))
    if _may_visit(conn, row):
        due = calendar.after(rules.visit_due[row.priority], now)
        visit = Advice(VISIT, row.priority, due, tuple(row.reasons), row.rule)
        following.remember("task", advise(conn, row.patient_id, visit, now))


def _write_missed(conn: Connection, row: Row[Any], now: datetime) -> str | None:
    return messages.schedule(conn, row.patient_id, messages.CALLBACK_MISSED, now, now, row.id)


def _may_visit(conn: Connection, row: Row[Any]) -> bool:
    """A visit needs the person's yes, or danger to life; and no known danger at home."""
    if VISIT in messages.blocked(conn, row.patient_id):
        return False
    said = select(contact_preference.c.value).where(
        contact_preference.c.patient_id == row.patient_id,
        contact_preference.c.field == "visit",
        contact_preference.c.current == true(),
    )
    return bool(row.risk_order == CRISIS or conn.execute(said).scalar() == "yes")
