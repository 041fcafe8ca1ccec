"""What is kept of a merge of two people, so that it can be undone.

Revision: 2026_11_23_undo_merge. Before it: 2026_11_23_translations.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_23_undo_merge"
down_revision = "2026_11_23_translations"
branch_labels = None
depends_on = None
JSON_VALUE = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """One table; merges from before it cannot be undone."""
    op.create_table(
        "patient_merge",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("kept_id", sa.String(length=36), nullable=False),
        sa.Column("gone_id", sa.String(length=36), nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", JSON_VALUE, nullable=False),
        sa.Column("after", JSON_VALUE, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_patient_merge_patient_id_patient"),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name="fk_patient_merge_practitioner_id_practitioner"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_patient_merge"),
    )
    op.create_index("ix_patient_merge_patient_id", "patient_merge", ["patient_id"], unique=False)
    op.create_index("ix_patient_merge_at", "patient_merge", ["at"], unique=False)


def downgrade() -> None:
    """The merges stay as they are; none can be undone any more."""
    op.drop_table("patient_merge")
