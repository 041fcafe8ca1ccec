"""Writing with a person through the bot: the conversation, its templates, and handing the word back.

Only for those who may see names: what people write holds them. Each look is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection
from starlette.responses import Response
from starlette.routing import BaseRoute

from console.cases import language_words, short_name
from console.clockwords import moment_words, span_words
from console.labels import label, labels
from console.permissions import Permission
from console.site import Site
from console.staff_language import told
from console.visit import StaffRoute, Visit, go, not_found
from followup import handovers, staff_messages, worklist
from followup.errors import TaskRefused
from followup.handovers import HANDED_BACK, Handover, Way
from followup.staff_messages import Line, Say
from followup.staff_texts import StaffTexts, context_of, staff_texts


@dataclass(frozen=True)
class LineWords:
    """A message as the page shows it."""

    id: int
    side: str
    text: str
    meta: str
    failed: str
    risky: bool


@dataclass(frozen=True)
class TemplateWords:
    """Words that may be chosen. usable: whether they may go out now."""

    code: str
    label: str
    text: str
    usable: bool


@dataclass(frozen=True)
class TalkWords:
    """A conversation of the list of all that are open."""

    patient_id: str
    who: str
    by: str
    ends: str
    new: int
    danger: bool


def routes() -> list[BaseRoute]:
    """The conversation with one person, and all that are open."""
    identity, cases = Permission.VIEW_IDENTITY, Permission.WORK_CASES
    return [
        StaffRoute("/conversaciones", talks_page, cases),
        StaffRoute("/personas/{patient}/conversacion", conversation_page, identity),
        StaffRoute("/personas/{patient}/conversacion", write, identity, "POST"),
        StaffRoute("/personas/{patient}/conversacion/mensajes", new_lines, identity, quiet=True),
        StaffRoute("/personas/{patient}/conversacion/devolver", hand_back, identity, "POST"),
    ]


def talks_page(visit: Visit) -> Response:
    """Where somebody of the team has the word: one's own; for supervisors all."""
    mine = None if visit.may(Permission.SUPERVISE) else visit.staff.id
    with visit.site.database.read() as conn:
        found = staff_messages.talks(conn, mine)
    talks = [
        TalkWords(
            one.held.patient_id,
            short_name(one.held.patient_id),
            one.held.name,
            _ends(one.held, visit),
            one.new,
            one.danger,
        )
        for one in found
    ]
    return visit.page("talks.html", here="conversaciones", talks=talks)


def conversation_page(visit: Visit) -> Response:
    """What was written, and how to go on."""
    return _page(visit)


def _page(visit: Visit, refused: str | None = None, status_code: int = 200) -> Response:
    patient_id, rules = visit.path["patient"], staff_texts(visit.site.database.rules)
    with visit.site.database.begin() as conn:
        page = worklist.person(conn, patient_id, visit.now, viewer=visit.staff.id, view_pii=True, reason="conversation")
        if page is None:
            return not_found(visit)
        lines = staff_messages.talk(conn, patient_id, visit.staff.id, visit.now)
        held = handovers.of_person(conn, patient_id)
        way = _way(conn, visit, patient_id)
    refusals = labels()["refused"]
    open_one = held if held and held.until > visit.now else None
    return visit.page(
        "conversation.html",
        status_code,
        here="conversaciones",
        who=page.name or short_name(patient_id),
        patient_id=patient_id,
        language=language_words(page.language, page.variety),
        channel=label(way.channel, "channel") if way.channel else "",
        lines=[line_words(line, visit) for line in lines],
        last=lines[-1].id if lines else 0,
        held=open_one,
        mine=open_one is not None and open_one.practitioner_id == visit.staff.id,
        supervises=visit.may(Permission.SUPERVISE),
        ends=_ends(open_one, visit) if open_one else "",
        pause=span_words(rules.hands_back_after),
        kept=rules.kept.days,
        way=way,
        blocked=refusals.get(way.refused, refusals["other"]) if way.refused else None,
        templates=_templates(visit.site, rules, way, visit.staff.name),
        longest=rules.longest,
        typed=visit.form.get("texto", "") if refused else "",
        refused=None if refused is None else refusals.get(refused, refusals["other"]),
    )


