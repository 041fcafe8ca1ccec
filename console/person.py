"""A person's page: left the story, right what to do now. Looking at it is recorded, at names and phones above all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import phonenumbers
from sqlalchemy.engine import Connection
from starlette.responses import Response

from console.audit_page import line_words
from console.cases import case_words, hold_words, hours_words, short_name
from console.clockwords import LIMA, moment_words, span_words
from console.guide import guide_for
from console.labels import label, labels
from console.next_steps import next_steps, series_words
from console.permissions import Permission
from console.score_chart import charts_of
from console.staff_language import told
from console.story import Storyteller, head_words
from console.visit import Visit, not_found
from followup import audit_search, break_glass, worklist
from followup.by_phone_rules import by_phone_rules
from followup.context import of
from followup.person import PersonPage
from followup.ruleset import ASK_NUMBER, LADDER, NONE, PERSON_CHOOSES, CallbackRules, ContactResult, Disposition, Rung
from followup.tasks.next_try import next_try
from followup.worklist import TaskCard
from screening.due import Due

CALL_KINDS = ("crisis", "callback", "first_aid")
# What the guide knows a person by, beside risks and reasons.
QUECHUA, MINOR = "quechua", "minor"
OF_AGE = 18
REFERRALS = ("csmc", "psychiatry", "emergency", "social_support", "violence_services", "substance_use")


@dataclass(frozen=True)
class ContactChoice:
    """One result of a call as a button. next: the next try that it would lead to, in words; may_end: the case may
    close after it although nobody was reached."""

    code: str
    label: str
    guide: str
    next: str
    reached: bool
    needs_talk: bool
    may_end: bool
    chooses: bool


@dataclass(frozen=True)
class DispositionChoice:
    """What came out of the talk, as a button."""

    code: str
    label: str
    when: str
    guide: str
    follows: str
    closes: bool
    needs: str
    chooses: bool


@dataclass(frozen=True)
class SafeLine:
    """One thing to mind when calling; strong: it must not be overlooked."""

    words: str
    strong: bool


def person_page(visit: Visit) -> Response:
    """The page; with name and phone only for those with the right who hold one of the person's cases."""
    return show(visit, visit.path["patient"], visit.query.get("caso"))


def look_at_identity(visit: Visit) -> Response:
    """The page with name and phone, asked for by somebody with the right who does not hold the case."""
    return show(visit, visit.path["patient"], visit.form.get("caso"), with_identity=True)


def show(
    visit: Visit,
    patient_id: str,
    task_id: str | None,
    *,
    with_identity: bool = False,
    refused: str | None = None,
    status_code: int = 200,
) -> Response:
    """The page of a person, for one of their cases. refused: code of why a form that was sent was not accepted."""
    with visit.site.database.begin() as conn:
        named = _named_card(conn, patient_id, task_id, visit)
        may_look = visit.may(Permission.VIEW_IDENTITY) and (with_identity or _is_mine(named, visit))
        reason = "asked_to_see" if with_identity and not _is_mine(named, visit) else ""
        opened_until = break_glass.open_until(conn, patient_id, visit.staff.id, visit.now)
        if opened_until is not None and not may_look:
            may_look, reason = True, "break_glass"
        page = worklist.person(conn, patient_id, visit.now, viewer=visit.staff.id, view_pii=may_look, reason=reason)
        if page is None:
            return not_found(visit)
        card = named or _first_card(conn, page, visit)
        looks = audit_search.of_person(conn, patient_id) if visit.may(Permission.VIEW_AUDIT) else []
        rules = of(conn).callback_rules()
        tries = _next_tries(conn, card, rules, visit.now) if card and _is_mine(card, visit) else {}
    case = case_words(card, visit.site, rules, visit.staff.id, visit.now) if card else None
    return visit.page(
        "person.html",
        status_code,
        here="lista",
        supervises=visit.may(Permission.SUPERVISE),
        person=page,
        who=page.name or short_name(page.patient_id),
        head=head_words(page, visit.site),
        case=case,
        others=[task_id for task_id in page.open_task_ids if card is None or task_id != card.id],
        may_see_identity=visit.may(Permission.VIEW_IDENTITY),
        sees_identity=may_look,
        opened_until=opened_until,
        looks=[line_words(line, visit.now) for line in looks],
        phone=_phone(page),
        hold=hold_words(card, visit.now) if card else "",
        safe=safe_lines(page),
        guide=guide_for(_codes(page, card), visit.site),
        charts=charts_of(page, visit.site, visit.now),
        steps=next_steps(page, visit.now),
        series=series_words(page, visit.now),
        most_sessions=by_phone_rules(visit.site.database.rules).most_sessions,
        entries=Storyteller(visit.site, rules, visit.now).tell(page),
        contacts=_contacts(rules, tries, card, visit.now),
        dispositions=[_disposition(one) for one in rules.dispositions.values()],
        is_call=card is not None and card.kind in CALL_KINDS,
        referrals=REFERRALS,
        earliest=_local_minute(visit.now),
        typed=visit.form,
        refused=labels()["refused"].get(refused, labels()["refused"]["other"]) if refused else None,
    )


