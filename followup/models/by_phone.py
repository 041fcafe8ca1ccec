"""What a counselor does with a person by telephone: an instrument read aloud, and sessions of first aid."""

from __future__ import annotations

import sqlalchemy as sa

from followup.models.columns import JSON_VALUE, METADATA, UUID_TEXT, code, moment, of_patient, uuid_id

phone_screening = sa.Table(
    "phone_screening",
    METADATA,
    uuid_id(),
    of_patient(),
    sa.Column("practitioner_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    sa.Column("task_id", UUID_TEXT),
    code("instrument"),
    moment("started_at"),
    moment("ended_at", nullable=True),
    # Where the engine stands, as a conversation keeps it; empty once it is over.
    sa.Column("session", sa.Text),
    sa.Index("ix_phone_screening_patient_id", "patient_id"),
)

first_aid_session = sa.Table(
    "first_aid_session",
    METADATA,
    uuid_id(),
    of_patient(),
    sa.Column("practitioner_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    sa.Column("task_id", UUID_TEXT),
    sa.Column("number", sa.SmallInteger, nullable=False),
    moment("at"),
    sa.Column("minutes", sa.SmallInteger),
    sa.Column("topics", JSON_VALUE, nullable=False),
    code("helped", nullable=True),
    moment("next_at", nullable=True),
    sa.Column("note", sa.LargeBinary),
    sa.Index("uq_first_aid_session_patient_id_number", "patient_id", "number", unique=True),
)
