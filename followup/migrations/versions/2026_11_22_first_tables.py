"""The first tables of the follow-up database.

Revision: 2026_11_22_first_tables. Before it: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_22_first_tables"
down_revision = None
branch_labels = None
depends_on = None

JSON_VALUE = sa.JSON().with_variant(JSONB(), "postgresql")
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """All tables and their indexes."""
    op.create_table(
        "audit_event",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("action", sa.String(length=1), nullable=False),
        sa.Column("subtype", sa.String(length=40), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=36), nullable=True),
        sa.Column("detail", JSON_VALUE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_at", "audit_event", ["at"], unique=False)
    op.create_index("ix_audit_event_object_id", "audit_event", ["object_id"], unique=False)
    op.create_table(
        "measure_report",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "language", "measure", name="pk_measure_report"),
    )
    op.create_table(
        "patient",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("variety", sa.String(length=8), nullable=True),
        sa.Column("age", sa.SmallInteger(), nullable=True),
        sa.Column("sex", sa.String(length=40), nullable=True),
        sa.Column("district", sa.String(length=6), nullable=True),
        sa.Column("has_phone", sa.Boolean(), nullable=False),
        sa.Column("consent_screening", sa.String(length=40), nullable=True),
        sa.Column("consent_callback", sa.String(length=40), nullable=True),
        sa.Column("risk_order", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_patient"),
    )
    op.create_index("ix_patient_created_at", "patient", ["created_at"], unique=False)
    op.create_table(
        "practitioner",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("view_pii", sa.Boolean(), nullable=False),
        sa.Column("languages", JSON_VALUE, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.SmallInteger(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_practitioner"),
        sa.UniqueConstraint("username", name="uq_practitioner_username"),
    )
    op.create_table(
        "turn",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_turn"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vault_check",
        sa.Column("key_number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key_number", name="pk_vault_check"),
    )
    op.create_table(
        "consent",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_consent_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_patient_id", "consent", ["patient_id"], unique=False)
    op.create_table(
        "contact_preference",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_contact_preference_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_preference"),
    )
    op.create_index("ix_contact_preference_patient_id", "contact_preference", ["patient_id"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=True),
        sa.Column("session", sa.Text(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_conversation_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
    )
    op.create_index("ix_conversation_patient_id", "conversation", ["patient_id"], unique=False)
    op.create_index(
        "ix_conversation_silent",
        "conversation",
        ["last_message_at"],
        unique=False,
        sqlite_where=sa.text("status = 'in-progress' AND reminded_at IS NULL"),
        postgresql_where=sa.text("status = 'in-progress' AND reminded_at IS NULL"),
    )
    op.create_table(
        "first_aid_delivery",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("script", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("helped", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_first_aid_delivery_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_first_aid_delivery"),
    )
    op.create_index("ix_first_aid_delivery_completed_at", "first_aid_delivery", ["completed_at"], unique=False)
    op.create_index("ix_first_aid_delivery_patient_id", "first_aid_delivery", ["patient_id"], unique=False)
    op.create_table(
        "flag",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_flag_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_flag"),
    )
    op.create_index("ix_flag_patient_id", "flag", ["patient_id"], unique=False)
    op.create_table(
        "identity",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_identity_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
    )
    op.create_index("ix_identity_kind_ciphertext", "identity", ["kind", "ciphertext"], unique=False)
    op.create_index("ix_identity_patient_id", "identity", ["patient_id"], unique=False)
    op.create_table(
        "profile_answer",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_profile_answer_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_profile_answer"),
    )
    op.create_index("ix_profile_answer_patient_id", "profile_answer", ["patient_id"], unique=False)
    op.create_table(
        "questionnaire_response",
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("response_id", sa.String(length=80), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("translation_state", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_questionnaire_response_patient_id_patient"),
        sa.PrimaryKeyConstraint("patient_id", "response_id", name="pk_questionnaire_response"),
    )
    op.create_index("ix_questionnaire_response_ended_at", "questionnaire_response", ["ended_at"], unique=False)
    op.create_table(
        "service_request",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.String(length=40), nullable=False),
        sa.Column("reasons", JSON_VALUE, nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_service_request_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_service_request"),
    )
    op.create_index("ix_service_request_at", "service_request", ["at"], unique=False)
    op.create_index("ix_service_request_patient_id", "service_request", ["patient_id"], unique=False)
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name="fk_staff_session_practitioner_id_practitioner"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_staff_session"),
    )
    op.create_index("ix_staff_session_practitioner_id", "staff_session", ["practitioner_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("status_reason", sa.String(length=40), nullable=True),
        sa.Column("priority", sa.String(length=40), nullable=False),
        sa.Column("risk_order", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("agreed", sa.String(length=40), nullable=True),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_by", sa.String(length=36), nullable=True),
        sa.Column("last_result", sa.String(length=40), nullable=True),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reasons", JSON_VALUE, nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("series_no", sa.SmallInteger(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("district", sa.String(length=6), nullable=True),
        sa.Column("has_phone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["last_by"], ["practitioner.id"], name="fk_task_last_by_practitioner"),
        sa.ForeignKeyConstraint(["owner_id"], ["practitioner.id"], name="fk_task_owner_id_practitioner"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_task_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
    )
    op.create_index(
        "ix_task_closed",
        "task",
        ["closed_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index("ix_task_created_at", "task", ["created_at"], unique=False)
    op.create_index(
        "ix_task_open_agreed",
        "task",
        ["risk_order", "due_at", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND agreed IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND agreed IS NOT NULL"),
    )
    op.create_index(
        "ix_task_open_alerted",
        "task",
        ["risk_order", "due_at", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND alerted_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND alerted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_task_open_district",
        "task",
        ["district", "risk_order", "due_at", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_task_open_last_by",
        "task",
        ["last_by", "status"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND last_by IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND last_by IS NOT NULL"),
    )
    op.create_index(
        "ix_task_open_order",
        "task",
        [
            "risk_order",
            "due_at",
            "created_at",
            "id",
            "language",
            "has_phone",
            "kind",
            "agreed",
            "not_before",
            "owner_id",
            "lease_until",
        ],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_task_open_owner",
        "task",
        ["owner_id", "lease_until"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND owner_id IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND owner_id IS NOT NULL"),
    )
    op.create_index(
        "ix_task_open_reason",
        "task",
        ["status_reason", "risk_order", "due_at", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND status_reason IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND status_reason IS NOT NULL"),
    )
    op.create_index("ix_task_patient_id", "task", ["patient_id"], unique=False)
    op.create_index(
        "uq_task_open_patient_id_kind",
        "task",
        ["patient_id", "kind"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "answer",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("response_id", sa.String(length=80), nullable=False),
        sa.Column("link_id", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("value_text", sa.Text(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("absent_reason", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id", "response_id"],
            ["questionnaire_response.patient_id", "questionnaire_response.response_id"],
            name="fk_answer_patient_id_response_id_questionnaire_response",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
    )
    op.create_index(
        "ix_answer_patient_id_response_id", "answer", ["patient_id", "response_id", "link_id"], unique=False
    )
    op.create_table(
        "call_attempt",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("attempt_no", sa.SmallInteger(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=False),
        sa.Column("contact_result", sa.String(length=40), nullable=False),
        sa.Column("disposition", sa.String(length=40), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("before", JSON_VALUE, nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_call_attempt_patient_id_patient"),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name="fk_call_attempt_practitioner_id_practitioner"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_call_attempt_task_id_task"),
        sa.PrimaryKeyConstraint("id", name="pk_call_attempt"),
    )
    op.create_index("ix_call_attempt_at", "call_attempt", ["at"], unique=False)
    op.create_index("ix_call_attempt_patient_id", "call_attempt", ["patient_id"], unique=False)
    op.create_index("ix_call_attempt_task_id", "call_attempt", ["task_id"], unique=False)
    op.create_table(
        "communication",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=160), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("status_reason", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_communication_conversation_id_conversation"
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_communication_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_communication"),
    )
    op.create_index("ix_communication_conversation_id", "communication", ["conversation_id"], unique=False)
    op.create_index("ix_communication_patient_id", "communication", ["patient_id"], unique=False)
    op.create_index(
        "ix_communication_waiting",
        "communication",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'preparation'"),
        postgresql_where=sa.text("status = 'preparation'"),
    )
    op.create_table(
        "observation",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("response_id", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("answered", sa.SmallInteger(), nullable=False),
        sa.Column("expected", sa.SmallInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("positive", sa.Boolean(), nullable=True),
        sa.Column("band", sa.String(length=40), nullable=True),
        sa.Column("cutoff", JSON_VALUE, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id", "response_id"],
            ["questionnaire_response.patient_id", "questionnaire_response.response_id"],
            name="fk_observation_patient_id_response_id_questionnaire_response",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_observation"),
    )
    op.create_index(
        "ix_observation_patient_id_response_id", "observation", ["patient_id", "response_id", "name"], unique=False
    )
    op.create_table(
        "task_event",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("detail", JSON_VALUE, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_task_event_task_id_task"),
        sa.PrimaryKeyConstraint("id", name="pk_task_event"),
    )
    op.create_index("ix_task_event_task_id", "task_event", ["task_id"], unique=False)


def downgrade() -> None:
    """Back to an empty database."""
    op.drop_index("ix_task_event_task_id", table_name="task_event")
    op.drop_table("task_event")
    op.drop_index("ix_observation_patient_id_response_id", table_name="observation")
    op.drop_table("observation")
    op.drop_index(
        "ix_communication_waiting",
        table_name="communication",
        sqlite_where=sa.text("status = 'preparation'"),
        postgresql_where=sa.text("status = 'preparation'"),
    )
    op.drop_index("ix_communication_patient_id", table_name="communication")
    op.drop_index("ix_communication_conversation_id", table_name="communication")
    op.drop_table("communication")
    op.drop_index("ix_call_attempt_task_id", table_name="call_attempt")
    op.drop_index("ix_call_attempt_patient_id", table_name="call_attempt")
    op.drop_index("ix_call_attempt_at", table_name="call_attempt")
    op.drop_table("call_attempt")
    op.drop_index("ix_answer_patient_id_response_id", table_name="answer")
    op.drop_table("answer")
    op.drop_index(
        "uq_task_open_patient_id_kind",
        table_name="task",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index("ix_task_patient_id", table_name="task")
    op.drop_index(
        "ix_task_open_reason",
        table_name="task",
        sqlite_where=sa.text("closed_at IS NULL AND status_reason IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND status_reason IS NOT NULL"),
    )
    op.drop_index(
        "ix_task_open_owner",
        table_name="task",
        sqlite_where=sa.text("closed_at IS NULL AND owner_id IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND owner_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_task_open_order",
        table_name="task",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(
        "ix_task_open_last_by",
        table_name="task",
        sqlite_where=sa.text("closed_at IS NULL AND last_by IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND last_by IS NOT NULL"),
    )
    op.drop_index(
        "ix_task_open_district",
        table_name="task",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(
        "ix_task_open_alerted",
        table_name="task",
        sqlite_where=sa.text("closed_at IS NULL AND alerted_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND alerted_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_task_open_agreed",
        table_name="task",
        sqlite_where=sa.text("closed_at IS NULL AND agreed IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND agreed IS NOT NULL"),
    )
    op.drop_index("ix_task_created_at", table_name="task")
    op.drop_index(
        "ix_task_closed",
        table_name="task",
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.drop_table("task")
    op.drop_index("ix_staff_session_practitioner_id", table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_index("ix_service_request_patient_id", table_name="service_request")
    op.drop_index("ix_service_request_at", table_name="service_request")
    op.drop_table("service_request")
    op.drop_index("ix_questionnaire_response_ended_at", table_name="questionnaire_response")
    op.drop_table("questionnaire_response")
    op.drop_index("ix_profile_answer_patient_id", table_name="profile_answer")
    op.drop_table("profile_answer")
    op.drop_index("ix_identity_patient_id", table_name="identity")
    op.drop_index("ix_identity_kind_ciphertext", table_name="identity")
    op.drop_table("identity")
    op.drop_index("ix_flag_patient_id", table_name="flag")
    op.drop_table("flag")
    op.drop_index("ix_first_aid_delivery_patient_id", table_name="first_aid_delivery")
    op.drop_index("ix_first_aid_delivery_completed_at", table_name="first_aid_delivery")
    op.drop_table("first_aid_delivery")
    op.drop_index(
        "ix_conversation_silent",
        table_name="conversation",
        sqlite_where=sa.text("status = 'in-progress' AND reminded_at IS NULL"),
        postgresql_where=sa.text("status = 'in-progress' AND reminded_at IS NULL"),
    )
    op.drop_index("ix_conversation_patient_id", table_name="conversation")
    op.drop_table("conversation")
    op.drop_index("ix_contact_preference_patient_id", table_name="contact_preference")
    op.drop_table("contact_preference")
    op.drop_index("ix_consent_patient_id", table_name="consent")
    op.drop_table("consent")
    op.drop_table("vault_check")
    op.drop_table("turn")
    op.drop_table("practitioner")
    op.drop_index("ix_patient_created_at", table_name="patient")
    op.drop_table("patient")
    op.drop_table("measure_report")
    op.drop_index("ix_audit_event_object_id", table_name="audit_event")
    op.drop_index("ix_audit_event_at", table_name="audit_event")
    op.drop_table("audit_event")
