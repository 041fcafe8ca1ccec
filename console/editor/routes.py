"""All addresses of the editor; each needs the right to change rules."""

from __future__ import annotations

from starlette.routing import BaseRoute

from console.editor import (
    draft_page,
    drawing_page,
    history_page,
    list_page,
    pieces_page,
    rehearsal_page,
    review_page,
    sentences_page,
    try_page,
)
from console.editor.big_form import BigFormRoute
from console.permissions import Permission
from console.visit import StaffRoute

DRAFT = "/editor/borradores/{draft}"


def routes() -> list[BaseRoute]:
    """List, drafts, trial, drawing, review, history."""
    edit = Permission.EDIT_RULES
    return [
        StaffRoute("/editor", list_page.list_page, edit),
        StaffRoute("/editor/archivo", history_page.file_page, edit),
        StaffRoute("/editor/archivo/volver", history_page.go_back, edit, "POST"),
        StaffRoute("/editor/borradores", draft_page.open_new, edit, "POST"),
        StaffRoute(DRAFT, draft_page.draft_page, edit),
        BigFormRoute(DRAFT, draft_page.save, edit, "POST"),
        BigFormRoute(f"{DRAFT}/revision", draft_page.check, edit, "POST"),
        BigFormRoute(f"{DRAFT}/partes", pieces_page.change, edit, "POST"),
        StaffRoute(f"{DRAFT}/prueba", try_page.try_page, edit),
        StaffRoute(f"{DRAFT}/prueba", try_page.go_on, edit, "POST"),
        StaffRoute(f"{DRAFT}/frases", sentences_page.try_sentences, edit, "POST"),
        StaffRoute(f"{DRAFT}/dibujo", drawing_page.drawing_page, edit),
        StaffRoute(f"{DRAFT}/ensayo", rehearsal_page.rehearsal_page, edit),
        StaffRoute(f"{DRAFT}/ensayo", rehearsal_page.run_rehearsal, edit, "POST"),
        StaffRoute(f"{DRAFT}/cambios", review_page.review_page, edit),
        StaffRoute(f"{DRAFT}/enviar", review_page.send, edit, "POST"),
        StaffRoute(f"{DRAFT}/decidir", review_page.decide, edit, "POST"),
        StaffRoute(f"{DRAFT}/publicar", review_page.publish, edit, "POST"),
        StaffRoute(f"{DRAFT}/dejar", review_page.drop, edit, "POST"),
    ]
