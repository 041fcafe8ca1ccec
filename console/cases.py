"""One case in words: what a card of the list, and the head of a person's page, say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from console.clockwords import due_words, moment_words, span_words
from console.labels import label
from console.site import Site
from console.staff_language import told
from followup.ruleset import LADDER, CallbackRules
from followup.worklist import TaskCard

EVERY_DAY = "daily"
CALL_KINDS = ("crisis", "callback")
UNSAFE = "phone_not_safe"
NOT_TO_BE_WRITTEN = frozenset({"no_messages", "do_not_say_who", "hang_up_if_other", "shared_phone", "violence"})
"""Warnings and reasons with which nobody should write to that telephone from their own."""
RISK_TONES = ("crisis", "high", "moderate", "none")


@dataclass(frozen=True)
class QuickResult:
    """A result as a button. key: the number that the same result has on the person's page."""

    code: str
    label: str
    key: int


@dataclass(frozen=True)
class CaseWords:
    """A task and everything that a screen says about it. `late`: its due time has passed.

    can_call, can_write: whether its number may be called, or written to on WhatsApp, from the card. quick: results that
    one tap records. reassigning: codes of results that pass the case to another language.
    """

    card: TaskCard
    risk: str
    kind: str
    clock: str
    late: bool
    attempt: str
    who: str
    about: tuple[str, ...]
    reasons: tuple[str, ...]
    last: str
    waits: str
    warnings: tuple[str, ...]
    holder: str
    mine: bool
    free: bool
    can_call: bool
    can_write: bool
    quick: tuple[QuickResult, ...]
    reassigning: tuple[str, ...]


def case_words(
    card: TaskCard, site: Site, rules: CallbackRules, viewer: str, now: datetime, *, sees_identity: bool = False
) -> CaseWords:
    """The words for one task, as that viewer reads them. sees_identity: may look at the number."""
    holder = card.owner_name if card.owner_id else None
    mine = card.owner_id == viewer
    can_call = mine and sees_identity and card.has_phone and card.closed_at is None and UNSAFE not in card.warnings
    return CaseWords(
        card=card,
        risk=label(card.risk, "risk"),
        kind=label(card.kind, "kind"),
        clock=due_words(card.due_at, now) if card.closed_at is None else _closed_words(card.closed_at, now),
        late=card.closed_at is None and card.due_at < now,
        attempt=_attempt_words(card),
        who=short_name(card.patient_id),
        about=about(card, site),
        reasons=reasons_words(card.reasons, site),
        last=_last_call(card, rules, now),
        waits=_waits(card, rules, now),
        warnings=_warnings(card),
        holder=told("usted") if mine else (holder or ""),
        mine=mine,
        free=holder is None,
        can_call=can_call,
        can_write=can_call and not NOT_TO_BE_WRITTEN.intersection((*card.warnings, *card.reasons)),
        quick=quick_results(rules) if mine and card.kind in CALL_KINDS and card.closed_at is None else (),
        reassigning=tuple(code for code, result in rules.contact_results.items() if result.reassign),
    )


def _closed_words(closed_at: datetime, now: datetime) -> str:
    return told("cerrado {moment}", moment=moment_words(closed_at, now))


def _attempt_words(card: TaskCard) -> str:
    return told("intento {number} de {most}", number=min(card.attempt, card.max_attempts), most=card.max_attempts)


def quick_results(rules: CallbackRules) -> tuple[QuickResult, ...]:
    """The results that need no more than one tap: nobody was reached, and the ladder says what follows."""
    numbered = enumerate(rules.contact_results.values(), 1)
    return tuple(
        QuickResult(one.code, told(one.label), number)
        for number, one in numbered
        if not one.reached and one.next == LADDER
    )


def short_name(patient_id: str) -> str:
    """What a person is called where names are not shown: enough to tell two cards apart aloud."""
    return told("Persona {code}", code=patient_id.replace("-", "")[:4].upper())


def language_words(language: str, variety: str | None) -> str:
    """The language to call in, with its variety where it is known."""
    return label(variety, "variety") if variety else label(language, "language")


def district_words(ubigeo: str | None, districts: Mapping[str, object]) -> str:
    """The district and its province."""
    place = districts.get(ubigeo or "")
    if place is None:
        return ""
    district, province = getattr(place, "district", ""), getattr(place, "province", "")
    return str(district) if district == province else f"{district}, {province}"


def about(card: TaskCard, site: Site) -> tuple[str, ...]:
    """Language, place, age and sex, as far as they are known."""
    known = (
        language_words(card.language, card.variety),
        district_words(card.district, site.districts),
        told("{age} años", age=card.age) if card.age is not None else "",
        label(card.sex, "sex"),
    )
    return tuple(words for words in known if words)


def reasons_words(reasons: tuple[str, ...], site: Site) -> tuple[str, ...]:
    """Why there is a case, in the words of triage.yml."""
    said = site.library.triage.reasons
    return tuple(told(said[reason]) if said.get(reason) else label(reason, "reason") for reason in reasons)


def _last_call(card: TaskCard, rules: CallbackRules, now: datetime) -> str:
    if card.last_attempt_at is None:
        return ""
    result = rules.contact_results.get(card.last_result or "")
    words = told(result.label) if result else (card.last_result or "")
    return f"{moment_words(card.last_attempt_at, now)}: {words}"


def _waits(card: TaskCard, rules: CallbackRules, now: datetime) -> str:
    """Why nothing is to be done yet, or what the case waits for."""
    if card.awaiting_supervisor:
        return label("awaiting_supervisor", "status_reason")
    words = []
    agreed = rules.dispositions.get(card.agreed or "")
    if agreed:
        words.append(told(agreed.label))
    elif card.status_reason in ("ask_number", "last_attempt_failed"):
        words.append(label(card.status_reason, "status_reason"))
    if card.not_before is not None and card.not_before > now and card.closed_at is None:
        words.append(told("llamar desde {moment}", moment=moment_words(card.not_before, now)))
    return " · ".join(words)


def _warnings(card: TaskCard) -> tuple[str, ...]:
    found = [label(code, "warning") for code in card.warnings]
    if card.hours:
        found.append(hours_words(card.hours))
    if not card.has_phone:
        found.append(label("no_phone", "warning"))
    return tuple(found)


def hours_words(hours: str, said: str = "hours") -> str:
    """The hours at which a person may be called ("sat 08:00-12:00, 18:00-21:00" in the database).

    said: the sentence around them, "hours" for a call and "visit_hours" for a visit.
    """
    stretches = f" {told('y')} ".join(_stretch_words(part.strip()) for part in hours.split(","))
    return label(said, "contact_words").format(hours=stretches)


def _stretch_words(stretch: str) -> str:
    days, _, clock = stretch.rpartition(" ")
    start, _, end = clock.partition("-")
    words = told("{start} a {end}", start=start, end=end) if end else start
    return words if days in ("", EVERY_DAY) else f"{label(days, 'days')} {words}"


def hold_words(card: TaskCard, now: datetime) -> str:
    """How long the holder still has the case."""
    return span_words(card.lease_until - now) if card.lease_until and card.lease_until > now else ""
