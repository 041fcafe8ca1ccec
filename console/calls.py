"""What a counselor does with a case: take it, record the call, take the result back, close it, confirm a closing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone

from starlette.responses import Response

from console import person
from console.clockwords import LIMA
from console.visit import Visit, go, not_found
from followup import tasks, worklist
from followup.errors import TaskRefused
from followup.tasks import CallResult, safe_contact
from followup.worklist import TaskCard

NOTE_LIMIT = 4000


def take(visit: Visit) -> Response:
    """Take the case and go to the person, to call at once; if somebody was quicker, back to the list."""
    card = _card(visit)
    if card is None:
        return not_found(visit)
    with visit.site.database.begin() as conn:
        taken = tasks.claim(conn, card.id, visit.staff.id, visit.now)
    return go(_address(card)) if taken else go("/lista?aviso=taken")


def give_back(visit: Visit) -> Response:
    """The case is free again."""
    return _change(visit, lambda conn, task_id: tasks.release(conn, task_id, visit.staff.id, visit.now), "released")


def record_result(visit: Visit) -> Response:
    """Keep the result of the call; then show what follows and the next case."""
    card = _card(visit)
    if card is None:
        return not_found(visit)
    try:
        result = _call_result(visit)
        with visit.site.database.begin() as conn:
            outcome = tasks.record_call(conn, card.id, visit.staff.id, result, visit.now)
    except TaskRefused as refused:
        return _form_again(visit, card, refused.reason)
    return go(f"/lista/siguiente?hecho={outcome.attempt_id}&caso={card.id}")


def take_back(visit: Visit) -> Response:
    """Undo the last result, within its seconds; the case is as it was."""
    with visit.site.database.begin() as conn:
        undone = tasks.undo(conn, visit.path["attempt"], visit.staff.id, visit.now)
        card = worklist.card(conn, visit.form.get("caso", ""), visit.now, viewer=visit.staff.id)
    if not undone:
        return go("/lista?aviso=too_late")
    return go(_address(card)) if card else go("/lista?aviso=undone")


def finish(visit: Visit) -> Response:
    """Close the case without a call."""
    card = _card(visit)
    if card is None:
        return not_found(visit)
    try:
        with visit.site.database.begin() as conn:
            ending, note = visit.form.get("disposicion", ""), _note(visit)
            closed = tasks.complete(conn, card.id, visit.staff.id, visit.now, ending, note)
    except TaskRefused as refused:
        return _form_again(visit, card, refused.reason)
    return go("/lista?aviso=finished" if closed else "/lista?aviso=waits")


def open_again(visit: Visit) -> Response:
    """A closed case goes back on the list."""
    return _change(visit, lambda conn, task_id: tasks.reopen(conn, task_id, visit.staff.id, visit.now), "reopened")


def confirm(visit: Visit) -> Response:
    """A second person agrees to a closing, or sends the case back to the list."""
    agreed = visit.form.get("decision") == "si"
    decide = tasks.confirm_closing if agreed else tasks.refuse_closing
    notice = "confirmed" if agreed else "not_confirmed"
    return _change(visit, lambda conn, task_id: decide(conn, task_id, visit.staff.id, visit.now, _note(visit)), notice)


def _change(visit: Visit, change: Callable[..., object], notice: str) -> Response:
    card = _card(visit)
    if card is None:
        return not_found(visit)
    try:
        with visit.site.database.begin() as conn:
            change(conn, card.id)
    except TaskRefused as refused:
        return _form_again(visit, card, refused.reason)
    return go(f"/lista?aviso={notice}")


def _card(visit: Visit) -> TaskCard | None:
    with visit.site.database.read() as conn:
        return worklist.card(conn, visit.path["task"], visit.now, viewer=visit.staff.id)


def _address(card: TaskCard) -> str:
    return f"/personas/{card.patient_id}?caso={card.id}"


def _form_again(visit: Visit, card: TaskCard, reason: str) -> Response:
    """The person's page again, with what was typed and why it was not accepted."""
    return person.show(visit, patient_id=card.patient_id, task_id=card.id, refused=reason, status_code=400)


def _call_result(visit: Visit) -> CallResult:
    form = visit.form
    return CallResult(
        contact_result=form.get("de_un_toque") or form.get("contacto", ""),
        disposition=form.get("disposicion") or None,
        next_at=_next_at(form.get("proxima", ""), visit.now),
        referral=form.get("derivacion") or None,
        note=_note(visit),
        language=form.get("idioma_oido") or None,
        safe_contact=_safe_contact(form),
    )


def _safe_contact(form: Mapping[str, str]) -> dict[str, str] | None:
    """What the person now said about being called; empty when all is as before, None when it was not asked."""
    asked = form.get("seguro")
    if asked not in ("igual", "cambio"):
        return None
    if asked == "igual":
        return {}
    found = {name: form[f"seguro_{name}"] for name in safe_contact.FIELDS if form.get(f"seguro_{name}")}
    hours = form.get("seguro_horas", "").strip()
    return found | ({safe_contact.HOURS: hours} if hours else {})


def _note(visit: Visit) -> str:
    return visit.form.get("nota", "").strip()[:NOTE_LIMIT]


def _next_at(typed: str, now: datetime) -> datetime | None:
    """The moment that was agreed with the person, as the clock in Peru shows it."""
    if not typed:
        return None
    try:
        moment = datetime.fromisoformat(typed).replace(tzinfo=LIMA).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise TaskRefused("bad_time") from None
    if moment <= now:
        raise TaskRefused("past_time")
    return moment
