"""Voice notes that people agreed to have listened to.

Revision: 2026_11_22_voice_notes. Before it: 2026_11_22_passing_on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_voice_notes"
down_revision = "2026_11_22_passing_on"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table."""
    op.create_table(
        "voice_note",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("message", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sound", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("heard_by", sa.String(length=36), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["heard_by"], ["practitioner.id"], name="fk_voice_note_heard_by_practitioner"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_voice_note_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_voice_note"),
    )
    op.create_index("uq_voice_note_message", "voice_note", ["message"], unique=True)
    op.create_index("ix_voice_note_patient_id", "voice_note", ["patient_id"], unique=False)
    op.create_index("ix_voice_note_status", "voice_note", ["status", "at"], unique=False)


def downgrade() -> None:
    """The notes go."""
    op.drop_table("voice_note")
