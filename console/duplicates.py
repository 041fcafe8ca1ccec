"""People who may be one: a supervisor compares them and joins them, says that they are two, or takes a joining back."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.cases import short_name
from console.permissions import Permission
from console.rights_words import notice_words, refused_words, rights_words
from console.visit import StaffRoute, Visit, go
from followup import duplicates, unmerge
from followup.errors import MergeStands
from followup.merge import merge

PAGE = "/repetidas"


def routes() -> list[BaseRoute]:
    """For supervisors who may see names: comparing needs them."""
    needed = Permission.MERGE_PEOPLE
    return [
        StaffRoute(PAGE, pairs_page, needed),
        StaffRoute(PAGE, decide, needed, "POST"),
        StaffRoute(f"{PAGE}/deshacer", take_back, needed, "POST"),
    ]


def pairs_page(visit: Visit) -> Response:
    """The pairs that nobody has decided on."""
    return _page(visit)


def decide(visit: Visit) -> Response:
    """One person, or two. Joining needs a tick of its own, as it can be undone for a short time only."""
    kept, gone = visit.form.get("queda", ""), visit.form.get("otra", "")
    joins = visit.form.get("decision") == "juntar"
    if joins and visit.form.get("comparadas") != "1":
        return _page(visit, 400, "not_confirmed")
    with visit.site.database.begin() as conn:
        if not duplicates.pair_of(conn, kept, gone):
            return go(f"{PAGE}?aviso=pair_gone")
        if joins:
            merge(conn, gone, kept, visit.now, practitioner_id=visit.staff.id)
        else:
            duplicates.tell_apart(conn, kept, gone, visit.now, visit.staff.id)
    return go(f"{PAGE}?aviso={'merged' if joins else 'told_apart'}")


def take_back(visit: Visit) -> Response:
    """Two people again, all of it as before they were joined; where that cannot be, why."""
    try:
        with visit.site.database.begin() as conn:
            unmerge.undo(conn, visit.form.get("junta", ""), visit.now, visit.staff.id)
    except MergeStands as stands:
        return _page(visit, 409, stands.reason)
    return go(f"{PAGE}?aviso=unmerged")


def _page(visit: Visit, status_code: int = 200, refused: str | None = None) -> Response:
    with visit.site.database.begin() as conn:
        found = duplicates.pairs(conn, visit.now, visit.staff.id)
        joined, allowed = unmerge.recent(conn, visit.now), unmerge.time_to_undo(conn)
    return visit.page(
        "duplicates.html",
        status_code,
        here="supervision",
        pairs=found,
        joined=[(one, short_name(one.kept_id), one.refused and refused_words(one.refused)) for one in joined],
        days=None if allowed is None else allowed.days,
        same=rights_words()["same"],
        districts=visit.site.districts,
        notice=notice_words(visit.query.get("aviso", "")),
        refused=refused_words(refused) if refused else None,
    )
