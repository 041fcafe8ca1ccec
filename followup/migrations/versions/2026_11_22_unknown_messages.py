"""Messages that were not understood, kept for staff to label.

Revision: 2026_11_22_unknown_messages. Before it: 2026_11_22_first_tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_22_unknown_messages"
down_revision = "2026_11_22_first_tables"
branch_labels = None
depends_on = None

JSON_VALUE = sa.JSON().with_variant(JSONB(), "postgresql")
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """One table and its indexes."""
    op.create_table(
        "unknown_message",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("guesses", JSON_VALUE, nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("intent", sa.String(length=40), nullable=True),
        sa.Column("labelled_by", sa.String(length=36), nullable=True),
        sa.Column("labelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_unknown_message"),
    )
    op.create_index("ix_unknown_message_at", "unknown_message", ["at"], unique=False)
    op.create_index("ix_unknown_message_owner", "unknown_message", ["owner"], unique=False)
    op.create_index("ix_unknown_message_status", "unknown_message", ["status", "language", "id"], unique=False)
    op.create_index("uq_unknown_message_fingerprint", "unknown_message", ["fingerprint"], unique=True)


def downgrade() -> None:
    """The messages go with their table."""
    op.drop_index("uq_unknown_message_fingerprint", table_name="unknown_message")
    op.drop_index("ix_unknown_message_status", table_name="unknown_message")
    op.drop_index("ix_unknown_message_owner", table_name="unknown_message")
    op.drop_index("ix_unknown_message_at", table_name="unknown_message")
    op.drop_table("unknown_message")
