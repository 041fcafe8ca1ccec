"""The visits of a day: planned by district, and a page to print for the community health worker, without any reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.cases import district_words, hours_words, language_words, short_name
from console.clockwords import LIMA, day_words, moment_words
from console.labels import label, labels
from console.permissions import Permission
from console.staff_language import told
from console.visit import StaffRoute, Visit
from followup import visits
from followup.health_centres import rules_of

CASES, IDENTITY = Permission.WORK_CASES, Permission.VIEW_IDENTITY
VISIT_KIND = "health_worker_visit"


def routes() -> list[BaseRoute]:
    """Addresses of the visits."""
    return [
        StaffRoute("/visitas", day_page, CASES),
        StaffRoute("/visitas/lista", printable, IDENTITY, "POST"),
    ]


@dataclass(frozen=True)
class VisitWords:
    """One visit as it is read. warnings: what must not be overlooked at the door. overdue: left over from before."""

    one: visits.Visit
    who: str
    about: tuple[str, ...]
    overdue: bool
    warnings: tuple[str, ...]
    hours: str


def day_page(visit: Visit) -> Response:
    """The visits of the day without names, and those that still need a day."""
    day, district, visitor = _asked(visit.query, visit)
    with visit.site.database.read() as conn:
        found = visits.of_day(conn, day, visit.now, viewer=visit.staff.id, district=district, visitor=visitor)
        waiting = visits.unplanned(conn)
        everybody = visits.visitors(conn)
    return visit.page(
        "visits.html",
        here="derivaciones",
        day=day.isoformat(),
        district=district or "",
        visitor=visitor or "",
        visitors=everybody,
        groups=_groups(found, day, visit),
        districts=_districts_of(found, district, visit),
        unplanned=[
            {
                "one": one,
                "who": short_name(one.patient_id),
                "place": district_words(one.district, visit.site.districts),
                "due": moment_words(one.due_at, visit.now),
                "late": one.due_at < visit.now,
            }
            for one in waiting
        ],
        kind=VISIT_KIND,
        may_print=visit.may(IDENTITY),
    )


def printable(visit: Visit) -> Response:
    """The paper of the day: who, where, how to be careful, and room for what happened. Each name on it is recorded."""
    day, district, visitor = _asked(visit.form, visit)
    with visit.site.database.begin() as conn:
        found = visits.of_day(
            conn, day, visit.now, viewer=visit.staff.id, district=district, visitor=visitor, view_pii=True
        )
        outcomes = [
            one.label for one in rules_of(conn).outcomes_of(VISIT_KIND) if one.status in ("completed", "failed")
        ]
    safe = [one for one in found if not one.blocked]
    return visit.page(
        "visits_print.html",
        day=day_words(visit.now.astimezone(LIMA).replace(year=day.year, month=day.month, day=day.day), visit.now),
        day_code=day.isoformat(),
        visitor=visitor or "",
        groups=_groups(safe, day, visit),
        left_out=len(found) - len(safe),
        count=len(safe),
        outcomes=outcomes,
        programme=visit.site.settings.programme,
        contact=visit.site.settings.programme_contact,
        emergency=visit.site.hotline("medical", "es").words,
    )


def _asked(given: Mapping[str, str], visit: Visit) -> tuple[date, str | None, str | None]:
    """Day, district and visitor that were asked for; today where the day is not understood."""
    try:
        day = date.fromisoformat(given.get("fecha", ""))
    except ValueError:
        day = visit.now.astimezone(LIMA).date()
    return day, given.get("distrito") or None, given.get("agente") or None


def _groups(found: list[visits.Visit], day: date, visit: Visit) -> list[tuple[str, list[VisitWords]]]:
    """The visits by district, in the order of the place codes: neighbours stand together."""
    return [
        (district_words(ubigeo, visit.site.districts) or told("Sin distrito"), [_words(one, day) for one in group])
        for ubigeo, group in groupby(found, key=lambda one: one.district)
    ]


def _districts_of(found: list[visits.Visit], chosen: str | None, visit: Visit) -> list[tuple[str, str]]:
    codes = dict.fromkeys([*(one.district for one in found if one.district), *([chosen] if chosen else [])])
    return [(code, district_words(code, visit.site.districts) or code) for code in codes]


def _words(one: visits.Visit, day: date) -> VisitWords:
    about = (
        language_words(one.language, one.variety),
        told("{age} años", age=one.age) if one.age is not None else "",
        label(one.sex, "sex") if one.sex != "undisclosed" else "",
    )
    return VisitWords(
        one=one,
        who=one.name or one.guardian_name or short_name(one.patient_id),
        about=tuple(filter(None, about)),
        overdue=one.planned_on < day,
        warnings=_warnings(one.contact),
        hours=_hours(one),
    )


def _warnings(contact: Mapping[str, str]) -> tuple[str, ...]:
    """What the person said about contact; only what must be minded, and never why."""
    said: Mapping[str, Any] = labels()["contact"]
    lines = (said.get(field, {}).get(value) for field, value in contact.items() if field != "visit")
    return tuple(str(line["text"]) for line in lines if line and line.get("strong"))


def _hours(one: visits.Visit) -> str:
    understood = hours_words(one.contact["hours"], "visit_hours") if one.contact.get("hours") else ""
    said = label("hours_said", "contact_words").format(hours=one.contact_hours) if one.contact_hours else ""
    return " · ".join(filter(None, (understood, said)))
