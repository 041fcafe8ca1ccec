"""Rights that are apart from a role: a second step at the door, and names opened in an emergency; what grew too old."""

from __future__ import annotations

import sqlalchemy as sa

from followup.models.columns import METADATA, UUID_TEXT, code, moment, of_patient, row_id, uuid_id

staff_recovery_code = sa.Table(
    "staff_recovery_code",
    METADATA,
    row_id(),
    sa.Column("practitioner_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    # Long random codes: a plain hash cannot be guessed back.
    sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
    moment("used_at", nullable=True),
    sa.Index("ix_staff_recovery_code_practitioner_id", "practitioner_id"),
)

break_glass = sa.Table(
    "break_glass",
    METADATA,
    uuid_id(),
    of_patient(),
    sa.Column("practitioner_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    # Why, in the counselor's words; unreadable without the key.
    sa.Column("reason", sa.LargeBinary, nullable=False),
    moment("at"),
    moment("until"),
    sa.Column("reviewed_by", UUID_TEXT, sa.ForeignKey("practitioner.id")),
    moment("reviewed_at", nullable=True),
    code("verdict", nullable=True),
    sa.Column("review_note", sa.LargeBinary),
    sa.Index("ix_break_glass_patient_id", "patient_id", "practitioner_id"),
    sa.Index("ix_break_glass_at", "at"),
)

# How much was forgotten by which rule on a day, of whom nothing is left.
forgotten = sa.Table(
    "forgotten",
    METADATA,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("rule", sa.String(40), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
