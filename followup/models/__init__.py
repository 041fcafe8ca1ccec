"""All tables of the follow-up database, named as FHIR R4 names them."""

from followup.models.by_phone import first_aid_session, phone_screening
from followup.models.columns import METADATA, UtcDateTime
from followup.models.learning import unknown_message
from followup.models.merges import patient_merge
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
from followup.models.referrals import health_centre, referral, referral_event
from followup.models.responses import answer, first_aid_delivery, flag, observation, questionnaire_response
from followup.models.rights import break_glass, forgotten, staff_recovery_code
from followup.models.rules import rule_draft, rule_process, rule_publication
from followup.models.staff import audit_event, measure_report, practitioner, staff_session, vault_check
from followup.models.talking import handover, staff_message
from followup.models.team import saved_list, staff_contact, staff_notice
from followup.models.translations import translation, translation_comment
from followup.models.voice import voice_note
from followup.models.work import call_attempt, service_request, task, task_event

__all__ = [
    "METADATA",
    "NO_RISK_ORDER",
    "UtcDateTime",
    "answer",
    "audit_event",
    "break_glass",
    "call_attempt",
    "communication",
    "consent",
    "contact_preference",
    "conversation",
    "first_aid_delivery",
    "first_aid_session",
    "flag",
    "forgotten",
    "handover",
    "health_centre",
    "identity",
    "measure_report",
    "observation",
    "patient",
    "patient_merge",
    "phone_screening",
    "practitioner",
    "profile_answer",
    "questionnaire_response",
    "referral",
    "referral_event",
    "rule_draft",
    "rule_process",
    "rule_publication",
    "saved_list",
    "service_request",
    "staff_contact",
    "staff_message",
    "staff_notice",
    "staff_recovery_code",
    "staff_session",
    "task",
    "task_event",
    "translation",
    "translation_comment",
    "turn",
    "unknown_message",
    "vault_check",
    "voice_note",
]
