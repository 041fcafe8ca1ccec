"""The small pieces that resources are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

OURS = "urn:uyariq"
Resource = dict[str, Any]


def reference(resource_id: str) -> Resource:
    """To a resource of the same bundle."""
    return {"reference": f"urn:uuid:{resource_id}"}


def coded(system: str, code: str, text: str | None = None) -> Resource:
    """A concept of a code list of ours."""
    return concept(f"{OURS}:{system}", code, text)


def concept(system: str, code: str, text: str | None = None) -> Resource:
    """A CodeableConcept with one code."""
    return with_known({"coding": [{"system": system, "code": code}]}, text=text)


def moment(at: datetime | None) -> str | None:
    """A FHIR dateTime or instant."""
    return at.isoformat(timespec="seconds") if at else None


def period(start: datetime | None, end: datetime | None) -> Resource | None:
    """A Period, or None when neither end is known."""
    return with_known({}, start=moment(start), end=moment(end)) or None


def with_known(resource: Resource, **more: Any) -> Resource:
    """The resource with those of the elements that have a value; FHIR has no empty ones."""
    return resource | {name: value for name, value in more.items() if value not in (None, [], {}, "")}
