"""From a card straight to the telephone or to WhatsApp: the number is on no page, and each look at it is recorded."""

from __future__ import annotations

import phonenumbers
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from console.permissions import Permission
from console.visit import StaffRoute, Visit, go, not_found
from followup import messages, worklist
from followup.worklist import TaskCard

WHATSAPP = "https://wa.me/"


def routes() -> list[BaseRoute]:
    """Only for those who may see numbers, and only for a case that they hold."""
    return [
        StaffRoute("/casos/{task}/llamar", call, Permission.VIEW_IDENTITY),
        StaffRoute("/casos/{task}/whatsapp", write, Permission.VIEW_IDENTITY),
    ]


def call(visit: Visit) -> Response:
    """The telephone opens with the number."""
    card, _ = _held(visit)
    number = _international(card)
    if card is None or number is None:
        return not_found(visit)
    return RedirectResponse(f"tel:+{number}", status_code=303)


def write(visit: Visit) -> Response:
    """WhatsApp opens with the number and no words: what is said there is the counselor's. Not where it is unsafe."""
    card, is_safe = _held(visit)
    number = _international(card)
    if card is None or number is None:
        return not_found(visit)
    return RedirectResponse(f"{WHATSAPP}{number}", status_code=303) if is_safe else go("/lista?aviso=not_to_write")


def _held(visit: Visit) -> tuple[TaskCard | None, bool]:
    """The visitor's own open case with its number, the look recorded; and whether the person may be written to."""
    task_id = visit.path["task"]
    with visit.site.database.read() as conn:
        card = worklist.card(conn, task_id, visit.now, viewer=visit.staff.id)
    if card is None or card.owner_id != visit.staff.id or card.closed_at is not None:
        return None, False
    with visit.site.database.begin() as conn:
        shown = worklist.card(conn, task_id, visit.now, viewer=visit.staff.id, view_pii=True)
        return shown, messages.safe_to_write(conn, card.patient_id)


def _international(card: TaskCard | None) -> str | None:
    """The digits of the number with its country's code."""
    if card is None or not card.phone:
        return None
    try:
        number = phonenumbers.parse(card.phone, "PE")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")
