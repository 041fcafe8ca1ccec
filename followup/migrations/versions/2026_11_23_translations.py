"""What reviewers say of the translations.

Revision: 2026_11_23_translations. Before it: 2026_11_23_staff_language.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_translations"
down_revision = "2026_11_23_staff_language"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Two tables and their indexes."""
    op.create_table(
        "translation",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("context", sa.String(length=160), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("back_translation", sa.Text(), nullable=True),
        sa.Column("wording_source", sa.Text(), nullable=True),
        sa.Column("practitioner_id", sa.String(length=36), nullable=True),
        sa.Column("reviewer", sa.String(length=200), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name="fk_translation_practitioner_id_practitioner"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_translation"),
    )
    op.create_index("ix_translation_language", "translation", ["language", "context", "id"], unique=False)
    _comments()


def downgrade() -> None:
    """What reviewers wrote goes: export it to the catalogs before."""
    op.drop_table("translation_comment")
    op.drop_table("translation")


def _comments() -> None:
    op.create_table(
        "translation_comment",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("context", sa.String(length=160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_doubt", sa.Boolean(), nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name="fk_translation_comment_practitioner_id_practitioner"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_translation_comment"),
    )
    op.create_index("ix_translation_comment_language", "translation_comment", ["language", "context", "id"])
