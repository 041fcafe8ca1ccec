"""Values for the {fields} of a text: services by kind, country, language and hour; due times; results in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from screening.definitions import Library, Service
from screening.texts import fields_of, service_text

# Peru has had one time zone and no summer time since 1994.
LIMA = timezone(timedelta(hours=-5))
SERVICE_FIELDS = {
    "crisis_call": "crisis_call",
    "crisis_write": "crisis_write",
    "violence_line": "violence",
    "medical_line": "medical",
    "child_line": "child",
    "police_line": "police",
    "fire_line": "fire",
    "health_centre": "health_centre",
}
DATE_FIELDS = ("callback_due", "rescreen_due")
FIELDS = (*SERVICE_FIELDS, *DATE_FIELDS)
# Where a line is closed at this hour, or none is known, the person gets one that answers.
INSTEAD = {"child": "violence", "police": "crisis_call", "fire": "medical", "violence": "crisis_call"}
LAST = "crisis_call"
# A place to write to in a crisis that may not answer is worse than none: no stand-in, and nothing unverified.
ONLY_VERIFIED = ("crisis_write",)
COUNTRY = "PE"


def fill(text: str, library: Library, facts: Mapping[str, Any], language: str, now: datetime) -> dict[str, Any] | None:
    """Values for every field of the text; None when one is not known, so that the text cannot be said."""
    found: dict[str, Any] = {}
    for name in fields_of(text):
        value = _value(name, library, facts, language, now)
        if value is None:
            return None
        found[name] = value
    return found


def _value(name: str, library: Library, facts: Mapping[str, Any], language: str, now: datetime) -> Any:
    if name in SERVICE_FIELDS:
        service = choose_service(library.services, SERVICE_FIELDS[name], language, now)
        return {"text": [f"services.{service.id}", service_text(service)]} if service else None
    if name in DATE_FIELDS:
        return {"datetime": facts[name]} if facts.get(name) else None
    return None


def choose_service(services: tuple[Service, ...], kind: str, language: str, now: datetime) -> Service | None:
    """The service of the kind that can help now, verified and in the person's language where there is one.

    A line that is closed at this hour is never given: another kind stands in. A health centre is a place to go to and
    is named at any hour.
    """
    if kind in ONLY_VERIFIED:
        sure = [one for one in services if one.kind == kind and one.status == "SEEN" and _able(one, now)]
        return next((one for one in sure if _speaks(one, language)), next(iter(sure), None))
    tried: set[str] = set()
    while kind not in tried:
        tried.add(kind)
        able = [one for one in _trusted(services, kind) if _able(one, now)]
        if able:
            return min(able, key=lambda one: not _speaks(one, language))
        kind = INSTEAD.get(kind, LAST)
    return None


def _trusted(services: tuple[Service, ...], kind: str) -> list[Service]:
    """Services of the kind that a source confirms; those only heard of, when no source confirms any."""
    known = [one for one in services if one.kind == kind and one.country == COUNTRY]
    return [one for one in known if one.status == "SEEN"] or known


def _able(service: Service, now: datetime) -> bool:
    return service.kind == "health_centre" or is_open(service, now)


def _speaks(service: Service, language: str) -> bool:
    return not service.languages or language in service.languages


def is_open(service: Service, now: datetime) -> bool:
    """Whether the service answers at this moment, in Lima's time."""
    local = now.astimezone(LIMA)
    return not service.hours or any(
        local.weekday() in one.days and one.start <= local.time() < one.end for one in service.hours
    )
