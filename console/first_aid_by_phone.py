"""Sessions of first aid by telephone: what was given so far, and the form for the one that was given now."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.cases import short_name
from console.labels import labels
from console.permissions import Permission
from console.typed_time import local_minute, typed_moment
from console.visit import StaffRoute, Visit, go, not_found
from followup import first_aid_sessions, worklist
from followup.by_phone_rules import by_phone_rules
from followup.errors import TaskRefused
from followup.first_aid_sessions import NewSession

NOTE_LIMIT = 4000
TOPIC = "tema_"


def routes() -> list[BaseRoute]:
    """The page and its form."""
    return [
        StaffRoute("/personas/{patient}/sesiones", sessions_page, Permission.WORK_CASES),
        StaffRoute("/personas/{patient}/sesiones", record, Permission.WORK_CASES, "POST"),
    ]


def sessions_page(visit: Visit) -> Response:
    """The sessions so far; notes only for those with the right."""
    return _page(visit)


def _page(visit: Visit, refused: str | None = None, status_code: int = 200) -> Response:
    sees = visit.may(Permission.VIEW_IDENTITY)
    patient_id = visit.path["patient"]
    with visit.site.database.begin() as conn:
        page = worklist.person(conn, patient_id, visit.now, viewer=visit.staff.id, view_pii=sees, reason="first_aid")
    if page is None:
        return not_found(visit)
    rules = by_phone_rules(visit.site.database.rules)
    refusals = labels()["refused"]
    return visit.page(
        "sessions.html",
        status_code,
        here="lista",
        who=page.name or short_name(page.patient_id),
        patient_id=patient_id,
        task=visit.query.get("caso") or visit.form.get("caso", ""),
        given=page.sessions,
        rules=rules,
        number=len(page.sessions) + 1,
        helped=first_aid_sessions.HELPED,
        typed=visit.form,
        topic=TOPIC,
        saved=visit.query.get("aviso") == "guardada",
        earliest=local_minute(visit.now),
        latest=local_minute(visit.now + rules.next_within),
        refused=None if refused is None else refusals.get(refused, refusals["other"]),
    )


def record(visit: Visit) -> Response:
    """Keep the session that was given."""
    patient_id = visit.path["patient"]
    try:
        with visit.site.database.begin() as conn:
            if worklist.person(conn, patient_id, visit.now, viewer=visit.staff.id, reason="first_aid") is None:
                return not_found(visit)
            task_id = visit.form.get("caso") or None
            first_aid_sessions.record(conn, patient_id, visit.staff.id, _typed(visit), visit.now, task_id)
    except TaskRefused as refusal:
        return _page(visit, refusal.reason, 400)
    task = visit.form.get("caso")
    return go(f"/personas/{patient_id}/sesiones?aviso=guardada" + (f"&caso={task}" if task else ""))


def _typed(visit: Visit) -> NewSession:
    form = visit.form
    minutes = form.get("minutos", "")
    return NewSession(
        minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 4 else None,
        topics=tuple(name.removeprefix(TOPIC) for name in form if name.startswith(TOPIC)),
        helped=form.get("ayudo") or None,
        next_at=typed_moment(form.get("proxima", "")),
        note=form.get("nota", "").strip()[:NOTE_LIMIT],
    )
