"""A person of the team writes through the bot: who has the word, and what was written meanwhile, sealed."""

from __future__ import annotations

import sqlalchemy as sa

from followup.models.columns import METADATA, UUID_TEXT, code, moment, of_patient, row_id, uuid_id

handover = sa.Table(
    "handover",
    METADATA,
    uuid_id(),
    of_patient(),
    sa.Column("conversation_id", sa.String(160), sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("practitioner_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    moment("started_at"),
    # By itself back to the bot then; each message of either side moves it.
    moment("until"),
    moment("ended_at", nullable=True),
    code("end_reason", nullable=True),
    # When the person was last told that their message waits for somebody.
    moment("asked_to_wait_at", nullable=True),
    sa.Index("ix_handover_patient_id", "patient_id"),
)
# Written out, not bound: SQLite uses a partial index only for a query that repeats its words.
OPEN_HANDOVER = handover.c.ended_at.is_(None)
sa.Index(
    "uq_handover_open_conversation_id",
    handover.c.conversation_id,
    unique=True,
    sqlite_where=OPEN_HANDOVER,
    postgresql_where=OPEN_HANDOVER,
)

staff_message = sa.Table(
    "staff_message",
    METADATA,
    row_id(),
    of_patient(),
    sa.Column("conversation_id", sa.String(160), sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("handover_id", UUID_TEXT, sa.ForeignKey("handover.id"), nullable=False),
    # "out": of the team; "in": of the person; "bot": what the bot says around it.
    code("direction"),
    sa.Column("practitioner_id", UUID_TEXT, sa.ForeignKey("practitioner.id")),
    moment("at"),
    code("template", nullable=True),
    # What was not words, such as a voice note.
    code("kind", nullable=True),
    sa.Column("text", sa.LargeBinary),
    # One row for one message, however often the platform delivers it.
    sa.Column("key", sa.LargeBinary(16)),
    sa.Column("shows_risk", sa.Boolean, nullable=False),
    code("status"),
    code("status_reason", nullable=True),
    sa.Column("tries", sa.SmallInteger, nullable=False),
    moment("lease_until", nullable=True),
    moment("seen_at", nullable=True),
    sa.Index("uq_staff_message_key", "key", unique=True),
    sa.Index("ix_staff_message_patient_id", "patient_id"),
    sa.Index("ix_staff_message_at", "at"),
)
STAFF_MESSAGE_UNREAD = sa.and_(
    staff_message.c.direction == sa.literal_column("'in'"), staff_message.c.seen_at.is_(None)
)
sa.Index(
    "ix_staff_message_unread",
    staff_message.c.handover_id,
    sqlite_where=STAFF_MESSAGE_UNREAD,
    postgresql_where=STAFF_MESSAGE_UNREAD,
)
STAFF_MESSAGE_WAITS = staff_message.c.status == sa.literal_column("'preparation'")
sa.Index(
    "ix_staff_message_waiting",
    staff_message.c.id,
    sqlite_where=STAFF_MESSAGE_WAITS,
    postgresql_where=STAFF_MESSAGE_WAITS,
)
