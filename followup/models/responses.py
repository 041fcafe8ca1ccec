"""What was asked and answered: questionnaires, answers, scores, risks, first aid. A correction keeps both values."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from followup.models.columns import JSON_VALUE, METADATA, UUID_TEXT, code, moment, of_patient, row_id

RESPONSE_ID = sa.String(80)


def _of_response() -> Any:
    return sa.ForeignKeyConstraint(
        ["patient_id", "response_id"],
        ["questionnaire_response.patient_id", "questionnaire_response.response_id"],
    )


questionnaire_response = sa.Table(
    "questionnaire_response",
    METADATA,
    sa.Column("patient_id", UUID_TEXT, sa.ForeignKey("patient.id"), primary_key=True),
    # The engine's id is unique within one person only.
    sa.Column("response_id", RESPONSE_ID, primary_key=True),
    code("instrument"),
    sa.Column("version", sa.String(40), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    code("translation_state"),
    code("status"),
    moment("started_at"),
    moment("ended_at", nullable=True),
    # How it was asked: empty in the chat, "phone" when somebody of the team read it aloud.
    code("method", nullable=True),
    sa.Index("ix_questionnaire_response_ended_at", "ended_at"),
)

answer = sa.Table(
    "answer",
    METADATA,
    row_id(),
    sa.Column("patient_id", UUID_TEXT, nullable=False),
    sa.Column("response_id", RESPONSE_ID, nullable=False),
    sa.Column("link_id", sa.String(64), nullable=False),
    sa.Column("value", sa.Float),
    sa.Column("value_text", sa.Text),
    code("code", nullable=True),
    code("absent_reason", nullable=True),
    moment("at"),
    sa.Column("current", sa.Boolean, nullable=False),
    _of_response(),
    sa.Index("ix_answer_patient_id_response_id", "patient_id", "response_id", "link_id"),
)

observation = sa.Table(
    "observation",
    METADATA,
    row_id(),
    sa.Column("patient_id", UUID_TEXT, nullable=False),
    sa.Column("response_id", RESPONSE_ID, nullable=False),
    code("name"),
    code("status"),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("answered", sa.SmallInteger, nullable=False),
    sa.Column("expected", sa.SmallInteger, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("positive", sa.Boolean),
    code("band", nullable=True),
    sa.Column("cutoff", JSON_VALUE),
    moment("at"),
    sa.Column("current", sa.Boolean, nullable=False),
    _of_response(),
    sa.Index("ix_observation_patient_id_response_id", "patient_id", "response_id", "name"),
)

flag = sa.Table(
    "flag",
    METADATA,
    row_id(),
    of_patient(),
    code("code"),
    code("level"),
    code("rule"),
    sa.Column("source", sa.String(80), nullable=False),
    code("status"),
    moment("at"),
    moment("ended_at", nullable=True),
    sa.Index("ix_flag_patient_id", "patient_id"),
)

first_aid_delivery = sa.Table(
    "first_aid_delivery",
    METADATA,
    row_id(),
    of_patient(),
    code("script"),
    sa.Column("version", sa.String(40), nullable=False),
    moment("started_at"),
    moment("completed_at", nullable=True),
    code("helped", nullable=True),
    sa.Index("ix_first_aid_delivery_patient_id", "patient_id"),
    sa.Index("ix_first_aid_delivery_completed_at", "completed_at"),
)
