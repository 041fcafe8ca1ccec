"""Instruments and first aid by telephone, and what the team and a person write to each other through the bot.

Revision: 2026_11_22_by_phone. Before it: 2026_11_22_referrals.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_22_by_phone"
down_revision = "2026_11_22_referrals"
branch_labels = None
depends_on = None

JSON_VALUE = sa.JSON().with_variant(JSONB(), "postgresql")
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLACES = {"patient_id": "patient", "practitioner_id": "practitioner", "conversation_id": "conversation"}


def upgrade() -> None:
    """Four tables and one column."""
    op.add_column("questionnaire_response", sa.Column("method", sa.String(length=40), nullable=True))
    _phone_screening()
    _first_aid_session()
    _handover()
    _staff_message()


def downgrade() -> None:
    """What was done by telephone and what was written goes with the tables."""
    op.drop_table("staff_message")
    op.drop_table("handover")
    op.drop_table("first_aid_session")
    op.drop_table("phone_screening")
    with op.batch_alter_table("questionnaire_response") as table:
        table.drop_column("method")


def _of(table: str, column: str) -> sa.ForeignKeyConstraint:
    place = PLACES[column]
    return sa.ForeignKeyConstraint([column], [f"{place}.id"], name=f"fk_{table}_{column}_{place}")


def _id() -> sa.Column:
    return sa.Column("id", sa.String(length=36), nullable=False)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _code(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=40), nullable=nullable)


def _person(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=36), nullable=nullable)


def _phone_screening() -> None:
    op.create_table(
        "phone_screening",
        _id(),
        _person("patient_id"),
        _person("practitioner_id"),
        _person("task_id", nullable=True),
        _code("instrument"),
        _moment("started_at"),
        _moment("ended_at", nullable=True),
        sa.Column("session", sa.Text(), nullable=True),
        _of("phone_screening", "patient_id"),
        _of("phone_screening", "practitioner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_phone_screening"),
    )
    op.create_index("ix_phone_screening_patient_id", "phone_screening", ["patient_id"], unique=False)


def _first_aid_session() -> None:
    op.create_table(
        "first_aid_session",
        _id(),
        _person("patient_id"),
        _person("practitioner_id"),
        _person("task_id", nullable=True),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        _moment("at"),
        sa.Column("minutes", sa.SmallInteger(), nullable=True),
        sa.Column("topics", JSON_VALUE, nullable=False),
        _code("helped", nullable=True),
        _moment("next_at", nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        _of("first_aid_session", "patient_id"),
        _of("first_aid_session", "practitioner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_first_aid_session"),
    )
    one = ["patient_id", "number"]
    op.create_index("uq_first_aid_session_patient_id_number", "first_aid_session", one, unique=True)


def _handover() -> None:
    op.create_table(
        "handover",
        _id(),
        _person("patient_id"),
        sa.Column("conversation_id", sa.String(length=160), nullable=False),
        _person("practitioner_id"),
        _moment("started_at"),
        _moment("until"),
        _moment("ended_at", nullable=True),
        _code("end_reason", nullable=True),
        _moment("asked_to_wait_at", nullable=True),
        _of("handover", "patient_id"),
        _of("handover", "conversation_id"),
        _of("handover", "practitioner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_handover"),
    )
    op.create_index("ix_handover_patient_id", "handover", ["patient_id"], unique=False)
    still_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_handover_open_conversation_id",
        "handover",
        ["conversation_id"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def _staff_message() -> None:
    op.create_table(
        "staff_message",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        _person("patient_id"),
        sa.Column("conversation_id", sa.String(length=160), nullable=False),
        _person("handover_id"),
        _code("direction"),
        _person("practitioner_id", nullable=True),
        _moment("at"),
        _code("template", nullable=True),
        _code("kind", nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("key", sa.LargeBinary(length=16), nullable=True),
        sa.Column("shows_risk", sa.Boolean(), nullable=False),
        _code("status"),
        _code("status_reason", nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        _moment("lease_until", nullable=True),
        _moment("seen_at", nullable=True),
        _of("staff_message", "patient_id"),
        _of("staff_message", "conversation_id"),
        _of("staff_message", "practitioner_id"),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name="fk_staff_message_handover_id_handover"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_message"),
    )
    op.create_index("ix_staff_message_at", "staff_message", ["at"], unique=False)
    op.create_index("ix_staff_message_patient_id", "staff_message", ["patient_id"], unique=False)
    waits = sa.text("status = 'preparation'")
    op.create_index("ix_staff_message_waiting", "staff_message", ["id"], sqlite_where=waits, postgresql_where=waits)
    unread = sa.text("direction = 'in' AND seen_at IS NULL")
    op.create_index(
        "ix_staff_message_unread", "staff_message", ["handover_id"], sqlite_where=unread, postgresql_where=unread
    )
    op.create_index("uq_staff_message_key", "staff_message", ["key"], unique=True)
