"""The directory of health centres, referrals and their history.

Revision: 2026_11_22_referrals. Before it: 2026_11_22_what_was_said.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_22_referrals"
down_revision = "2026_11_22_what_was_said"
branch_labels = None
depends_on = None

JSON_VALUE = sa.JSON().with_variant(JSONB(), "postgresql")
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Three tables and their indexes."""
    _centres()
    _referrals()
    _events()


def _centres() -> None:
    op.create_table(
        "health_centre",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("ubigeo", sa.String(length=6), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("phone", sa.String(length=80), nullable=False),
        sa.Column("hours", sa.String(length=200), nullable=False),
        sa.Column("services", JSON_VALUE, nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_health_centre"),
    )
    op.create_index("ix_health_centre_ubigeo", "health_centre", ["ubigeo"], unique=False)


def _referrals() -> None:
    op.create_table(
        "referral",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("service_request_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("priority", sa.String(length=40), nullable=False),
        sa.Column("centre_code", sa.String(length=20), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("reasons", JSON_VALUE, nullable=False),
        sa.Column("consent", sa.String(length=40), nullable=False),
        sa.Column("show_scores", sa.Boolean(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("appointment_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("visitor", sa.String(length=80), nullable=True),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checks", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_referral_patient_id_patient"),
        sa.ForeignKeyConstraint(
            ["service_request_id"], ["service_request.id"], name="fk_referral_service_request_id_service_request"
        ),
        sa.ForeignKeyConstraint(["centre_code"], ["health_centre.code"], name="fk_referral_centre_code_health_centre"),
        sa.ForeignKeyConstraint(["created_by"], ["practitioner.id"], name="fk_referral_created_by_practitioner"),
        sa.PrimaryKeyConstraint("id", name="pk_referral"),
    )
    op.create_index("ix_referral_patient_id", "referral", ["patient_id"], unique=False)
    op.create_index("ix_referral_service_request_id", "referral", ["service_request_id"], unique=False)
    op.create_index("ix_referral_sent_at", "referral", ["sent_at"], unique=False)
    op.create_index(
        "ix_referral_open", "referral", ["remind_at", "id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )


def _events() -> None:
    op.create_table(
        "referral_event",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("referral_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("detail", JSON_VALUE, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_referral_event_referral_id_referral"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_event"),
    )
    op.create_index("ix_referral_event_referral_id", "referral_event", ["referral_id"], unique=False)


def downgrade() -> None:
    """The referrals and the directory go with their tables."""
    op.drop_index("ix_referral_event_referral_id", table_name="referral_event")
    op.drop_table("referral_event")
    for name in ("ix_referral_open", "ix_referral_sent_at", "ix_referral_service_request_id", "ix_referral_patient_id"):
        op.drop_index(name, table_name="referral")
    op.drop_table("referral")
    op.drop_index("ix_health_centre_ubigeo", table_name="health_centre")
    op.drop_table("health_centre")
