"""Messages that the bot will write first: kept until they are due, never sent where writing is not safe."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, insert, select, true, update
from sqlalchemy.engine import Connection

from followup import context
from followup.models import communication, contact_preference, conversation, flag

RESCREEN = "rescreen"
RESCREEN_REMINDER = "rescreen_reminder"
UNFINISHED = "unfinished"
CALLBACK_MISSED = "callback_missed"
ASK_NUMBER = "ask_number"
KINDS = (RESCREEN, RESCREEN_REMINDER, UNFINISHED, CALLBACK_MISSED, ASK_NUMBER)

WAITING, SENT, NOT_DONE = "preparation", "completed", "not-done"
_WRITING_ALLOWED = "messages"

_LATEST_CONVERSATION = (
    select(conversation.c.id)
    .where(conversation.c.patient_id == bindparam("patient"))
    .order_by(conversation.c.last_message_at.desc())
    .limit(1)
)


def schedule(
    conn: Connection, patient_id: str, kind: str, due_at: datetime, now: datetime, task_id: str | None = None
) -> str | None:
    """Id of the message that will be sent then; it takes the place of a waiting one of its kind.

    None when the person has no conversation left, or does not want to be written to, or it is not safe.
    """
    cancel(conn, patient_id, (kind,), "replaced", now)
    target = conn.execute(_LATEST_CONVERSATION, {"patient": patient_id}).scalar()
    if target is None or not safe_to_write(conn, patient_id):
        return None
    message_id = context.of(conn).new_id()
    conn.execute(
        insert(communication),
        {
            "id": message_id,
            "patient_id": patient_id,
            "conversation_id": target,
            "task_id": task_id,
            "kind": kind,
            "status": WAITING,
            "created_at": now,
            "due_at": due_at,
            "tries": 0,
        },
    )
    return message_id


def cancel(conn: Connection, patient_id: str, kinds: Collection[str], reason: str, now: datetime) -> None:
    """Waiting messages of these kinds are not sent; the reason stays."""
    waiting = communication.c.patient_id == patient_id, communication.c.status == WAITING
    where = update(communication).where(*waiting, communication.c.kind.in_(tuple(kinds)))
    conn.execute(where.values(status=NOT_DONE, status_reason=reason, sent_at=now))


def safe_to_write(conn: Connection, patient_id: str) -> bool:
    """Whether the bot may write first: the person did not say no, and nothing known makes it dangerous."""
    if "message" in blocked(conn, patient_id):
        return False
    said = select(contact_preference.c.value).where(
        contact_preference.c.patient_id == patient_id,
        contact_preference.c.field == _WRITING_ALLOWED,
        contact_preference.c.current == true(),
    )
    return bool(conn.execute(said).scalar() != "no")


def blocked(conn: Connection, patient_id: str) -> frozenset[str]:
    """What the rules forbid for this person because of a known risk: message, community_visit."""
    active = select(flag.c.code).where(flag.c.patient_id == patient_id, flag.c.status == "active").distinct()
    return context.of(conn).callback_rules().blocked(frozenset(conn.execute(active).scalars()))
