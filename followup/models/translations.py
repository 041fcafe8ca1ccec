"""What reviewers say of the translations: words over the catalogs' files, and what they ask each other. Nothing is
rewritten: each save is a row, the newest for the same Spanish counts."""

from __future__ import annotations

import sqlalchemy as sa

from followup.models.columns import METADATA, UUID_TEXT, code, moment, row_id

CONTEXT = sa.String(160)

translation = sa.Table(
    "translation",
    METADATA,
    row_id(),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("context", CONTEXT, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    # SHA-256 of the Spanish that was translated: another Spanish needs another translation.
    sa.Column("source_hash", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    code("status"),
    # What the translation says, back in Spanish.
    sa.Column("back_translation", sa.Text),
    # Where a validated wording was published.
    sa.Column("wording_source", sa.Text),
    sa.Column("practitioner_id", UUID_TEXT, sa.ForeignKey("practitioner.id")),
    # Who signs, as it goes into the catalog's file; empty while nobody has.
    sa.Column("reviewer", sa.String(200), nullable=False),
    code("origin"),
    moment("at"),
    sa.Index("ix_translation_language", "language", "context", "id"),
)

translation_comment = sa.Table(
    "translation_comment",
    METADATA,
    row_id(),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("context", CONTEXT, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    # A doubt waits for an answer; a comment does not.
    sa.Column("is_doubt", sa.Boolean, nullable=False),
    sa.Column("practitioner_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    moment("at"),
    moment("settled_at", nullable=True),
    sa.Index("ix_translation_comment_language", "language", "context", "id"),
)
