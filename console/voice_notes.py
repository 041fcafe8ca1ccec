"""Voice notes that people agreed to have listened to: hear, write down, and raise the alarm."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute

from console.labels import labels
from console.permissions import Permission
from console.visit import StaffRoute, Visit, go, not_found
from followup import voice_notes
from followup.voice_notes import EMPTY, RESULTS, URGENT

NOTE, RESULT, TEXT = "nota", "resultado", "texto"
LONGEST = 4000
OGG = "audio/ogg"


def routes() -> list[BaseRoute]:
    """The list, the sound of one, and what came of it. Whoever works cases may listen; names are not shown here."""
    needs = Permission.WORK_CASES
    return [
        StaffRoute("/voz", listening, needs),
        StaffRoute("/voz/sonido", sound, needs),
        StaffRoute("/voz/resultado", finish, needs, "POST"),
    ]


def listening(visit: Visit) -> Response:
    """What waits to be heard, the oldest first."""
    return _page(visit, labels()["notice"].get(visit.query.get("aviso", "")))


def sound(visit: Visit) -> Response:
    """One voice note, for a player on the page; each time is recorded."""
    with visit.site.database.begin() as conn:
        found = voice_notes.sound(conn, visit.query.get(NOTE, ""), visit.staff.id, visit.now)
    return not_found(visit) if found is None else Response(found, media_type=OGG)


def finish(visit: Visit) -> Response:
    """Keep what came of it. What was said is needed, unless there was nothing in it."""
    result, text = visit.form.get(RESULT, ""), visit.form.get(TEXT, "")[:LONGEST]
    if result not in RESULTS:
        return _page(visit, labels()["notice"]["choose_result"])
    if result != EMPTY and not text.strip():
        return _page(visit, labels()["notice"]["write_what_was_said"])
    with visit.site.database.begin() as conn:
        whose = voice_notes.finish(conn, visit.form.get(NOTE, ""), visit.staff.id, result, text, visit.now)
    if whose is None:
        return go("/voz?aviso=voice_taken")
    return go(f"/personas/{whose}" if result == URGENT else "/voz?aviso=voice_done")


def _page(visit: Visit, notice: str | None) -> Response:
    with visit.site.database.read() as conn:
        notes = voice_notes.waiting(conn)
        left = voice_notes.count_waiting(conn)
    again = visit.form.get(NOTE, "")
    return visit.page(
        "voice.html",
        here="voz",
        notice=notice,
        notes=notes,
        left=left,
        results=RESULTS,
        written={again: visit.form.get(TEXT, "")[:LONGEST]},
        longest=LONGEST,
    )
