"""How the team is reached and organised: addresses for notices, the notices themselves, and kept views of the list."""

from __future__ import annotations

import sqlalchemy as sa

from followup.models.columns import METADATA, UUID_TEXT, code, moment, row_id, uuid_id

staff_contact = sa.Table(
    "staff_contact",
    METADATA,
    row_id(),
    sa.Column("practitioner_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    # email or telegram: a way of the notifiers.
    code("kind"),
    sa.Column("ciphertext", sa.LargeBinary, nullable=False),
    moment("at"),
    sa.UniqueConstraint("practitioner_id", "kind"),
)

# What a member of staff is told. It counts cases and names none: no id of a task or of a person is kept here.
staff_notice = sa.Table(
    "staff_notice",
    METADATA,
    uuid_id(),
    sa.Column("practitioner_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    code("channel"),
    code("kind"),
    code("priority"),
    sa.Column("cases", sa.SmallInteger, nullable=False),
    code("status"),
    code("status_reason", nullable=True),
    moment("created_at"),
    moment("due_at"),
    moment("lease_until", nullable=True),
    moment("sent_at", nullable=True),
    sa.Column("tries", sa.SmallInteger, nullable=False),
    sa.Index("ix_staff_notice_practitioner_id", "practitioner_id"),
    sa.Index("ix_staff_notice_created_at", "created_at"),
)
# Written out, not bound: SQLite uses a partial index only for a query that repeats its words.
NOTICE_WAITS = staff_notice.c.status == sa.literal_column("'preparation'")
sa.Index("ix_staff_notice_waiting", staff_notice.c.due_at, sqlite_where=NOTICE_WAITS, postgresql_where=NOTICE_WAITS)

# A view of the list under a name: data that somebody may keep, share and take away again.
saved_list = sa.Table(
    "saved_list",
    METADATA,
    uuid_id(),
    sa.Column("owner_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("query", sa.String(300), nullable=False),
    sa.Column("shared", sa.Boolean, nullable=False),
    moment("created_at"),
    sa.UniqueConstraint("owner_id", "name"),
)
