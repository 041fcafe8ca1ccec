"""What was not understood, kept for staff to label; whose it was stands there in a form that only erasing needs."""

from __future__ import annotations

import sqlalchemy as sa

from followup.models.columns import JSON_VALUE, METADATA, UUID_TEXT, code, moment, row_id

unknown_message = sa.Table(
    "unknown_message",
    METADATA,
    row_id(),
    moment("at"),
    # The person's id under the key: without the key nobody is found by it.
    sa.Column("owner", sa.LargeBinary, nullable=False),
    # Keyed hash of the folded text, so that the same words are kept once.
    sa.Column("fingerprint", sa.LargeBinary(16), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    # Empty once it was discarded: only that these words were seen is remembered then.
    sa.Column("text", sa.LargeBinary),
    sa.Column("guesses", JSON_VALUE, nullable=False),
    sa.Column("seen", sa.Integer, nullable=False),
    code("status"),
    code("intent", nullable=True),
    sa.Column("labelled_by", UUID_TEXT),
    moment("labelled_at", nullable=True),
    sa.Index("uq_unknown_message_fingerprint", "fingerprint", unique=True),
    sa.Index("ix_unknown_message_owner", "owner"),
    sa.Index("ix_unknown_message_status", "status", "language", "id"),
    sa.Index("ix_unknown_message_at", "at"),
)
