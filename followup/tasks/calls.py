"""The result of a call and what follows from it, as screening_rules/callback_rules.yml says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, true, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context, messages
from followup.errors import TaskRefused
from followup.models import call_attempt, communication, consent, contact_preference, patient, service_request, task
from followup.ruleset import ASK_NUMBER, LADDER, NONE, PERSON_CHOOSES, CallbackRules, ContactResult, Disposition
from followup.tasks import closing
from followup.tasks.advice import VISIT, Advice, advise, copy_to_open, refer
from followup.tasks.history import CRISIS, HIGH, change, close, lock_open, note
from followup.tasks.next_try import next_try
from screening.due import Due

UNDO_WINDOW = timedelta(seconds=15)
"""Ten seconds on the screen, and the way there and back on a slow network."""
_RESTORED = (
    "status",
    "status_reason",
    "due_at",
    "not_before",
    "attempts",
    "agreed",
    "owner_id",
    "lease_until",
    "last_by",
    "last_result",
    "last_attempt_at",
    "closed_at",
    "alerted_at",
    "has_phone",
)


@dataclass(frozen=True)
class CallResult:
    """What the counselor reports. Codes: callback_rules.yml; next_at: when person and counselor chose an hour."""

    contact_result: str
    disposition: str | None = None
    channel: str = "phone"
    started_at: datetime | None = None
    next_at: datetime | None = None
    referral: str | None = None
    note: str = field(default="", repr=False)


@dataclass(frozen=True)
class CallOutcome:
    """What became of the task. waits_for_supervisor: the result is kept but somebody else must confirm the closing."""

    attempt_id: str
    attempt_no: int
    max_attempts: int
    status: str
    next_at: datetime | None
    closed: bool
    waits_for_supervisor: bool
    undo_until: datetime


@dataclass
class _Change:
    """New values of the task, and what else the result made, to be undone with it."""

    values: dict[str, Any]
    next_at: datetime | None = None
    is_final: bool = False
    made: dict[str, list[str]] = field(default_factory=dict)

    def remember(self, kind: str, row_id: str | None) -> None:
        if row_id:
            self.made.setdefault(kind, []).append(row_id)


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
        following = _after_talk(conn, rules, row, disposition, result, contact.reached, now)
    else:
        following = _after_failure(conn, rules, row, contact, result, attempt_no, now)
    before = _snapshot(conn, row)
    _apply(conn, row, practitioner_id, contact, following, attempt_no, now)
    if disposition is not None:
        following.made |= closing.consequences(conn, rules, row, disposition, following.values, now)
    before["made"] = following.made
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


def undo(conn: Connection, attempt_id: str, practitioner_id: str, now: datetime) -> bool:
    """Whether the practitioner's own latest result was taken back in time; the row stays, marked."""
    attempt = conn.execute(select(call_attempt).where(call_attempt.c.id == attempt_id)).first()
    if attempt is None or attempt.practitioner_id != practitioner_id or attempt.undone_at is not None:
        return False
    row = conn.execute(select(task).where(task.c.id == attempt.task_id).with_for_update()).one()
    if now - attempt.at > UNDO_WINDOW or row.last_attempt_at != attempt.at:
        return False
    _restore(conn, row, attempt.before)
    conn.execute(update(call_attempt).where(call_attempt.c.id == attempt_id).values(undone_at=now))
    note(conn, row.id, "undone", attempt.before["task"]["status"], now, actor_id=practitioner_id)
    audit.record(conn, now, audit.UPDATE, "call.undone", "Task", row.id, practitioner_id=practitioner_id)
    return True


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


def _after_talk(
    conn: Connection,
    rules: CallbackRules,
    row: Row[Any],
    disposition: Disposition,
    result: CallResult,
    reached: bool,
    now: datetime,
) -> _Change:
    following = _Change({}, is_final=disposition.closes)
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


