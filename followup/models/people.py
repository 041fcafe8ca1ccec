"""Who: the person, what we may know of them, how to reach them, and where the talk stands."""

from __future__ import annotations

import sqlalchemy as sa

from followup.models.columns import METADATA, UUID_TEXT, code, moment, of_patient, row_id, uuid_id

NO_RISK_ORDER = 3
"""Place of a person without any known risk in the work list; 0 is a crisis."""

patient = sa.Table(
    "patient",
    METADATA,
    uuid_id(),
    moment("created_at"),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("variety", sa.String(8)),
    sa.Column("age", sa.SmallInteger),
    code("sex", nullable=True),
    sa.Column("district", sa.String(6)),
    sa.Column("has_phone", sa.Boolean, nullable=False),
    code("consent_screening", nullable=True),
    code("consent_callback", nullable=True),
    sa.Column("risk_order", sa.SmallInteger, nullable=False),
    sa.Index("ix_patient_created_at", "created_at"),
)

identity = sa.Table(
    "identity",
    METADATA,
    row_id(),
    of_patient(),
    code("kind"),
    sa.Column("ciphertext", sa.LargeBinary, nullable=False),
    moment("at"),
    sa.Column("current", sa.Boolean, nullable=False),
    sa.Index("ix_identity_patient_id", "patient_id"),
    sa.Index("ix_identity_kind_ciphertext", "kind", "ciphertext"),
)

conversation = sa.Table(
    "conversation",
    METADATA,
    sa.Column("id", sa.String(160), primary_key=True),
    of_patient(),
    code("channel"),
    moment("started_at"),
    moment("last_message_at"),
    code("status", nullable=True),
    sa.Column("session", sa.Text),
    moment("reminded_at", nullable=True),
    sa.Index("ix_conversation_patient_id", "patient_id"),
)
# Written out, not bound: SQLite uses a partial index only for a query that repeats its words.
IN_PROGRESS_SILENT = sa.and_(
    conversation.c.status == sa.literal_column("'in-progress'"), conversation.c.reminded_at.is_(None)
)
sa.Index(
    "ix_conversation_silent",
    conversation.c.last_message_at,
    sqlite_where=IN_PROGRESS_SILENT,
    postgresql_where=IN_PROGRESS_SILENT,
)

turn = sa.Table(
    "turn",
    METADATA,
    sa.Column("key", sa.LargeBinary(16), primary_key=True),
    moment("at"),
    # What was said beside the question, sealed and for an hour: a message whose answer was cut short gets it again.
    sa.Column("said", sa.LargeBinary, nullable=True),
    sqlite_with_rowid=False,
)

consent = sa.Table(
    "consent",
    METADATA,
    row_id(),
    of_patient(),
    code("kind"),
    code("status"),
    sa.Column("version", sa.String(40), nullable=False),
    moment("at"),
    moment("ended_at", nullable=True),
    sa.Index("ix_consent_patient_id", "patient_id"),
)

contact_preference = sa.Table(
    "contact_preference",
    METADATA,
    row_id(),
    of_patient(),
    code("field"),
    sa.Column("value", sa.String(120), nullable=False),
    moment("at"),
    sa.Column("current", sa.Boolean, nullable=False),
    sa.Index("ix_contact_preference_patient_id", "patient_id"),
)

profile_answer = sa.Table(
    "profile_answer",
    METADATA,
    row_id(),
    of_patient(),
    sa.Column("field", sa.String(80), nullable=False),
    sa.Column("value", sa.String(120), nullable=False),
    moment("at"),
    sa.Column("current", sa.Boolean, nullable=False),
    sa.Index("ix_profile_answer_patient_id", "patient_id"),
)

communication = sa.Table(
    "communication",
    METADATA,
    uuid_id(),
    of_patient(),
    sa.Column("conversation_id", sa.String(160), sa.ForeignKey("conversation.id"), nullable=False),
    sa.Column("task_id", UUID_TEXT),
    code("kind"),
    code("status"),
    code("status_reason", nullable=True),
    moment("created_at"),
    moment("due_at"),
    moment("lease_until", nullable=True),
    moment("sent_at", nullable=True),
    sa.Column("tries", sa.SmallInteger, nullable=False),
    sa.Index("ix_communication_patient_id", "patient_id"),
    sa.Index("ix_communication_conversation_id", "conversation_id"),
)
WAITING_TO_BE_SENT = communication.c.status == sa.literal_column("'preparation'")
sa.Index(
    "ix_communication_waiting",
    communication.c.due_at,
    sqlite_where=WAITING_TO_BE_SENT,
    postgresql_where=WAITING_TO_BE_SENT,
)
