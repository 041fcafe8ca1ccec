"""A note on a case without a call: kept unreadable in the database, shown to those who may see names."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.permissions import Permission
from console.visit import StaffRoute, Visit, go, not_found
from followup import audit, worklist
from followup.errors import TaskRefused
from followup.tasks.history import lock_open, note

NOTE_LIMIT = 4000
NOTED = "noted"


def routes() -> list[BaseRoute]:
    """One form."""
    return [StaffRoute("/casos/{task}/nota", add_note, Permission.WORK_CASES, "POST")]


def add_note(visit: Visit) -> Response:
    """Keep the note with the case."""
    text = visit.form.get("nota", "").strip()[:NOTE_LIMIT]
    with visit.site.database.begin() as conn:
        card = worklist.card(conn, visit.path["task"], visit.now, viewer=visit.staff.id)
        if card is None:
            return not_found(visit)
        try:
            row = lock_open(conn, card.id)
        except TaskRefused:
            return not_found(visit)
        if text:
            note(conn, card.id, NOTED, row.status, visit.now, actor_id=visit.staff.id, text=text)
            audit.record(conn, visit.now, audit.CREATE, "note", "Task", card.id, practitioner_id=visit.staff.id)
    return go(f"/personas/{card.patient_id}?caso={card.id}")
