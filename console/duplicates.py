"""People who may be one: a supervisor compares them and joins them, or says that they are two."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.permissions import Permission
from console.rights_words import notice_words, refused_words, rights_words
from console.visit import StaffRoute, Visit, go
from followup import duplicates
from followup.merge import merge

PAGE = "/repetidas"


def routes() -> list[BaseRoute]:
    """For supervisors who may see names: comparing needs them."""
    needed = Permission.MERGE_PEOPLE
    return [StaffRoute(PAGE, pairs_page, needed), StaffRoute(PAGE, decide, needed, "POST")]


def pairs_page(visit: Visit) -> Response:
    """The pairs that nobody has decided on."""
    return _page(visit)


def decide(visit: Visit) -> Response:
    """One person, or two. Joining needs a tick of its own, as it cannot be undone."""
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


def _page(visit: Visit, status_code: int = 200, refused: str | None = None) -> Response:
    with visit.site.database.begin() as conn:
        found = duplicates.pairs(conn, visit.now, visit.staff.id)
    return visit.page(
        "duplicates.html",
        status_code,
        here="supervision",
        pairs=found,
        same=rights_words()["same"],
        districts=visit.site.districts,
        notice=notice_words(visit.query.get("aviso", "")),
        refused=refused_words(refused) if refused else None,
    )
