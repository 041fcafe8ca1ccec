"""Views of the list that somebody keeps under a name, alone or for the team."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.permissions import Permission
from console.view import clean_query
from console.visit import StaffRoute, Visit, go, not_found
from followup import saved_lists
from followup.errors import StaffRefused


def routes() -> list[BaseRoute]:
    """For all who work with the list."""
    return [
        StaffRoute("/lista/guardados", keep, Permission.WORK_CASES, "POST"),
        StaffRoute("/lista/guardados/quitar", drop, Permission.WORK_CASES, "POST"),
    ]


def keep(visit: Visit) -> Response:
    """Keep the view that the page showed; one of the same name is replaced."""
    query = clean_query(visit.form.get("vista", ""), visit.site.districts)
    shared = visit.form.get("compartir") == "1"
    try:
        with visit.site.database.begin() as conn:
            saved_lists.keep(conn, visit.staff.id, visit.form.get("nombre", ""), query, shared, visit.now)
    except StaffRefused as refused:
        return _back(query, str(refused))
    return _back(query, "view_kept")


def drop(visit: Visit) -> Response:
    """Take a view away: one's own; a supervisor also one that is shared."""
    supervises = visit.may(Permission.SUPERVISE)
    with visit.site.database.begin() as conn:
        dropped = saved_lists.drop(conn, visit.form.get("guardado", ""), visit.staff.id, supervises)
    return go("/lista?aviso=view_dropped") if dropped else not_found(visit)


def _back(query: str, notice: str) -> Response:
    return go(f"/lista?{query}&aviso={notice}" if query else f"/lista?aviso={notice}")
