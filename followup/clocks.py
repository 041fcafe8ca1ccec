"""What time brings: messages that fell due, holds that ran out, crises nobody took. For one process, every minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.engine import Connection, Row

from followup import context, messages, tasks
from followup.alarms import alert_overdue, tell_alerted, warn_before_due
from followup.good_hours import good_hours
from followup.handovers import NOBODY_WRITES
from followup.models import communication, conversation, patient
from followup.models.people import IN_PROGRESS_SILENT, WAITING_TO_BE_SENT
from followup.working_hours import WorkingCalendar, working_calendar

__all__ = ["DueMessage", "TickReport", "WorkingCalendar", "alert_overdue", "due_messages", "mark_failed", "mark_sent"]
__all__ += ["tick", "working_calendar"]

SENDING_LEASE = timedelta(minutes=5)
"""A message that was handed out but not reported back is handed out again after this."""
TRIES = 5
TOO_LATE_TO_REMIND = timedelta(days=7)
"""A reminder this long after its hour would only puzzle."""


@dataclass(frozen=True)
class DueMessage:
    """A message to send now. kind: one of messages.KINDS; the words are the caller's."""

    id: str
    kind: str
    patient_id: str
    conversation_id: str
    channel: str
    language: str
    variety: str | None
    task_id: str | None


@dataclass(frozen=True)
class TickReport:
    """What one tick changed, for the log."""

    leases_expired: int
    alerted: int
    closed_unanswered: int
    passed_from_absent: int = 0
    warned: int = 0
    told: int = 0


def tick(conn: Connection, now: datetime) -> TickReport:
    """Do all that is due inside the database."""
    return TickReport(
        leases_expired=tasks.release_expired(conn, now),
        alerted=alert_overdue(conn, now),
        closed_unanswered=tasks.close_unanswered(conn, now),
        passed_from_absent=tasks.pass_from_absent(conn, now),
        warned=warn_before_due(conn, now),
        told=tell_alerted(conn, now),
    )


def due_messages(conn: Connection, now: datetime, limit: int = 100) -> list[DueMessage]:
    """Messages to send now; each must be reported back by mark_sent or mark_failed.

    Nothing at night, nothing outside the hours the person named, nothing where writing is not safe: the last kind is
    dropped, the others wait.
    """
    calendar = context.of(conn).calendar()
    if calendar.is_quiet(now):
        return []
    _remind_silent(conn, now, limit)
    rows = conn.execute(_WAITING.where(communication.c.due_at <= now, _unleased(now)).limit(limit)).all()
    return [_hand_out(conn, row, now) for row in rows if _may_send(conn, row, now, calendar)]


def mark_sent(conn: Connection, message_id: str, now: datetime) -> None:
    """The channel took the message. An invitation to re-screen is followed by its reminders."""
    row = conn.execute(select(communication).where(communication.c.id == message_id)).one()
    _end(conn, message_id, messages.SENT, None, now)
    if row.kind == messages.RESCREEN:
        for wait in context.of(conn).callback_rules().rescreen_reminders:
            due_at = context.of(conn).calendar().after(wait, now)
            messages.schedule(conn, row.patient_id, messages.RESCREEN_REMINDER, due_at, now)


def mark_failed(conn: Connection, message_id: str, reason: str, now: datetime, retry: bool = True) -> None:
    """The channel did not take the message: it is tried again some times, unless retry is False."""
    tries = conn.execute(select(communication.c.tries).where(communication.c.id == message_id)).scalar_one()
    if retry and tries < TRIES:
        later = {"due_at": now + SENDING_LEASE * tries, "lease_until": None, "status_reason": reason}
        conn.execute(update(communication).where(communication.c.id == message_id).values(**later))
    else:
        _end(conn, message_id, messages.NOT_DONE, reason, now)


_WAITING = (
    select(communication, conversation.c.channel, patient.c.language, patient.c.variety)
    .join(conversation, conversation.c.id == communication.c.conversation_id)
    .join(patient, patient.c.id == communication.c.patient_id)
    .where(WAITING_TO_BE_SENT, NOBODY_WRITES)
    .order_by(communication.c.due_at)
    .with_for_update(of=communication, skip_locked=True)
)


def _unleased(now: datetime) -> Any:
    return or_(communication.c.lease_until.is_(None), communication.c.lease_until <= now)


def _may_send(conn: Connection, row: Row[Any], now: datetime, calendar: WorkingCalendar) -> bool:
    if row.tries >= TRIES:
        _end(conn, row.id, messages.NOT_DONE, "never_reported", now)
        return False
    if row.kind == messages.UNFINISHED and now - row.due_at > TOO_LATE_TO_REMIND:
        _end(conn, row.id, messages.NOT_DONE, "too_late", now)
        return False
    if not messages.safe_to_write(conn, row.patient_id):
        _end(conn, row.id, messages.NOT_DONE, "not_safe", now)
        return False
    wished = good_hours(conn, row.patient_id)
    return wished is None or wished.holds(now, calendar)


def _hand_out(conn: Connection, row: Row[Any], now: datetime) -> DueMessage:
    leased = update(communication).where(communication.c.id == row.id)
    conn.execute(leased.values(lease_until=now + SENDING_LEASE, tries=row.tries + 1))
    return DueMessage(
        id=row.id,
        kind=row.kind,
        patient_id=row.patient_id,
        conversation_id=row.conversation_id,
        channel=row.channel,
        language=row.language,
        variety=row.variety,
        task_id=row.task_id,
    )


def _end(conn: Connection, message_id: str, status: str, reason: str | None, now: datetime) -> None:
    ended = {"status": status, "status_reason": reason, "sent_at": now, "lease_until": None}
    conn.execute(update(communication).where(communication.c.id == message_id).values(**ended))


def _remind_silent(conn: Connection, now: datetime, limit: int) -> None:
    """One reminder for each talk that fell silent in the middle, and then none."""
    silent_since = now - context.of(conn).callback_rules().unfinished_reminder.span
    silent = IN_PROGRESS_SILENT, conversation.c.last_message_at <= silent_since
    wanted = select(conversation.c.id, conversation.c.patient_id, conversation.c.last_message_at).where(*silent)
    for row in conn.execute(wanted.order_by(conversation.c.last_message_at).limit(limit)).all():
        conn.execute(update(conversation).where(conversation.c.id == row.id).values(reminded_at=now))
        if now - row.last_message_at <= TOO_LATE_TO_REMIND:
            messages.schedule(conn, row.patient_id, messages.UNFINISHED, now, now)