def _after_failure(
    conn: Connection,
    rules: CallbackRules,
    row: Row[Any],
    contact: ContactResult,
    result: CallResult,
    attempt_no: int,
    now: datetime,
) -> _Change:
    if contact.next in (LADDER, ASK_NUMBER):
        return _climb(conn, rules, row, contact, attempt_no, now)
    due = contact.default_next if contact.next == PERSON_CHOOSES else contact.next
    assert isinstance(due, Due), "the rules were read with a span here"
    chosen = result.next_at if contact.next == PERSON_CHOOSES else None
    next_at = chosen or next_try(conn, row.patient_id, due, contact.shift, now)
    waits = contact.next == PERSON_CHOOSES
    values = {"status": "on-hold" if waits else "requested", "status_reason": contact.code, "due_at": next_at}
    return _Change(values | {"not_before": next_at, "agreed": None, "owner_id": None, "lease_until": None}, next_at)


def _climb(
    conn: Connection, rules: CallbackRules, row: Row[Any], contact: ContactResult, attempt_no: int, now: datetime
) -> _Change:
    """The next rung of the ladder, or the last step when none is left."""
    rung = rules.rung(row.priority, attempt_no)
    asks = contact.next == ASK_NUMBER
    following = _Change({"agreed": None, "owner_id": None, "lease_until": None})
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
    conn: Connection, rules: CallbackRules, row: Row[Any], following: _Change, attempt_no: int, now: datetime
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


def _keep(
    conn: Connection,
    row: Row[Any],
    practitioner_id: str,
    result: CallResult,
    following: _Change,
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
    contact: ContactResult,
    following: _Change,
    attempt_no: int,
    now: datetime,
) -> None:
    values = following.values
    called = {"attempts": attempt_no, "last_by": practitioner_id, "last_result": contact.code, "last_attempt_at": now}
    change(conn, row.id, values | called)
    if "has_phone" in values:
        _set_has_phone(conn, row.patient_id, values["has_phone"])
    note(conn, row.id, "called", values["status"], now, actor_id=practitioner_id, result=contact.code)
    if "alerted_at" in values:
        note(conn, row.id, "supervisor_told", values["status"], now)


def _set_has_phone(conn: Connection, patient_id: str, has_phone: bool) -> None:
    conn.execute(update(patient).where(patient.c.id == patient_id).values(has_phone=has_phone))
    copy_to_open(conn, patient_id, has_phone=has_phone)


def _snapshot(conn: Connection, row: Row[Any]) -> dict[str, Any]:
    """The task and the consent as they were, in JSON."""
    consent_now = select(patient.c.consent_callback).where(patient.c.id == row.patient_id)
    kept = {name: _plain(getattr(row, name)) for name in _RESTORED}
    return {"task": kept, "consent_callback": conn.execute(consent_now).scalar()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _restore(conn: Connection, row: Row[Any], before: dict[str, Any]) -> None:
    """The task as it was; what the result made is withdrawn."""
    moments = {name for name in _RESTORED if name.endswith(("_at", "_until")) or name == "not_before"}
    values = {
        name: datetime.fromisoformat(value) if value and name in moments else value
        for name, value in before["task"].items()
    }
    made = before["made"]
    for task_id in made.get("task", ()):
        close(conn, task_id, "cancelled", "undone", row.last_attempt_at)
    for task_id in made.get("closed_task", ()):
        change(conn, task_id, {"closed_at": None, "status": "requested", "status_reason": None})
        note(conn, task_id, "reopened", "requested", row.last_attempt_at)
    change(conn, row.id, values)
    _set_has_phone(conn, row.patient_id, before["task"]["has_phone"])
    _withdraw_rows(conn, made)
    if made.get("consent"):
        conn.execute(delete(consent).where(consent.c.id.in_(made["consent"])))
        back = {"consent_callback": before["consent_callback"]}
        conn.execute(update(patient).where(patient.c.id == row.patient_id).values(**back))


def _withdraw_rows(conn: Connection, made: dict[str, list[Any]]) -> None:
    sent = communication.c.id.in_(made.get("communication", ())), communication.c.status == messages.WAITING
    conn.execute(update(communication).where(*sent).values(status=messages.NOT_DONE, status_reason="undone"))
    asked = service_request.c.id.in_(made.get("service_request", ()))
    conn.execute(update(service_request).where(asked).values(status="revoked"))
