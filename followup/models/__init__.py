"""All tables of the follow-up database, named as FHIR R4 names them."""

from followup.models.columns import METADATA, UtcDateTime
from followup.models.learning import unknown_message
from followup.models.people import (
    NO_RISK_ORDER,
    communication,
    consent,
    contact_preference,
    conversation,
    identity,
    patient,
    profile_answer,
    turn,
)
from followup.models.responses import answer, first_aid_delivery, flag, observation, questionnaire_response
from followup.models.staff import audit_event, measure_report, practitioner, staff_session, vault_check
from followup.models.work import call_attempt, service_request, task, task_event

__all__ = [
    "METADATA",
    "NO_RISK_ORDER",
    "UtcDateTime",
    "answer",
    "audit_event",
    "call_attempt",
    "communication",
    "consent",
    "contact_preference",
    "conversation",
    "first_aid_delivery",
    "flag",
    "identity",
    "measure_report",
    "observation",
    "patient",
    "practitioner",
    "profile_answer",
    "questionnaire_response",
    "service_request",
    "staff_session",
    "task",
    "task_event",
    "turn",
    "unknown_message",
    "vault_check",
]
