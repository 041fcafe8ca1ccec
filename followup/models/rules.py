"""Rules that staff change in the console: drafts under way, and what was published over the files."""

from __future__ import annotations

import sqlalchemy as sa

from followup.models.columns import JSON_VALUE, METADATA, ROW_NUMBER, UUID_TEXT, code, moment, row_id

PATH = sa.String(120)
SHA256 = sa.String(64)

rule_draft = sa.Table(
    "rule_draft",
    METADATA,
    row_id(),
    sa.Column("path", PATH, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    # Spanish text -> its Quechua, of the texts that this draft words anew.
    sa.Column("quechua", JSON_VALUE, nullable=False),
    # Grows with every save: who saves over an older one is told.
    sa.Column("revision", sa.Integer, nullable=False),
    # What it began from, whole: what counts as a change is told from it even when the file has changed since.
    sa.Column("based_on", SHA256, nullable=False),
    sa.Column("base_text", sa.Text, nullable=False),
    code("state"),
    sa.Column("author_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    # Everybody who saved it: none of them can be its second person.
    sa.Column("editors", JSON_VALUE, nullable=False),
    sa.Column("reviewer_id", UUID_TEXT, sa.ForeignKey("practitioner.id")),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("ended_at", nullable=True),
    sa.Index("ix_rule_draft_path", "path"),
)
# Written out, not bound: SQLite uses a partial index only for a query that repeats its words.
OPEN_DRAFT = rule_draft.c.ended_at.is_(None)
sa.Index(
    "uq_rule_draft_open_path",
    rule_draft.c.path,
    unique=True,
    sqlite_where=OPEN_DRAFT,
    postgresql_where=OPEN_DRAFT,
)

rule_publication = sa.Table(
    "rule_publication",
    METADATA,
    # The number of the publication, and the revision of the rules as a whole.
    row_id(),
    sa.Column("path", PATH, nullable=False),
    sa.Column("version", sa.String(40), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("sha256", SHA256, nullable=False),
    sa.Column("quechua", JSON_VALUE, nullable=False),
    sa.Column("based_on", SHA256, nullable=False),
    sa.Column("base_text", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("author_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    sa.Column("reviewer_id", UUID_TEXT, sa.ForeignKey("practitioner.id")),
    moment("published_at"),
    code("state"),
    moment("ended_at", nullable=True),
    sa.Index("uq_rule_publication_path", "path", "version", unique=True),
)

# Which rules each running process answers with: staff see when one of them stayed behind.
rule_process = sa.Table(
    "rule_process",
    METADATA,
    sa.Column("id", sa.String(36), primary_key=True),
    code("part"),
    sa.Column("revision", ROW_NUMBER, nullable=False),
    sa.Column("failed_revision", ROW_NUMBER),
    # What is wrong with the rules that it could not take, in Spanish; nothing about a person.
    sa.Column("problem", sa.Text, nullable=False),
    moment("changed_at"),
    moment("seen_at"),
    sa.Index("ix_rule_process_seen_at", "seen_at"),
)
