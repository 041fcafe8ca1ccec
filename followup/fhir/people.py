"""The person, their consents and their risks, as Patient, Consent and Flag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from followup.fhir.parts import OURS, Resource, coded, concept, moment, period, reference, with_known

GENDERS = {"female": "female", "male": "male", "other": "other", "undisclosed": "unknown"}
BCP_47 = "urn:ietf:bcp:47"
SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
FLAG_CATEGORY = "http://terminology.hl7.org/CodeSystem/flag-category"


def patient(row: Any, resource_id: str, identity: Mapping[str, str]) -> Resource:
    """What the person said of themselves; names and phones only when the exporter may have them (identity)."""
    made = {
        "resourceType": "Patient",
        "id": resource_id,
        "identifier": [{"system": f"{OURS}:person", "value": resource_id}],
        "active": True,
        "communication": [{"language": concept(BCP_47, row.variety or row.language), "preferred": True}],
    }
    return with_known(
        made,
        gender=GENDERS.get(row.sex),
        extension=_age(row),
        address=_address(row.district),
        name=[{"text": identity["name"]}] if identity.get("name") else None,
        telecom=[{"system": "phone", "value": identity["phone"]}] if identity.get("phone") else None,
        contact=_guardian(identity),
    )


def consent(row: Any, resource_id: str, person: str) -> Resource:
    """What the person agreed to, or refused, and to which text."""
    scope = "patient-privacy" if row.kind == "screening" else "treatment"
    made = {
        "resourceType": "Consent",
        "id": resource_id,
        "status": row.status,
        "scope": concept(SCOPE, scope),
        "category": [coded("consent", row.kind)],
        "patient": reference(person),
        "dateTime": moment(row.at),
        "policyRule": {"text": row.version},
    }
    return with_known(made, provision=with_known({"type": "permit"}, period=period(row.at, row.ended_at)))


def flag(row: Any, resource_id: str, person: str) -> Resource:
    """A risk that was seen. How it was noticed is in the category, never the words."""
    made = {
        "resourceType": "Flag",
        "id": resource_id,
        "status": row.status,
        "category": [concept(FLAG_CATEGORY, "safety"), coded("risk-level", row.level)],
        "code": coded("risk", row.code),
        "subject": reference(person),
    }
    return with_known(made, period=period(row.at, row.ended_at))


def _age(row: Any) -> list[Resource] | None:
    # A birth date is not asked, so none is made up.
    return [{"url": f"{OURS}:age", "valueInteger": row.age}] if row.age is not None else None


def _address(ubigeo: str | None) -> list[Resource] | None:
    if ubigeo is None:
        return None
    return [{"extension": [{"url": f"{OURS}:ubigeo", "valueCode": ubigeo}], "country": "PE"}]


def _guardian(identity: Mapping[str, str]) -> list[Resource] | None:
    phone, name = identity.get("guardian_phone"), identity.get("guardian_name")
    if not phone and not name:
        return None
    telecom = [{"system": "phone", "value": phone}] if phone else None
    made = {"relationship": [coded("contact", "guardian")]}
    return [with_known(made, name={"text": name} if name else None, telecom=telecom)]
