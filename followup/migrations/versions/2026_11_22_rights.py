"""A second step at sign-in, names opened in an emergency, what was forgotten by age, and the audit by actor.

Revision: 2026_11_22_rights. Before it: 2026_11_22_voice_notes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_rights"
down_revision = "2026_11_22_voice_notes"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SECOND_STEP = ("totp_secret", "totp_on_at", "totp_step")


def upgrade() -> None:
    """Columns of accounts and sessions, three tables, an index."""
    op.add_column("practitioner", sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column("practitioner", sa.Column("totp_on_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("practitioner", sa.Column("totp_step", sa.BigInteger(), nullable=True))
    waits = sa.Column("awaits_code", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("staff_session", waits)
    op.create_index("ix_audit_event_actor_id", "audit_event", ["actor_id", "id"])
    _recovery_codes()
    _break_glass()
    op.create_table(
        "forgotten",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "rule", name="pk_forgotten"),
    )


def downgrade() -> None:
    """As it was; second steps, emergency looks and counts of what was forgotten go."""
    for table in ("forgotten", "break_glass", "staff_recovery_code"):
        op.drop_table(table)
    op.drop_index("ix_audit_event_actor_id", table_name="audit_event")
    op.drop_column("staff_session", "awaits_code")
    for name in SECOND_STEP:
        op.drop_column("practitioner", name)


def _recovery_codes() -> None:
    op.create_table(
        "staff_recovery_code",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name="fk_staff_recovery_code_practitioner_id_practitioner"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff_recovery_code"),
    )
    op.create_index("ix_staff_recovery_code_practitioner_id", "staff_recovery_code", ["practitioner_id"])


def _break_glass() -> None:
    op.create_table(
        "break_glass",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.String(length=36), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("review_note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_break_glass_patient_id_patient"),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name="fk_break_glass_practitioner_id_practitioner"
        ),
        sa.ForeignKeyConstraint(["reviewed_by"], ["practitioner.id"], name="fk_break_glass_reviewed_by_practitioner"),
        sa.PrimaryKeyConstraint("id", name="pk_break_glass"),
    )
    op.create_index("ix_break_glass_patient_id", "break_glass", ["patient_id", "practitioner_id"])
    op.create_index("ix_break_glass_at", "break_glass", ["at"])
