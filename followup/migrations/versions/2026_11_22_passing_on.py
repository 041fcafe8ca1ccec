"""Notices to the team, people who are away, kept views of the list, and filters by variety and attempt.

Revision: 2026_11_22_passing_on. Before it: 2026_11_22_by_phone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_passing_on"
down_revision = "2026_11_22_by_phone"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ORDER = "ix_task_open_order"
BEFORE = ["risk_order", "due_at", "created_at", "id", "language", "has_phone", "kind", "agreed", "not_before"]
BEFORE += ["owner_id", "lease_until"]
IS_OPEN = sa.text("closed_at IS NULL")
WAITS = sa.text("status = 'preparation'")
MOMENTS = ("told_at", "warned_at")


def upgrade() -> None:
    """Columns, the index of the list with what the new filters ask for, and three tables."""
    for name in MOMENTS:
        op.add_column("task", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("task", sa.Column("variety", sa.String(length=8), nullable=True))
    op.add_column("practitioner", sa.Column("away_until", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE task SET variety = (SELECT patient.variety FROM patient WHERE patient.id = task.patient_id)")
    _order([*BEFORE, "variety", "attempts"])
    _staff_contact()
    _staff_notice()
    op.create_table(
        "saved_list",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=300), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["practitioner.id"], name="fk_saved_list_owner_id_practitioner"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_list"),
        sa.UniqueConstraint("owner_id", "name", name="uq_saved_list_owner_id_name"),
    )


def downgrade() -> None:
    """As it was; kept views, addresses and notices go."""
    for table in ("saved_list", "staff_notice", "staff_contact"):
        op.drop_table(table)
    op.drop_index(ORDER, table_name="task")
    for name in (*MOMENTS, "variety"):
        op.drop_column("task", name)
    op.drop_column("practitioner", "away_until")
    op.create_index(ORDER, "task", BEFORE, unique=False, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)


def _order(columns: list[str]) -> None:
    op.drop_index(ORDER, table_name="task")
    op.create_index(ORDER, "task", columns, unique=False, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)


def _staff_contact() -> None:
    op.create_table(
        "staff_contact",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name="fk_staff_contact_practitioner_id_practitioner"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff_contact"),
        sa.UniqueConstraint("practitioner_id", "kind", name="uq_staff_contact_practitioner_id_kind"),
    )


def _staff_notice() -> None:
    op.create_table(
        "staff_notice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.String(length=40), nullable=False),
        sa.Column("cases", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("status_reason", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name="fk_staff_notice_practitioner_id_practitioner"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff_notice"),
    )
    op.create_index("ix_staff_notice_practitioner_id", "staff_notice", ["practitioner_id"], unique=False)
    op.create_index("ix_staff_notice_created_at", "staff_notice", ["created_at"], unique=False)
    op.create_index(
        "ix_staff_notice_waiting",
        "staff_notice",
        ["due_at"],
        unique=False,
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
