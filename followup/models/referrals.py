"""Where people are sent, and what became of it: the directory of health centres, referrals and their history."""

from __future__ import annotations

import sqlalchemy as sa

from followup.models.columns import JSON_VALUE, METADATA, UUID_TEXT, code, moment, of_patient, row_id, uuid_id

CENTRE_CODE = sa.String(20)

health_centre = sa.Table(
    "health_centre",
    METADATA,
    # The code of the national register of health establishments (IPRESS).
    sa.Column("code", CENTRE_CODE, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("category", sa.String(40), nullable=False),
    sa.Column("ubigeo", sa.String(6), nullable=False),
    sa.Column("address", sa.String(300), nullable=False),
    sa.Column("phone", sa.String(80), nullable=False),
    sa.Column("hours", sa.String(200), nullable=False),
    # Codes of what it offers, as callback_rules.yml lists them.
    sa.Column("services", JSON_VALUE, nullable=False),
    sa.Column("latitude", sa.Float),
    sa.Column("longitude", sa.Float),
    sa.Column("source", sa.String(400), nullable=False),
    sa.Column("reviewed_on", sa.Date, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    moment("updated_at"),
    sa.Index("ix_health_centre_ubigeo", "ubigeo"),
)

# FHIR: the Task that carries out a ServiceRequest. status: requested (sent), accepted, completed (attended), failed (not
# attended), cancelled, entered-in-error.
referral = sa.Table(
    "referral",
    METADATA,
    uuid_id(),
    of_patient(),
    sa.Column("service_request_id", UUID_TEXT, sa.ForeignKey("service_request.id"), nullable=False),
    code("kind"),
    code("status"),
    code("outcome", nullable=True),
    code("priority"),
    sa.Column("centre_code", CENTRE_CODE, sa.ForeignKey("health_centre.code")),
    # Where the directory does not have it: what the counselor wrote.
    sa.Column("place", sa.String(200)),
    sa.Column("reasons", JSON_VALUE, nullable=False),
    code("consent"),
    sa.Column("show_scores", sa.Boolean, nullable=False),
    # What the receiver should know, in the counselor's words; unreadable without the key.
    sa.Column("note", sa.LargeBinary),
    moment("appointment_at", nullable=True),
    # A visit at home: the day it is planned for, and who goes.
    sa.Column("planned_on", sa.Date),
    sa.Column("visitor", sa.String(80)),
    sa.Column("created_by", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    moment("sent_at"),
    moment("accepted_at", nullable=True),
    moment("ended_at", nullable=True),
    moment("remind_at", nullable=True),
    sa.Column("checks", sa.SmallInteger, nullable=False),
    sa.Index("ix_referral_patient_id", "patient_id"),
    sa.Index("ix_referral_service_request_id", "service_request_id"),
    sa.Index("ix_referral_sent_at", "sent_at"),
)
_OPEN = referral.c.ended_at.is_(None)
sa.Index("ix_referral_open", referral.c.remind_at, referral.c.id, sqlite_where=_OPEN, postgresql_where=_OPEN)

referral_event = sa.Table(
    "referral_event",
    METADATA,
    row_id(),
    sa.Column("referral_id", UUID_TEXT, sa.ForeignKey("referral.id"), nullable=False),
    moment("at"),
    sa.Column("actor_id", UUID_TEXT),
    code("event"),
    code("status"),
    sa.Column("detail", JSON_VALUE, nullable=False),
    sa.Column("note", sa.LargeBinary),
    sa.Index("ix_referral_event_referral_id", "referral_id"),
)
