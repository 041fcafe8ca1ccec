"""Names opened in an emergency by somebody who may not see them, and the supervisor's review of it."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.permissions import Permission
from console.person import show
from console.rights_words import notice_words, refused_words, rights_words
from console.visit import StaffRoute, Visit, go, not_found
from followup import audit, break_glass
from followup.errors import StaffRefused

PAGE = "/aperturas"


def routes() -> list[BaseRoute]:
    """Opening is for those who work cases; reviewing for supervisors."""
    return [
        StaffRoute("/personas/{patient}/abrir", open_names, Permission.WORK_CASES, "POST"),
        StaffRoute(PAGE, openings_page, Permission.SUPERVISE),
        StaffRoute(f"{PAGE}/{{opening}}", review, Permission.SUPERVISE, "POST"),
    ]


def open_names(visit: Visit) -> Response:
    """Name and phone of this one person for some hours; the reason is kept and reviewed."""
    patient_id = visit.path["patient"]
    if visit.may(Permission.VIEW_IDENTITY):
        return not_found(visit)
    task_id = visit.form.get("caso") or None
    try:
        with visit.site.database.begin() as conn:
            until = break_glass.open_names(conn, patient_id, visit.staff.id, visit.form.get("motivo", ""), visit.now)
    except StaffRefused:
        return show(visit, patient_id, task_id, refused="reason_short", status_code=400)
    if until is None:
        return not_found(visit)
    return go(f"/personas/{patient_id}?caso={task_id}" if task_id else f"/personas/{patient_id}")


def openings_page(visit: Visit) -> Response:
    """What waits for review with its reasons, and what was reviewed. Reading the reasons is recorded."""
    return _page(visit)


def review(visit: Visit) -> Response:
    """Whether it was justified; what is not says why. Nobody reviews their own."""
    verdict, note = visit.form.get("veredicto", ""), visit.form.get("nota", "")[:1000]
    try:
        with visit.site.database.begin() as conn:
            done = break_glass.review(conn, visit.path["opening"], verdict, note, visit.now, visit.staff.id)
    except StaffRefused as refused:
        return _page(visit, 400, str(refused))
    return go(f"{PAGE}?aviso=reviewed") if done else not_found(visit)


def _page(visit: Visit, status_code: int = 200, refused: str | None = None) -> Response:
    with visit.site.database.begin() as conn:
        waiting = break_glass.openings(conn, reviewed=False)
        done = break_glass.openings(conn, reviewed=True, limit=30)
        detail = {"count": len(waiting) + len(done)}
        audit.record(
            conn,
            visit.now,
            audit.READ,
            "break_glass.read",
            "Patient",
            None,
            practitioner_id=visit.staff.id,
            detail=detail,
        )
    return visit.page(
        "openings.html",
        status_code,
        here="supervision",
        waiting=waiting,
        done=done,
        verdicts=rights_words()["verdict"],
        notice=notice_words(visit.query.get("aviso", "")),
        refused=refused_words(refused) if refused else None,
    )
