"""What grew too old is forgotten, some at a time and by night, and counted (rules: retention.yml)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import Connection

from followup import audit, context, retention
from followup.dialects import insert_or_add, insert_or_ignore
from followup.models import (
    audit_event,
    call_attempt,
    contact_preference,
    conversation,
    forgotten,
    identity,
    patient,
    patient_merge,
    referral,
    staff_message,
    task,
    turn,
    unknown_message,
)
from followup.place import conversations_of
from followup.retention_rules import (
    AUDIT,
    IDENTITIES,
    MERGES,
    MESSAGE_IDS,
    PEOPLE,
    STAFF_MESSAGES,
    UNKNOWN_MESSAGES,
    RetentionRules,
    retention_rules,
)

BATCH = 50
"""People in one look, so that nobody who writes meanwhile waits for long."""
ROWS = 5000
CHECKED = "checked"
SHOWN = timedelta(days=30)


@dataclass(frozen=True)
class Forgotten:
    """What one look forgot. conversations: of people who are gone; others keep something of them outside this room."""

    counts: dict[str, int] = field(default_factory=dict)
    conversations: tuple[str, ...] = ()


@dataclass(frozen=True)
class RetentionLine:
    """One rule with what it does. due: how many are too old now; forgotten: in the last 30 days."""

    code: str
    days: int | None
    file: str
    due: int
    forgotten: int


def forget_by_age(conn: Connection, now: datetime) -> Forgotten:
    """Forget a batch of what is too old. Only in the quiet hours; once nothing is left, no more until the next day."""
    here = context.of(conn)
    calendar = here.calendar()
    today = now.astimezone(calendar.zone).date()
    if not calendar.is_quiet(now) or _is_done(conn, today):
        return Forgotten()
    rules = retention_rules(here.rules_folder)
    gone, conversations = _forget_people(conn, rules, now)
    counts = {PEOPLE: gone, IDENTITIES: _forget_identities(conn, rules, now), AUDIT: _forget_audit(conn, rules, now)}
    for code, number in counts.items():
        note_forgotten(conn, code, number, today)
    if counts[PEOPLE] < BATCH and counts[IDENTITIES] < BATCH and counts[AUDIT] < ROWS:
        insert_or_ignore(conn, forgotten, {"day": today, "rule": CHECKED, "count": 0})
    return Forgotten(counts, conversations)


def note_forgotten(conn: Connection, code: str, number: int, day: date) -> None:
    """Add to the day's count."""
    if number:
        insert_or_add(conn, forgotten, {"day": day, "rule": code, "count": number}, "count")


def report(conn: Connection, now: datetime) -> list[RetentionLine]:
    """All rules, how many are too old at this moment, and how many were forgotten in the last 30 days."""
    here = context.of(conn)
    rules = retention_rules(here.rules_folder)
    since = now.astimezone(here.calendar().zone).date() - SHOWN
    sums = select(forgotten.c.rule, func.sum(forgotten.c.count)).where(forgotten.c.day >= since)
    done = {rule: int(number) for rule, number in conn.execute(sums.group_by(forgotten.c.rule))}
    return [
        RetentionLine(
            code=one.code,
            days=None if one.days is None else one.days.days,
            file=one.file,
            due=0 if one.days is None else _count_due(conn, one.code, now - one.days),
            forgotten=done.get(one.code, 0),
        )
        for one in rules.kept.values()
    ]


def _is_done(conn: Connection, today: date) -> bool:
    wanted = select(forgotten.c.day).where(forgotten.c.day == today, forgotten.c.rule == CHECKED)
    return conn.execute(wanted).first() is not None


def _forget_people(conn: Connection, rules: RetentionRules, now: datetime) -> tuple[int, tuple[str, ...]]:
    days = rules.days(PEOPLE)
    if days is None:
        return 0, ()
    found = conn.execute(select(patient.c.id).where(*_silent_since(now - days)).limit(BATCH)).scalars().all()
    conversations = [one for patient_id in found for one in conversations_of(conn, patient_id)]
    for patient_id in found:
        retention.erase(conn, patient_id, now)
    return len(found), tuple(conversations)


def _forget_identities(conn: Connection, rules: RetentionRules, now: datetime) -> int:
    days = rules.days(IDENTITIES)
    if days is None:
        return 0
    wanted = select(patient.c.id).where(*_silent_since(now - days), _has_identity()).limit(BATCH)
    found = conn.execute(wanted).scalars().all()
    for patient_id in found:
        for table in (identity, contact_preference):
            conn.execute(delete(table).where(table.c.patient_id == patient_id))
        conn.execute(update(patient).where(patient.c.id == patient_id).values(has_phone=False))
        conn.execute(update(task).where(task.c.patient_id == patient_id).values(has_phone=False))
        audit.record(conn, now, audit.DELETE, "identity.forgotten", "Patient", patient_id, detail={"rule": IDENTITIES})
    return len(found)


def _forget_audit(conn: Connection, rules: RetentionRules, now: datetime) -> int:
    days = rules.days(AUDIT)
    if days is None:
        return 0
    oldest = select(audit_event.c.id).where(audit_event.c.at < now - days).order_by(audit_event.c.at).limit(ROWS)
    return int(conn.execute(delete(audit_event).where(audit_event.c.id.in_(oldest))).rowcount)


def _silent_since(moment: datetime) -> tuple[Any, ...]:
    """People whose last message and last call lie before the moment, and who wait for nothing."""
    mine = conversation.c.patient_id == patient.c.id
    called = call_attempt.c.patient_id == patient.c.id
    return (
        patient.c.created_at < moment,
        ~select(conversation.c.id).where(mine, conversation.c.last_message_at >= moment).exists(),
        ~select(call_attempt.c.id).where(called, call_attempt.c.at >= moment).exists(),
        ~select(task.c.id).where(task.c.patient_id == patient.c.id, task.c.closed_at.is_(None)).exists(),
        ~select(referral.c.id).where(referral.c.patient_id == patient.c.id, referral.c.ended_at.is_(None)).exists(),
    )


def _has_identity() -> Any:
    return select(identity.c.id).where(identity.c.patient_id == patient.c.id).exists()


def _count_due(conn: Connection, code: str, moment: datetime) -> int:
    people = select(func.count()).select_from(patient).where(*_silent_since(moment))
    rows = {
        AUDIT: audit_event,
        MESSAGE_IDS: turn,
        MERGES: patient_merge,
        UNKNOWN_MESSAGES: unknown_message,
        STAFF_MESSAGES: staff_message,
    }
    if code in rows:
        wanted = select(func.count()).select_from(rows[code]).where(rows[code].c.at < moment)
    else:
        wanted = people.where(_has_identity()) if code == IDENTITIES else people
    return int(conn.execute(wanted).scalar_one())
