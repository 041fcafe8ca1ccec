"""Sending a person to care: the form, the letter, and the steps until somebody knows how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timezone
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import letters, paper
from console.cases import district_words, reasons_words, short_name
from console.clockwords import LIMA, moment_words
from console.permissions import Permission
from console.referral_words import word, words
from console.staff_language import told
from console.story import head_words
from console.visit import StaffRoute, Visit, go, not_found
from followup import audit, health_centres, referral_list, referrals, worklist
from followup.errors import ReferralRefused
from followup.health_centres import rules_of
from followup.messages import blocked
from followup.person import PersonPage
from followup.referral_list import Need, ReferralView
from followup.referral_rules import CENTRE, DANGER, VISIT, ReferralKind, ReferralRules
from followup.referrals import NewReferral
from followup.ruleset import PRIORITIES

CASES, IDENTITY = Permission.WORK_CASES, Permission.VIEW_IDENTITY
NEAREST, NEAREST_ALL = 6, 40
NOTE_LIMIT = 1000
_REASON = "motivo-"
_ADULT = 18


def routes() -> list[BaseRoute]:
    """Addresses of the referrals."""
    return [
        StaffRoute("/derivaciones", open_page, CASES),
        StaffRoute("/personas/{patient}/derivar", form_page, CASES),
        StaffRoute("/personas/{patient}/derivar", send, CASES, "POST"),
        StaffRoute("/derivaciones/{referral}/aceptada", accept, CASES, "POST"),
        StaffRoute("/derivaciones/{referral}/dia", plan, CASES, "POST"),
        StaffRoute("/derivaciones/{referral}/sigue", still_waiting, CASES, "POST"),
        StaffRoute("/derivaciones/{referral}/resultado", end, CASES, "POST"),
        StaffRoute("/derivaciones/{referral}/reabrir", reopen, CASES, "POST"),
        StaffRoute("/derivaciones/{referral}/carta", print_letter, IDENTITY, "POST"),
        StaffRoute("/derivaciones/{referral}/hoja", print_sheet, IDENTITY, "POST"),
    ]


@dataclass(frozen=True)
class StepWords:
    """One line of a referral's history."""

    when: str
    title: str
    by: str
    note: str


@dataclass(frozen=True)
class ReferralWords:
    """A referral as the page shows it."""

    view: ReferralView
    title: str
    status: str
    place: str
    about: tuple[str, ...]
    reasons: tuple[str, ...]
    late: bool
    steps: tuple[StepWords, ...]
    endings: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class CentreChoice:
    """A centre to choose."""

    code: str
    name: str
    lines: tuple[str, ...]
    to_review: str


def open_page(visit: Visit) -> Response:
    """All referrals whose end nobody knows yet, those to ask about first."""
    with visit.site.database.read() as conn:
        found = referral_list.open_referrals(conn)
        total = referral_list.count_open(conn)
        to_review = health_centres.count_to_review(conn, _today(visit))
    rows = [
        {
            "one": one,
            "who": short_name(one.patient_id),
            "kind": word(one.kind, "kind"),
            "status": word(one.status, "visit_status" if one.planned_on else "status"),
            "district": district_words(one.district, visit.site.districts),
            "ask": moment_words(one.remind_at, visit.now) if one.remind_at else "",
            "late": one.remind_at is not None and one.remind_at <= visit.now,
            "sent": moment_words(one.sent_at, visit.now),
        }
        for one in found
    ]
    return visit.page("referrals.html", here="derivaciones", rows=rows, total=total, to_review=to_review)


def form_page(visit: Visit) -> Response:
    """What was sent for this person, and a form for the next referral."""
    return _show(visit, visit.path["patient"])


def send(visit: Visit) -> Response:
    """Keep the referral; what is missing is said on the same page, with what was typed."""
    patient_id, notice = visit.path["patient"], "sent"
    try:
        new = _new_referral(visit)
        with visit.site.database.begin() as conn:
            if not referral_list.is_known(conn, patient_id):
                return not_found(visit)
            kind = rules_of(conn).kinds.get(new.kind)
            urgent = replace(new, priority=_priority(conn, patient_id))
            referrals.send(conn, patient_id, urgent, visit.staff.id, visit.now)
            notice = "planned" if kind is not None and kind.to == VISIT else "sent"
    except ReferralRefused as refused:
        return _show(visit, patient_id, refused.reason, 400)
    return go(f"/personas/{patient_id}/derivar?aviso={notice}")