def _named_card(conn: Connection, patient_id: str, task_id: str | None, visit: Visit) -> TaskCard | None:
    """The case that the address names, if it is this person's."""
    if not task_id:
        return None
    card = worklist.card(conn, task_id, visit.now, viewer=visit.staff.id)
    return card if card and card.patient_id == patient_id else None


def _first_card(conn: Connection, page: PersonPage, visit: Visit) -> TaskCard | None:
    """The most urgent open case."""
    if not page.open_task_ids:
        return None
    return worklist.card(conn, page.open_task_ids[0], visit.now, viewer=visit.staff.id)


def _is_mine(card: TaskCard | None, visit: Visit) -> bool:
    return card is not None and card.closed_at is None and card.owner_id == visit.staff.id


def _next_tries(conn: Connection, card: TaskCard, rules: CallbackRules, now: datetime) -> dict[str, datetime]:
    """When the next try would be after each result that leads to one; the last attempt leads to none."""
    found = {}
    for code, contact in rules.contact_results.items():
        due, shift = _what_follows(contact, rules.rung(card.priority, card.attempt))
        if due is not None:
            found[code] = next_try(conn, card.patient_id, due, shift, now)
    return found


def _what_follows(contact: ContactResult, rung: Rung) -> tuple[Due | None, str | None]:
    """The wait after a result, and whether another hour or day is sought. A test holds it against record_call."""
    if contact.next in (LADDER, ASK_NUMBER):
        return rung.next, rung.shift
    if contact.next == PERSON_CHOOSES:
        return contact.default_next, contact.shift
    return (contact.next, contact.shift) if isinstance(contact.next, Due) else (None, None)


def _contacts(
    rules: CallbackRules, tries: dict[str, datetime], card: TaskCard | None, now: datetime
) -> list[ContactChoice]:
    last_attempt = card is not None and card.attempt >= card.max_attempts
    return [
        ContactChoice(
            code=one.code,
            label=told(one.label),
            guide=told(one.guide),
            next=moment_words(tries[one.code], now) if one.code in tries else "",
            reached=one.reached,
            needs_talk=one.next == NONE,
            may_end=not one.reached and (last_attempt or one.next == ASK_NUMBER),
            chooses=one.next == PERSON_CHOOSES,
        )
        for one in rules.contact_results.values()
    ]


def _disposition(one: Disposition) -> DispositionChoice:
    if one.closes:
        follows = told("cierra el caso")
    elif one.next and one.next.span:
        follows = told("se llama de nuevo en {span}", span=span_words(one.next.span))
    else:
        follows = told("sigue abierto")
    return DispositionChoice(
        one.code, told(one.label), one.when, told(one.guide), follows, one.closes, one.needs or "", one.person_chooses
    )


def safe_lines(page: PersonPage) -> list[SafeLine]:
    """What the person said about being called, the dangerous first; what was never asked counts as a no."""
    said = labels()["contact"]
    lines = [
        SafeLine(said[field][value]["text"], bool(said[field][value].get("strong")))
        for field, value in page.contact.items()
        if value in said.get(field, ())
    ]
    if "voicemail" not in page.contact:
        lines.append(SafeLine(label("no_voicemail", "warning"), True))
    hours = _hours_line(page)
    if hours:
        lines.append(SafeLine(hours, True))
    if any(flag["code"] == "violence" and flag["status"] == "active" for flag in page.flags):
        lines.append(SafeLine(label("violence", "contact_words"), True))
    return sorted(lines, key=lambda line: not line.strong)


def _hours_line(page: PersonPage) -> str:
    """When to call: as we understood it, and in the person's words where the viewer may read them."""
    understood = hours_words(page.contact["hours"]) if page.contact.get("hours") else ""
    said = label("hours_said", "contact_words").format(hours=page.hours_said) if page.hours_said else ""
    return " · ".join(words for words in (understood, said) if words)


def _codes(page: PersonPage, card: TaskCard | None) -> set[str]:
    """Active risks, the reasons of the case, and what else a call has to mind: the language, somebody's youth."""
    active = {str(flag["code"]) for flag in page.flags if flag["status"] == "active"}
    known = {QUECHUA} if page.language.startswith("qu") else set()
    known |= {MINOR} if page.age is not None and page.age < OF_AGE else set()
    return active | known | set(card.reasons if card else ())


def _phone(page: PersonPage) -> tuple[str, str] | None:
    """The number to call as (address for the telephone, how it is read)."""
    stored = page.phone or page.guardian_phone
    if not stored:
        return None
    try:
        number = phonenumbers.parse(stored, "PE")
    except phonenumbers.NumberParseException:
        return f"tel:{quote(stored)}", stored
    style = phonenumbers.PhoneNumberFormat
    national = number.country_code == 51
    read = phonenumbers.format_number(number, style.NATIONAL if national else style.INTERNATIONAL)
    return f"tel:{phonenumbers.format_number(number, style.E164)}", read


def _local_minute(now: datetime) -> str:
    return now.astimezone(LIMA).strftime("%Y-%m-%dT%H:%M")
