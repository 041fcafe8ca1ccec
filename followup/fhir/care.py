"""What is owed and what was done: ServiceRequest, Task, Encounter (a call) and Communication (a message, first aid)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from followup.fhir.parts import OURS, Resource, coded, moment, period, reference, with_known

VIRTUAL = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "VR"}
REQUEST_STATUSES = ("draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown")
COMMUNICATION_STATUSES = (
    "preparation",
    "in-progress",
    "not-done",
    "on-hold",
    "stopped",
    "completed",
    "entered-in-error",
    "unknown",
)


def service_request(row: Any, resource_id: str, person: str) -> Resource:
    """A need for care."""
    made = {
        "resourceType": "ServiceRequest",
        "id": resource_id,
        "status": row.status if row.status in REQUEST_STATUSES else "unknown",
        "intent": "proposal",
        "priority": row.priority,
        "code": coded("referral", row.kind),
        "subject": reference(person),
        "authoredOn": moment(row.at),
    }
    return with_known(made, reasonCode=[coded("reason", code) for code in row.reasons])


def task(row: Any, resource_id: str, person: str, calls: Sequence[str]) -> Resource:
    """Something to do for the person, by when; calls: ids of the Encounters that it led to."""
    made = {
        "resourceType": "Task",
        "id": resource_id,
        "status": row.status,
        "intent": "order",
        "priority": row.priority,
        "code": coded("task", row.kind),
        "for": reference(person),
        "authoredOn": moment(row.created_at),
        "restriction": {"period": period(None, row.due_at)},
    }
    output = [{"type": coded("task-output", "call"), "valueReference": reference(call)} for call in calls]
    return with_known(
        made,
        statusReason=coded("status-reason", row.status_reason) if row.status_reason else None,
        businessStatus=coded("disposition", row.agreed) if row.agreed else None,
        reasonCode=coded("reason", row.reasons[0]) if row.reasons else None,
        lastModified=moment(row.closed_at or row.last_attempt_at),
        executionPeriod=period(row.created_at, row.closed_at) if row.closed_at else None,
        output=output,
    )


def referral_task(row: Any, resource_id: str, person: str, request: str) -> Resource:
    """A referral that was sent: the Task that carries out a ServiceRequest."""
    made = {
        "resourceType": "Task",
        "id": resource_id,
        "status": row.status,
        "intent": "order",
        "priority": row.priority,
        "code": coded("referral", row.kind),
        "focus": reference(request),
        "for": reference(person),
        "authoredOn": moment(row.sent_at),
    }
    return with_known(
        made,
        businessStatus=coded("referral-outcome", row.outcome) if row.outcome else None,
        lastModified=moment(row.ended_at or row.accepted_at),
        location={"identifier": {"system": f"{OURS}:ipress", "value": row.centre_code}} if row.centre_code else None,
        executionPeriod=period(row.sent_at, row.ended_at) if row.ended_at else None,
    )


def session(row: Any, resource_id: str, person: str) -> Resource:
    """A session of first aid by telephone; without its note."""
    made = {
        "resourceType": "Encounter",
        "id": resource_id,
        "status": "finished",
        "class": VIRTUAL,
        "type": [coded("encounter", "first_aid_session")],
        "subject": reference(person),
        "period": period(row.at, None),
    }
    minutes = {"value": row.minutes, "unit": "min", "system": "http://unitsofmeasure.org", "code": "min"}
    topics = [coded("topic", topic) for topic in row.topics]
    return with_known(made, reasonCode=topics, length=minutes if row.minutes else None)


def encounter(row: Any, resource_id: str, person: str) -> Resource:
    """A call that was made. One that was taken back is an error, not a call."""
    made = {
        "resourceType": "Encounter",
        "id": resource_id,
        "status": "entered-in-error" if row.undone_at else "finished",
        "class": VIRTUAL,
        "type": [coded("contact-result", row.contact_result)],
        "subject": reference(person),
        "period": period(row.started_at, row.at),
    }
    return with_known(made, reasonCode=[coded("disposition", row.disposition)] if row.disposition else None)


def message(row: Any, resource_id: str, person: str) -> Resource:
    """A message that the bot sent first, or did not; without its words."""
    made = {
        "resourceType": "Communication",
        "id": resource_id,
        "status": row.status if row.status in COMMUNICATION_STATUSES else "unknown",
        "category": [coded("message", row.kind)],
        "subject": reference(person),
    }
    return with_known(
        made,
        statusReason=coded("status-reason", row.status_reason) if row.status_reason else None,
        sent=moment(row.sent_at),
    )


def first_aid(row: Any, resource_id: str, person: str) -> Resource:
    """Psychological first aid given by the bot, as far as the person went."""
    made = {
        "resourceType": "Communication",
        "id": resource_id,
        "status": "completed" if row.completed_at else "stopped",
        "category": [coded("message", "first_aid")],
        "subject": reference(person),
        "topic": coded("first-aid", row.script),
        "sent": moment(row.started_at),
        "instantiatesUri": [f"{OURS}:first-aid:{row.script}|{row.version}"],
    }
    return with_known(made, received=moment(row.completed_at))