def accept(visit: Visit) -> Response:
    """The receiver took the person on."""
    at = visit.form.get("cita", "")
    return _step(
        visit,
        lambda conn, key: referrals.accept(conn, key, visit.staff.id, visit.now, _moment(at), _note(visit)),
        "accepted",
    )


def plan(visit: Visit) -> Response:
    """Another day for a visit."""

    def change(conn: Connection, key: str) -> None:
        day = _day(visit.form.get("dia", ""))
        if day is None:
            raise ReferralRefused("day_needed")
        referrals.plan(conn, key, visit.staff.id, visit.now, day, visit.form.get("agente", "").strip()[:80])

    return _step(visit, change, "planned")


def still_waiting(visit: Visit) -> Response:
    """Asked, and nothing is known yet."""
    return _step(
        visit,
        lambda conn, key: referrals.still_waiting(conn, key, visit.staff.id, visit.now, _note(visit)),
        "checked",
    )


def end(visit: Visit) -> Response:
    """How it ended."""
    outcome = visit.form.get("resultado", "")
    return _step(
        visit,
        lambda conn, key: referrals.end(conn, key, outcome, visit.staff.id, visit.now, _note(visit)),
        "ended",
    )


def reopen(visit: Visit) -> Response:
    """The ending was a mistake."""
    return _step(visit, lambda conn, key: referrals.reopen(conn, key, visit.staff.id, visit.now), "reopened")


def print_letter(visit: Visit) -> Response:
    """The letter for the receiver, as PDF; that it was made, and by whom, is recorded."""
    return _print(
        visit,
        "letter",
        lambda view, page: paper.letter_pdf(
            letters.letter(view, page, visit.site, visit.staff.name, visit.now), visit.now
        ),
    )


def print_sheet(visit: Visit) -> Response:
    """The sheet for the person, as PDF; recorded as well."""
    return _print(visit, "sheet", lambda view, page: paper.sheet_pdf(letters.sheet(view, page, visit.site), visit.now))


def _print(visit: Visit, what: str, make: Callable[[ReferralView, PersonPage], bytes]) -> Response:
    with visit.site.database.begin() as conn:
        view = referral_list.one(conn, visit.path["referral"], _today(visit), with_notes=True)
        page = letters.load(conn, view, visit.staff.id, visit.now) if view else None
        if view is None or page is None:
            return not_found(visit)
        audit.record(
            conn,
            visit.now,
            audit.EXECUTE,
            f"referral.{what}",
            "ServiceRequest",
            view.id,
            practitioner_id=visit.staff.id,
            detail={"scores": view.show_scores} if what == "letter" else {},
        )
    name = {"letter": "carta", "sheet": "hoja"}[what]
    headers = {"Content-Disposition": f'attachment; filename="{name}-{view.id[:8]}.pdf"'}
    return Response(make(view, page), media_type="application/pdf", headers=headers)


def _step(visit: Visit, change: Callable[[Connection, str], None], notice: str) -> Response:
    """One change of a referral, then the person's page of referrals again."""
    key = visit.path["referral"]
    with visit.site.database.read() as conn:
        view = referral_list.one(conn, key, _today(visit))
    if view is None:
        return not_found(visit)
    try:
        with visit.site.database.begin() as conn:
            change(conn, key)
    except ReferralRefused as refused:
        return _show(visit, view.patient_id, refused.reason, 400)
    return go(f"/personas/{view.patient_id}/derivar?aviso={notice}")