def write(visit: Visit) -> Response:
    """Have the message sent."""
    patient_id, template = visit.path["patient"], visit.form.get("plantilla") or None
    text = "" if template else visit.form.get("texto", "")
    try:
        with visit.site.database.begin() as conn:
            staff_messages.write(
                conn, patient_id, visit.staff.id, text, say_of(visit.site), visit.now,
                template=template, supervises=visit.may(Permission.SUPERVISE),
            )  # fmt: skip
    except TaskRefused as refusal:
        return _page(visit, refusal.reason, 400)
    return go(f"/personas/{patient_id}/conversacion#final")


def hand_back(visit: Visit) -> Response:
    """The bot answers again, and the person is told."""
    patient_id = visit.path["patient"]
    try:
        with visit.site.database.begin() as conn:
            held = handovers.of_person(conn, patient_id)
            if held is None:
                raise TaskRefused("bot_has_the_word")
            if held.practitioner_id != visit.staff.id and not visit.may(Permission.SUPERVISE):
                raise TaskRefused("other_writes")
            staff_messages.hand_back(conn, held, HANDED_BACK, say_of(visit.site), visit.now, visit.staff.id)
    except TaskRefused as refusal:
        return _page(visit, refusal.reason, 400)
    return go(f"/personas/{patient_id}/conversacion")


def new_lines(visit: Visit) -> Response:
    """What came since the page was read; the page itself asks, and nothing new is nothing to record."""
    after = visit.query.get("desde", "0")
    if not after.isdecimal() or len(after) > 15:
        return not_found(visit)
    patient_id, number = visit.path["patient"], int(after)
    with visit.site.database.read() as conn:
        if not staff_messages.anything_after(conn, patient_id, number):
            return Response(status_code=204)
    with visit.site.database.begin() as conn:
        lines = staff_messages.talk(conn, patient_id, visit.staff.id, visit.now, after=number)
    return visit.page("_lines.html", lines=[line_words(line, visit) for line in lines])


def line_words(line: Line, visit: Visit) -> LineWords:
    """One message in words."""
    by = {"out": line.by or "", "bot": told("El bot"), "in": told("La persona")}.get(line.direction, "")
    said = line.text or (label(line.kind, "heard_kind") if line.kind else "")
    waits = f" · {told('por enviar')}" if line.status == staff_messages.WAITING else ""
    reason = label(line.status_reason, "not_sent")
    failed = told("No se envió: {reason}", reason=reason) if line.status == staff_messages.NOT_DONE else ""
    meta = f"{by} · {moment_words(line.at, visit.now)}{waits}"
    return LineWords(line.id, line.direction, said, meta, failed, line.shows_risk)


def say_of(site: Site) -> Say:
    """Words of the texts around a conversation, in the person's language."""

    def say(code: str, language: str, who: str) -> str:
        words = site.translate(context_of(code), staff_texts(site.database.rules).source(code), language)
        return words.format_map({"who": who, "crisis_call": site.hotline("crisis_call", language[:2]).words})

    return say


def _way(conn: Connection, visit: Visit, patient_id: str) -> Way:
    supervises = visit.may(Permission.SUPERVISE)
    return handovers.way_to(conn, patient_id, visit.staff.id, visit.now, supervises=supervises)


def _templates(site: Site, rules: StaffTexts, way: Way, name: str) -> list[TemplateWords]:
    say, who = say_of(site), name.split()[0] if name.split() else name
    return [
        TemplateWords(
            one.code,
            told(one.label),
            say(one.code, way.language, who),
            not way.only_templates or way.language[:2] in one.approved,
        )
        for one in rules.templates.values()
    ]


def _ends(held: Handover, visit: Visit) -> str:
    """When the bot gets the word back by itself; "" where it has it."""
    return "" if held.ended_at else moment_words(held.until, visit.now)
