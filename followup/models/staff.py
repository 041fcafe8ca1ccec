"""Who works here, who looked at what, and what stays countable of people who asked to be forgotten."""

from __future__ import annotations

import sqlalchemy as sa

from followup.models.columns import JSON_VALUE, METADATA, UUID_TEXT, code, moment, row_id, uuid_id

practitioner = sa.Table(
    "practitioner",
    METADATA,
    uuid_id(),
    sa.Column("username", sa.String(80), nullable=False, unique=True),
    sa.Column("name", sa.String(160), nullable=False),
    sa.Column("password_hash", sa.String(200), nullable=False),
    code("role"),
    sa.Column("view_pii", sa.Boolean, nullable=False),
    sa.Column("languages", JSON_VALUE, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("must_change_password", sa.Boolean, nullable=False),
    sa.Column("failed_logins", sa.SmallInteger, nullable=False),
    moment("locked_until", nullable=True),
    # Off duty until then: cases are not passed to somebody who is away.
    moment("away_until", nullable=True),
    # The second step at sign-in: its secret, sealed; since when it is asked for; the last step that was used.
    sa.Column("totp_secret", sa.LargeBinary),
    moment("totp_on_at", nullable=True),
    sa.Column("totp_step", sa.BigInteger),
    # The language of the pages; what somebody can call in stands in languages.
    sa.Column("reads_in", sa.String(8), nullable=False, server_default="es"),
    moment("created_at"),
)

staff_session = sa.Table(
    "staff_session",
    METADATA,
    sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
    sa.Column("practitioner_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    sa.Column("csrf_token", sa.String(64), nullable=False),
    moment("created_at"),
    moment("seen_at"),
    moment("expires_at"),
    # The password was right, the second step is still owed: opens nothing.
    sa.Column("awaits_code", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_staff_session_practitioner_id", "practitioner_id"),
)

audit_event = sa.Table(
    "audit_event",
    METADATA,
    row_id(),
    moment("at"),
    code("actor_kind"),
    sa.Column("actor_id", UUID_TEXT),
    # FHIR AuditEvent.action: C create, R read, U update, D delete, E execute.
    sa.Column("action", sa.String(1), nullable=False),
    code("subtype"),
    code("object_kind"),
    sa.Column("object_id", UUID_TEXT),
    sa.Column("detail", JSON_VALUE, nullable=False),
    sa.Index("ix_audit_event_object_id", "object_id"),
    sa.Index("ix_audit_event_at", "at"),
    sa.Index("ix_audit_event_actor_id", "actor_id", "id"),
)

measure_report = sa.Table(
    "measure_report",
    METADATA,
    sa.Column("month", sa.Date, primary_key=True),
    sa.Column("language", sa.String(8), primary_key=True),
    sa.Column("measure", sa.String(40), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)

vault_check = sa.Table(
    "vault_check",
    METADATA,
    sa.Column("key_number", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("token", sa.LargeBinary, nullable=False),
)