def _show(visit: Visit, patient_id: str, refused: str | None = None, status_code: int = 200) -> Response:
    chosen = visit.form.get("clase") or visit.query.get("clase")
    with visit.site.database.begin() as conn:
        page = worklist.person(conn, patient_id, visit.now, viewer=visit.staff.id)
        if page is None:
            return not_found(visit)
        rules, today = rules_of(conn), _today(visit)
        needs = referral_list.needs(conn, patient_id)
        views = referral_list.of_person(conn, patient_id, today, with_notes=visit.may(IDENTITY))
        kind = rules.kinds.get(chosen or "") or _first_kind(rules, needs)
        choices, more = _choices(conn, page, kind, visit)
        no_visits = "community_visit" in blocked(conn, patient_id)
        reasons = _reasons(conn, page, needs, visit, ticked=not no_visits)
        if any(view.note or any(step.note for step in view.steps) for view in views):
            who = visit.staff.id
            audit.record(conn, visit.now, audit.READ, "referral.notes", "Patient", patient_id, practitioner_id=who)
        has_address = referrals.has_address(conn, patient_id)
    return visit.page(
        "refer.html",
        status_code,
        here="derivaciones",
        person=page,
        who=short_name(patient_id),
        head=head_words(page, visit.site),
        needs=[(need, word(need.kind, "kind"), reasons_words(need.reasons, visit.site)) for need in needs],
        views=[_words(view, rules, visit) for view in views],
        kinds=[(one.code, word(one.code, "kind")) for one in rules.kinds.values()],
        kind=kind,
        kind_words=word(kind.code, "kind"),
        choices=choices,
        more=more,
        reasons=reasons,
        may_go_without=kind.consent == DANGER,
        minor=page.age is not None and page.age < _ADULT,
        violence=no_visits,
        has_address=has_address,
        today=today.isoformat(),
        earliest=f"{visit.now.astimezone(LIMA):%Y-%m-%dT%H:%M}",
        may_print=visit.may(IDENTITY),
        typed=visit.form,
        notice=words()["notice"].get(visit.query.get("aviso", "")) if not refused else None,
        refused=words()["refused"].get(refused, words()["refused"]["other"]) if refused else None,
        collapsed=bool(views) and views[0].is_open and not needs and not chosen,
        to=kind.to,
        CENTRE=CENTRE,
        VISIT=VISIT,
    )


def _priority(conn: Connection, patient_id: str) -> str:
    """As urgent as the most urgent open case of the person."""
    found = referral_list.open_priorities(conn, patient_id)
    return max(found, key=PRIORITIES.index, default="routine")


def _first_kind(rules: ReferralRules, needs: list[Need]) -> ReferralKind:
    """What triage advised, the most urgent first; else the first kind of the rules."""
    advised = [need for need in needs if need.kind in rules.kinds]
    if not advised:
        return next(iter(rules.kinds.values()))
    return rules.kinds[max(advised, key=lambda need: PRIORITIES.index(need.priority)).kind]


def _reasons(
    conn: Connection, page: PersonPage, needs: list[Need], visit: Visit, *, ticked: bool
) -> list[tuple[str, str, bool]]:
    """(code, words, ticked) of why: the needs that were found, and the open cases.

    Where violence is known nothing is ticked beforehand: the letter may be read at home.
    """
    codes = [code for need in needs for code in need.reasons]
    for task_id in page.open_task_ids:
        card = worklist.card(conn, task_id, visit.now, viewer=visit.staff.id)
        codes += card.reasons if card else ()
    known = [code for code in dict.fromkeys(codes) if code in visit.site.library.triage.reasons]
    sent = bool(visit.form)
    said = reasons_words(tuple(known), visit.site)
    return [
        (code, text, f"{_REASON}{code}" in visit.form if sent else ticked)
        for code, text in zip(known, said, strict=True)
    ]


def _choices(
    conn: Connection, page: PersonPage, kind: ReferralKind, visit: Visit
) -> tuple[list[CentreChoice], str | None]:
    """The nearest centres, and the address that shows more of them."""
    if kind.to != CENTRE:
        return [], None
    wanted = NEAREST_ALL if visit.query.get("todos") else NEAREST
    found = health_centres.nearest(conn, page.district, kind, _today(visit), limit=wanted + 1)
    query = urlencode({"clase": kind.code, "todos": "1"})
    more = f"/personas/{page.patient_id}/derivar?{query}" if len(found) > wanted and wanted == NEAREST else None
    return [_choice(near, visit) for near in found[:wanted]], more


