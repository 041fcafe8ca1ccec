"""What is kept of a merge of two people, so that it can be undone for some time."""

from __future__ import annotations

import sqlalchemy as sa

from followup.models.columns import JSON_VALUE, METADATA, UUID_TEXT, moment, of_patient, uuid_id

patient_merge = sa.Table(
    "patient_merge",
    METADATA,
    uuid_id(),
    # Whose it is now: moves on when who stayed is merged once more.
    of_patient(),
    sa.Column("kept_id", UUID_TEXT, nullable=False),
    sa.Column("gone_id", UUID_TEXT, nullable=False),
    sa.Column("practitioner_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    moment("at"),
    # Former values of what the merge changed; a few letters of each row as the merge left it.
    sa.Column("before", JSON_VALUE, nullable=False),
    sa.Column("after", JSON_VALUE, nullable=False),
    sa.Index("ix_patient_merge_patient_id", "patient_id"),
    sa.Index("ix_patient_merge_at", "at"),
)
