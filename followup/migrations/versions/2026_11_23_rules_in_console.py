"""Drafts of rules written in the console, what was published over the files, and which process answers with it.

Revision: 2026_11_23_rules_in_console. Before it: 2026_11_22_rights.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_23_rules_in_console"
down_revision = "2026_11_22_rights"
branch_labels = None
depends_on = None

JSON_VALUE = sa.JSON().with_variant(JSONB(), "postgresql")
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Three tables."""
    _draft()
    _publication()
    _process()


def downgrade() -> None:
    """What was written and published in the console goes; take it into files before (`rules export-published`)."""
    op.drop_table("rule_process")
    op.drop_table("rule_publication")
    op.drop_table("rule_draft")


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _word(name: str, length: int, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _staff(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["practitioner.id"], name=f"fk_{table}_{column}_practitioner")


def _draft() -> None:
    op.create_table(
        "rule_draft",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        _word("path", 120),
        _text("text"),
        sa.Column("quechua", JSON_VALUE, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        _word("based_on", 64),
        _text("base_text"),
        _word("state", 40),
        _word("author_id", 36),
        sa.Column("editors", JSON_VALUE, nullable=False),
        _word("reviewer_id", 36, nullable=True),
        _text("note"),
        _text("comment"),
        _moment("created_at"),
        _moment("updated_at"),
        _moment("ended_at", nullable=True),
        _staff("rule_draft", "author_id"),
        _staff("rule_draft", "reviewer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_draft"),
    )
    op.create_index("ix_rule_draft_path", "rule_draft", ["path"])
    op.create_index(
        "uq_rule_draft_open_path", "rule_draft", ["path"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def _publication() -> None:
    op.create_table(
        "rule_publication",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        _word("path", 120),
        _word("version", 40),
        _text("text"),
        _word("sha256", 64),
        sa.Column("quechua", JSON_VALUE, nullable=False),
        _word("based_on", 64),
        _text("base_text"),
        _text("note"),
        _word("author_id", 36),
        _word("reviewer_id", 36, nullable=True),
        _moment("published_at"),
        _word("state", 40),
        _moment("ended_at", nullable=True),
        _staff("rule_publication", "author_id"),
        _staff("rule_publication", "reviewer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_publication"),
    )
    op.create_index("uq_rule_publication_path", "rule_publication", ["path", "version"], unique=True)


def _process() -> None:
    op.create_table(
        "rule_process",
        _word("id", 36),
        _word("part", 40),
        sa.Column("revision", ROW_NUMBER, nullable=False),
        sa.Column("failed_revision", ROW_NUMBER, nullable=True),
        _text("problem"),
        _moment("changed_at"),
        _moment("seen_at"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_process"),
    )
    op.create_index("ix_rule_process_seen_at", "rule_process", ["seen_at"])
