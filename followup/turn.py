"""One message of one person: what was stored, what it changes, all in the caller's transaction.

No query here grows with the length of the conversation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context, place, retention
from followup.dialects import insert_or_ignore
from followup.errors import TurnAlreadyDone
from followup.models import NO_RISK_ORDER, conversation, patient, turn
from followup.record import Recording, take_profile, write
from screening.events import Event

_ENDED = ("stopped", "completed")

_LOAD = (
    select(
        conversation.c.session,
        patient.c.id,
        patient.c.language,
        patient.c.consent_screening,
        patient.c.consent_callback,
    )
    .join(patient, patient.c.id == conversation.c.patient_id)
    .where(conversation.c.id == bindparam("conversation"))
    # Turns of one conversation wait here on PostgreSQL; on SQLite BEGIN IMMEDIATE has made them wait before.
    .with_for_update(of=conversation)
)
_SAVE = (
    update(conversation)
    .where(conversation.c.id == bindparam("conversation"))
    .values(session=bindparam("text"), status=bindparam("state"), last_message_at=bindparam("now"))
)
_KEEP_SAID = update(turn).where(turn.c.key == bindparam("turn")).values(said=bindparam("sealed"))
_SEEN = (
    update(conversation).where(conversation.c.id == bindparam("conversation")).values(last_message_at=bindparam("now"))
)


class Turn:
    """What is known when a message arrives, and the one place to write what it changes."""

    def __init__(
        self,
        recording: Recording,
        conversation_id: str,
        now: datetime,
        stored: str | None,
        repeated: bool,
        key: bytes = b"",
    ) -> None:
        self.repeated = repeated
        self.session: dict[str, Any] | None = json.loads(stored) if stored else None
        self.conversation_id = conversation_id
        self._recording = recording
        self._key = key
        self._now = now
        self._written = 0
        self._saved = False
        self.left = False
        self.said: list[Any] = []
        # Conversations, on all channels, of a person whom this turn forgot.
        self.forgotten: list[str] = []

    def keep_said(self, words: list[Any]) -> None:
        """Keep what is said in this turn (JSON values), for the case that the answer never leaves this process."""
        self.said = words

    @property
    def patient_id(self) -> str:
        """The person's opaque id."""
        return self._recording.patient_id

    @property
    def language(self) -> str:
        """The language the person last chose."""
        return self._recording.language

    @property
    def erased(self) -> bool:
        """Whether this turn forgets the person; nothing of it is kept."""
        return self._recording.erase

    def record(self, events: Iterable[Event]) -> None:
        """Write what happened; events that need a consent the person did not give leave no trace."""
        self._refuse_repeated()
        for event in events:
            write(event, self._recording)
            self._written += 1

    def save(self, session: dict[str, Any]) -> None:
        """Keep the engine's state for the next message."""
        self._refuse_repeated()
        recording, state = self._recording, session.get("status")
        if recording.profile_wanted:
            take_profile(recording, session.get("facts") or {})
        forget = state in _ENDED and recording.screening_consent == "no"
        text = None if forget else json.dumps(session, separators=(",", ":"), ensure_ascii=False)
        recording.conn.execute(
            _SAVE, {"conversation": self.conversation_id, "text": text, "state": state, "now": self._now}
        )
        self._saved = True

    def leave(self) -> None:
        """Keep nothing of this turn, not even that its message came: somebody else may handle the message."""
        self.left = True

    def finish(self) -> None:
        """The last writes of the turn; Database.turn calls it before the commit."""
        if self.repeated:
            return
        conn = self._recording.conn
        if self.erased:
            self.forgotten = place.conversations_of(conn, self.patient_id)
            retention.erase(conn, self.patient_id, self._now, by_patient=True)
        if self.said:
            sealed = context.of(conn).vault.encrypt_note(json.dumps(self.said, ensure_ascii=False))
            conn.execute(_KEEP_SAID, {"turn": self._key, "sealed": sealed})
        if self.erased:
            return
        if not self._saved:
            conn.execute(_SEEN, {"conversation": self.conversation_id, "now": self._now})
        detail = {"events": self._written}
        audit.record(conn, self._now, audit.UPDATE, "turn", "Patient", self.patient_id, by_patient=True, detail=detail)

    def _refuse_repeated(self) -> None:
        if self.repeated:
            raise TurnAlreadyDone("this message was handled before; nothing may be written for it again")


def take_turn(
    conn: Connection, conversation_id: str, message_id: str, now: datetime, channel: str, language: str
) -> Turn:
    """The turn of a message, with its conversation locked until the transaction ends."""
    row = conn.execute(_LOAD, {"conversation": conversation_id}).first()
    begun = False
    while row is None:
        begun = _begin_conversation(conn, conversation_id, now, channel, language)
        row = conn.execute(_LOAD, {"conversation": conversation_id}).first()
    key = context.of(conn).vault.message_key(conversation_id, message_id)
    is_new = insert_or_ignore(conn, turn, {"key": key, "at": now})
    if begun and not is_new:  # The person was erased since; a repeated message must not bring them back.
        conn.execute(delete(conversation).where(conversation.c.id == conversation_id))
        conn.execute(delete(patient).where(patient.c.id == row.id))
    made = Turn(_recording(conn, row, conversation_id, now), conversation_id, now, row.session, not is_new, key)
    if made.repeated:
        made.said = _said(conn, key)
    return made


def _said(conn: Connection, key: bytes) -> list[Any]:
    """What a turn said, within the hour."""
    sealed = conn.execute(select(turn.c.said).where(turn.c.key == key)).scalar()
    words: list[Any] = json.loads(context.of(conn).vault.decrypt_note(sealed)) if sealed else []
    return words


def forget_said(conn: Connection, before: datetime) -> int:
    """Words of turns before a moment; how many turns."""
    old = update(turn).where(turn.c.said.isnot(None), turn.c.at < before)
    return int(conn.execute(old.values(said=None)).rowcount)


def _recording(conn: Connection, row: Row[Any], conversation_id: str, now: datetime) -> Recording:
    return Recording(
        conn=conn,
        context=context.of(conn),
        now=now,
        patient_id=row.id,
        conversation_id=conversation_id,
        language=row.language,
        screening_consent=row.consent_screening,
        callback_consent=row.consent_callback,
    )


def _begin_conversation(conn: Connection, conversation_id: str, now: datetime, channel: str, language: str) -> bool:
    """Whether the conversation is ours: another server may have begun it a moment ago."""
    patient_id = context.of(conn).new_id()
    conn.execute(
        patient.insert(),
        {
            "id": patient_id,
            "created_at": now,
            "language": language,
            "has_phone": False,
            "risk_order": NO_RISK_ORDER,
        },
    )
    begun = insert_or_ignore(
        conn,
        conversation,
        {
            "id": conversation_id,
            "patient_id": patient_id,
            "channel": channel,
            "started_at": now,
            "last_message_at": now,
        },
    )
    if not begun:
        conn.execute(delete(patient).where(patient.c.id == patient_id))
    return begun
