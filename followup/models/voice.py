"""Voice notes that people agreed to have listened to; the sound is unreadable without the key, and goes in time."""

from __future__ import annotations

import sqlalchemy as sa

from followup.models.columns import METADATA, UUID_TEXT, code, moment, of_patient, uuid_id

voice_note = sa.Table(
    "voice_note",
    METADATA,
    uuid_id(),
    of_patient(),
    # Keyed hash of the message, so that a note that is fetched twice is kept once.
    sa.Column("message", sa.LargeBinary(16), nullable=False),
    moment("at"),
    # Empty once somebody listened, or when it grew too old.
    sa.Column("sound", sa.LargeBinary),
    code("status"),
    code("result", nullable=True),
    # What was said, in the listener's words.
    sa.Column("note", sa.LargeBinary),
    sa.Column("heard_by", UUID_TEXT, sa.ForeignKey("practitioner.id")),
    moment("heard_at", nullable=True),
    sa.Index("uq_voice_note_message", "message", unique=True),
    sa.Index("ix_voice_note_patient_id", "patient_id"),
    sa.Index("ix_voice_note_status", "status", "at"),
)