def _choice(near: health_centres.NearCentre, visit: Visit) -> CentreChoice:
    entry = near.entry
    away = told("{km} km en línea recta", km=f"{near.kilometres:.0f}") if near.kilometres is not None else ""
    where = " · ".join(filter(None, (word(near.ring, "ring"), away)))
    place = district_words(entry.ubigeo, visit.site.districts)
    lines = (where, " · ".join(filter(None, (entry.address, place))), entry.phone, entry.hours, entry.category)
    old = told("Ficha por revisar: se comprobó el {day}. Llame antes.", day=f"{entry.reviewed_on:%d/%m/%Y}")
    return CentreChoice(entry.code, entry.name, tuple(filter(None, lines)), old if entry.to_review else "")


def _words(view: ReferralView, rules: ReferralRules, visit: Visit) -> ReferralWords:
    about = (
        told("Cita: {moment}", moment=moment_words(view.appointment_at, visit.now)) if view.appointment_at else "",
        told("Día de la visita: {day}", day=f"{view.planned_on:%d/%m/%Y}") if view.planned_on else "",
        told("Va: {name}", name=view.visitor) if view.visitor else "",
        word(view.consent, "consent"),
        told("Enviada {moment} por {name}", moment=moment_words(view.sent_at, visit.now), name=view.created_by),
        told("Preguntar {moment}", moment=moment_words(view.remind_at, visit.now)) if view.remind_at else "",
    )
    ended = rules.outcomes.get(view.outcome or "")
    status = word(view.status, "visit_status" if view.to == VISIT else "status")
    return ReferralWords(
        view=view,
        title=word(view.kind, "kind"),
        status=f"{status}: {told(ended.label).lower()}" if ended else status,
        place=view.centre.name if view.centre else view.place or "",
        about=tuple(filter(None, about)),
        reasons=reasons_words(view.reasons, visit.site),
        late=view.remind_at is not None and view.remind_at <= visit.now,
        steps=tuple(_step_words(step, rules, visit) for step in view.steps),
        endings=_endings(rules, view.kind),
    )


def _step_words(step: referral_list.Step, rules: ReferralRules, visit: Visit) -> StepWords:
    outcome = rules.outcomes.get(str(step.detail.get("outcome", "")))
    title = word(step.event, "event") + (f": {told(outcome.label).lower()}" if outcome else "")
    return StepWords(moment_words(step.at, visit.now), title, step.by or "", step.note or "")


def _endings(rules: ReferralRules, kind: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """(group, its outcomes as code and words): attended, not attended, withdrawn, mistake."""
    fitting = rules.outcomes_of(kind)
    return tuple(
        (word(status, "outcome_group"), tuple((one.code, told(one.label)) for one in fitting if one.status == status))
        for status in dict.fromkeys(one.status for one in fitting)
    )


def _new_referral(visit: Visit) -> NewReferral:
    form = visit.form
    return NewReferral(
        kind=form.get("clase", ""),
        consent=form.get("permiso", ""),
        reasons=tuple(name.removeprefix(_REASON) for name in form if name.startswith(_REASON)),
        centre_code=form.get("centro") or None,
        place=form.get("otro", ""),
        note=_note(visit),
        show_scores=form.get("puntajes") == "1",
        appointment_at=_moment(form.get("cita", "")),
        planned_on=_day(form.get("dia", "")),
        visitor=form.get("agente", ""),
        address=form.get("direccion", "")[:300],
    )


def _note(visit: Visit) -> str:
    return visit.form.get("nota", "").strip()[:NOTE_LIMIT]


def _moment(typed: str) -> datetime | None:
    """The appointment, as the clock in Peru shows it."""
    if not typed:
        return None
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=LIMA).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise ReferralRefused("bad_time") from None


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise ReferralRefused("bad_time") from None


def _today(visit: Visit) -> date:
    return visit.now.astimezone(LIMA).date()
