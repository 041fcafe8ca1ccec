"""Where somebody of the team wants to be told of what cannot wait, and whether they are away."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.clockwords import LIMA, moment_words
from console.labels import labels
from console.permissions import Permission
from console.supervision import until_of
from console.visit import StaffRoute, Visit, go
from followup import attendance, staff_contacts, tasks
from followup.errors import StaffRefused
from followup.staff_contacts import EMAIL, TELEGRAM

PAGE = "/avisos"
FIELDS = {EMAIL: "correo", TELEGRAM: "telegram"}


def routes() -> list[BaseRoute]:
    """One's own page, for all who work with the list."""
    return [
        StaffRoute(PAGE, own_page, Permission.WORK_CASES),
        StaffRoute(PAGE, save_addresses, Permission.WORK_CASES, "POST"),
        StaffRoute(f"{PAGE}/ausencia", save_absence, Permission.WORK_CASES, "POST"),
    ]


def own_page(visit: Visit) -> Response:
    """What is kept now."""
    return _page(visit, None)


def save_addresses(visit: Visit) -> Response:
    """New addresses; an empty field takes one away."""
    try:
        with visit.site.database.begin() as conn:
            for kind, field in FIELDS.items():
                staff_contacts.set_contact(
                    conn, visit.staff.id, kind, visit.form.get(field, ""), visit.now, visit.staff.id
                )
    except StaffRefused as refused:
        return _page(visit, str(refused), 400)
    return go(f"{PAGE}?aviso=addresses_kept")


def save_absence(visit: Visit) -> Response:
    """Away until the end of the day or a moment; what the person holds passes to others at once."""
    try:
        until = until_of(visit)
    except ValueError:
        return _page(visit, "bad_time", 400)
    with visit.site.database.begin() as conn:
        attendance.set_away(conn, visit.staff.id, until, visit.now, visit.staff.id)
        tasks.pass_from_absent(conn, visit.now)
    return go(f"{PAGE}?aviso={'marked_away' if until else 'marked_back'}")


def _page(visit: Visit, refused: str | None, status_code: int = 200) -> Response:
    with visit.site.database.read() as conn:
        kept = staff_contacts.contacts(conn, [visit.staff.id]).get(visit.staff.id, {})
        until = attendance.away_until(conn, visit.staff.id, visit.now)
    typed = {field: visit.form.get(field, kept.get(kind, "")) for kind, field in FIELDS.items()}
    return visit.page(
        "own_notices.html",
        status_code,
        here="avisos",
        notice=labels()["notice"].get(visit.query.get("aviso", "")),
        refused=labels()["refused"].get(refused, labels()["refused"]["other"]) if refused else None,
        typed=typed,
        away=moment_words(until, visit.now) if until else None,
        earliest=visit.now.astimezone(LIMA).strftime("%Y-%m-%dT%H:%M"),
    )
