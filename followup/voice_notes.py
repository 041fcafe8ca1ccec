"""Voice notes: kept only after a yes, listened to by staff, written down, and then forgotten. Nothing scores them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context, tasks
from followup.dialects import insert_or_ignore
from followup.models import consent, conversation, patient, voice_note

CONSENT, VERSION = "listening", "1"
WAITING, HEARD = "waiting", "heard"
WRITTEN, URGENT, EMPTY = "transcribed", "urgent", "no_content"
RESULTS = (WRITTEN, URGENT, EMPTY)
REASON = "voice_note"
"""Reason of the crisis task that a listener opens."""
RULE = "listener"
# A person heard danger in somebody's voice: as soon as the rules allow anywhere.
URGENT_WITHIN = timedelta(hours=1)
KEPT = timedelta(days=30)
_KIND = "VoiceNote"


@dataclass(frozen=True)
class VoiceNote:
    """A voice note on the listeners' list, without its sound."""

    id: str
    patient_id: str
    at: datetime
    language: str
    status: str
    result: str | None
    note: str | None


def agreed(conn: Connection, conversation_id: str) -> bool | None:
    """What the person said of being listened to; None while they were not asked."""
    asked = (
        select(consent.c.status)
        .join(conversation, conversation.c.patient_id == consent.c.patient_id)
        .where(conversation.c.id == conversation_id, consent.c.kind == CONSENT, consent.c.ended_at.is_(None))
    )
    status = conn.execute(asked).scalar()
    return None if status is None else status == "active"


def decide(conn: Connection, conversation_id: str, yes: bool, now: datetime) -> bool:
    """Keep the yes or no; whether there is such a person. An earlier one ends."""
    patient_id = _whose(conn, conversation_id)
    if patient_id is None:
        return False
    standing = consent.c.patient_id == patient_id, consent.c.kind == CONSENT, consent.c.ended_at.is_(None)
    conn.execute(update(consent).where(*standing).values(ended_at=now))
    row = {"patient_id": patient_id, "kind": CONSENT, "version": VERSION, "at": now}
    conn.execute(insert(consent), {**row, "status": "active" if yes else "rejected"})
    return True


def keep(conn: Connection, conversation_id: str, message_id: str, sound: bytes, now: datetime) -> bool:
    """Whether the note is on the list now: the person agreed, and it was not kept before."""
    patient_id = _whose(conn, conversation_id)
    if patient_id is None or not agreed(conn, conversation_id):
        return False
    here = context.of(conn)
    row = {
        "id": here.new_id(),
        "patient_id": patient_id,
        "message": here.vault.message_key(conversation_id, message_id),
        "at": now,
        "sound": here.vault.encrypt_note(base64.b64encode(sound).decode()),
        "status": WAITING,
    }
    return insert_or_ignore(conn, voice_note, row)


def waiting(conn: Connection, limit: int = 50) -> list[VoiceNote]:
    """Notes that nobody has listened to, the oldest first."""
    asked = _with_language().where(voice_note.c.status == WAITING).order_by(voice_note.c.at).limit(limit)
    return [_note(conn, row) for row in conn.execute(asked)]


def of_person(conn: Connection, patient_id: str) -> list[VoiceNote]:
    """All notes of a person, the newest first, with what the listeners wrote."""
    asked = _with_language().where(voice_note.c.patient_id == patient_id).order_by(voice_note.c.at.desc())
    return [_note(conn, row) for row in conn.execute(asked)]


def count_waiting(conn: Connection) -> int:
    """How many wait."""
    return int(conn.execute(select(func.count()).where(voice_note.c.status == WAITING)).scalar_one())


def sound(conn: Connection, note_id: str, practitioner_id: str, now: datetime) -> bytes | None:
    """The sound, for somebody who listens now; None when it is gone. Each time is recorded."""
    sealed = conn.execute(select(voice_note.c.sound).where(voice_note.c.id == note_id)).scalar()
    if sealed is None:
        return None
    audit.record(conn, now, audit.READ, "voice_note.heard", _KIND, note_id, practitioner_id=practitioner_id)
    return base64.b64decode(context.of(conn).vault.decrypt_note(sealed))


def finish(conn: Connection, note_id: str, practitioner_id: str, result: str, text: str, now: datetime) -> str | None:
    """Whose note it was, None when somebody was quicker. Urgent makes a crisis task; the sound is forgotten.

    result: of RESULTS. text: what was said, as the listener writes it down.
    """
    if result not in RESULTS:
        raise ValueError(result)
    row = conn.execute(
        select(voice_note).where(voice_note.c.id == note_id, voice_note.c.status == WAITING).with_for_update()
    ).first()
    if row is None:
        return None
    written = context.of(conn).vault.encrypt_note(text) if text.strip() else None
    values = {"status": HEARD, "result": result, "note": written, "heard_by": practitioner_id, "heard_at": now}
    # Danger may have to be heard again by whoever calls.
    forgotten = {} if result == URGENT else {"sound": None}
    conn.execute(update(voice_note).where(voice_note.c.id == note_id).values(**values, **forgotten))
    if result == URGENT:
        tasks.raise_risk(conn, row.patient_id, 0, now)
        advice = tasks.Advice("crisis", "asap", now + URGENT_WITHIN, (REASON,), RULE)
        tasks.advise(conn, row.patient_id, advice, now)
    detail = {"result": result}
    audit.record(
        conn, now, audit.UPDATE, "voice_note.finished", _KIND, note_id, practitioner_id=practitioner_id, detail=detail
    )
    return str(row.patient_id)


def forget_old(conn: Connection, now: datetime) -> int:
    """Sounds that were listened to and grew old; how many. One that nobody heard stays until somebody does."""
    old = voice_note.c.status == HEARD, voice_note.c.at < now - KEPT, voice_note.c.sound.is_not(None)
    return int(conn.execute(update(voice_note).where(*old).values(sound=None)).rowcount)


def forget_of(conn: Connection, patient_id: str) -> None:
    """All notes of a person."""
    conn.execute(delete(voice_note).where(voice_note.c.patient_id == patient_id))


def _whose(conn: Connection, conversation_id: str) -> str | None:
    found = conn.execute(select(conversation.c.patient_id).where(conversation.c.id == conversation_id)).scalar()
    return None if found is None else str(found)


def _with_language() -> Any:
    return select(voice_note, patient.c.language).join(patient, patient.c.id == voice_note.c.patient_id)


def _note(conn: Connection, row: Row[Any]) -> VoiceNote:
    text = context.of(conn).vault.decrypt_note(row.note) if row.note is not None else None
    return VoiceNote(row.id, row.patient_id, row.at, row.language, row.status, row.result, text)
