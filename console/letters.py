"""What a referral letter says to the receiver, and the sheet that the person takes along, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from console.cases import district_words, language_words, reasons_words, short_name
from console.clockwords import LIMA
from console.labels import label
from console.person import safe_lines
from console.referral_words import LETTER, letter_words, person_words, word
from console.site import Site
from console.staff_language import SPANISH, speaking
from console.story import screening_words
from followup.person import Moment, PersonPage
from followup.referral_list import ReferralView

LONGEST_NOTE = 700
"""Letters of the counselor's note that fit on one page."""
MOST_SAFE_LINES = 4


@dataclass(frozen=True)
class Letter:
    """The page for the receiver. facts: (what, value). signatures: (role, lines to fill in)."""

    title: str
    kind: str
    day: str
    to_heading: str
    to: tuple[str, ...]
    from_heading: str
    sender: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    remarks: tuple[str, ...]
    signatures: tuple[tuple[str, tuple[str, ...]], ...]
    answer: str
    answers: tuple[str, ...]
    footer: str


@dataclass(frozen=True)
class Sheet:
    """The page for the person. parts: (heading, lines)."""

    language: str
    title: str
    intro: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    remarks: tuple[str, ...]
    danger: str


def letter(view: ReferralView, page: PersonPage, site: Site, sender: str, now: datetime) -> Letter:
    """The letter, always in Spanish; scores only where the counselor ticked them. page: with names, so only for those
    with the right."""
    with speaking(SPANISH):
        return _letter(view, page, site, sender, now)


def _letter(view: ReferralView, page: PersonPage, site: Site, sender: str, now: datetime) -> Letter:
    texts = letter_words()
    settings = site.settings
    return Letter(
        title=texts["title"],
        kind=word(view.kind, "kind"),
        day=day_of(now),
        to_heading=texts["to"],
        to=_receiver(view, site),
        from_heading=texts["from"],
        sender=tuple(filter(None, (settings.programme, settings.programme_contact))),
        facts=_facts(view, page, site),
        sections=_sections(view, page, site),
        remarks=(texts["request"], texts["not_diagnosis"], texts[view.consent]),
        signatures=_signatures(sender),
        answer=texts["answer"].format(contact=settings.programme_contact or settings.programme),
        answers=tuple(texts[key] for key in ("answer_seen", "answer_again", "answer_not", "answer_other")),
        footer=texts["confidential"],
    )


def _receiver(view: ReferralView, site: Site) -> tuple[str, ...]:
    if view.centre is None:
        return (view.place or word(view.kind, "kind"),)
    centre = view.centre
    place = district_words(centre.ubigeo, site.districts)
    return tuple(filter(None, (centre.name, f"{centre.address} · {place}" if centre.address else place)))


def _facts(view: ReferralView, page: PersonPage, site: Site) -> tuple[tuple[str, str], ...]:
    texts = letter_words()
    language = language_words(page.language, page.variety)
    # A letter is carried home: that there is violence stands there only as a reason that the counselor ticked.
    unsaid = label("violence", "contact_words")
    safe = [line.words for line in safe_lines(page) if line.strong and line.words != unsaid][:MOST_SAFE_LINES]
    known = (
        (texts["person"], page.name or texts["no_name"].format(code=short_name(page.patient_id))),
        (texts["id_card"], "____________________"),
        (texts["age"], texts["years"].format(age=page.age) if page.age is not None else ""),
        (texts["sex"], label(page.sex, "sex") if page.sex != "undisclosed" else ""),
        (texts["district"], district_words(page.district, site.districts)),
        (texts["language"], texts["in_quechua"].format(language=language) if page.language != "es" else language),
        (texts["guardian"], page.guardian_name or ""),
        (texts["phone"], page.phone or page.guardian_phone or ""),
        (texts["safe"], " · ".join(safe) if page.phone or page.guardian_phone else ""),
        (texts["priority"], label(view.priority, "priority")),
        (texts["appointment"], moment_of(view.appointment_at) if view.appointment_at else ""),
    )
    return tuple((what, value) for what, value in known if value)


def _sections(view: ReferralView, page: PersonPage, site: Site) -> tuple[tuple[str, tuple[str, ...]], ...]:
    texts = letter_words()
    found = [(texts["reasons"], reasons_words(view.reasons, site))]
    found.append((texts["done"], _what_was_done(page) or (texts["nothing_done"],)))
    if view.show_scores:
        found.append((texts["scores"], _scores(page, site)))
    if view.note:
        found.append((texts["note"], (view.note[:LONGEST_NOTE],)))
    return tuple((heading, lines) for heading, lines in found if lines)


def _what_was_done(page: PersonPage) -> tuple[str, ...]:
    """The latest first aid and the latest talk."""
    texts = letter_words()
    aids = [moment.at for moment in page.timeline if _is_first_aid(moment)]
    talks = [call.at for call in page.calls if call.disposition and not call.undone]
    lines = [texts["first_aid"].format(day=day_of(max(aids)))] if aids else []
    return (*lines, *([texts["call"].format(day=day_of(max(talks)))] if talks else []))


def _is_first_aid(moment: Moment) -> bool:
    """First aid that came to its end in the chat, or that a counselor gave by telephone."""
    return moment.kind == "session" or (moment.kind == "first_aid" and bool(moment.data["completed_at"]))


def _scores(page: PersonPage, site: Site) -> tuple[str, ...]:
    """Scores of the latest finished questionnaire of each kind."""
    seen: set[str] = set()
    lines = []
    for done in page.screenings:
        if done.ended_at is None or done.instrument in seen:
            continue
        seen.add(done.instrument)
        said = screening_words(done, site)
        points = "; ".join(f"{score.title}: {score.points}" for score in said.scores)
        if points:
            day = day_of(done.ended_at)
            lines.append(letter_words()["score"].format(title=said.title, day=day, points=points))
    return tuple(lines)


def _signatures(sender: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    texts = letter_words()
    ours = f"{texts['name_line']} {sender}", texts["signature_line"], texts["date_line"]
    theirs = texts["name_line"], texts["post_line"], texts["signature_line"], texts["date_line"]
    return (texts["sender"], ours), (texts["receiver"], theirs)


def sheet(view: ReferralView, page: PersonPage, site: Site) -> Sheet:
    """The sheet in the person's language, without their name: somebody else may find it."""
    with speaking(SPANISH):
        return _sheet(view, page, site)


def _sheet(view: ReferralView, page: PersonPage, site: Site) -> Sheet:
    say = _Saying(site, page.language)
    settings = site.settings
    contact = settings.programme_contact
    bring = ["bring_letter", "bring_id", "bring_insurance", "bring_medicines"]
    remarks = ["not_diagnosis", "company"] + (["speak"] if page.language != "es" else [])
    return Sheet(
        language=page.language,
        title=say("title"),
        intro=say("intro"),
        parts=(
            (say("where"), _receiver(view, site)),
            (say("when"), _when(view, say)),
            (say("bring"), tuple(say(key) for key in bring)),
            (say("cannot_go"), (say("tell_us", contact=contact) if contact else say("tell_us_here"),)),
        ),
        remarks=tuple(say(key) for key in remarks),
        danger=say("danger", crisis_call=site.hotline("crisis_call", page.language).words),
    )


def _when(view: ReferralView, say: _Saying) -> tuple[str, ...]:
    lines = [say("appointment", when=moment_of(view.appointment_at)) if view.appointment_at else say("no_appointment")]
    if view.centre and view.centre.hours:
        lines.append(say("hours", hours=view.centre.hours))
    if view.centre and view.centre.phone:
        lines.append(say("centre_phone", phone=view.centre.phone))
    return tuple(lines)


class _Saying:
    """Sentences of the sheet in one language."""

    def __init__(self, site: Site, language: str) -> None:
        self._site = site
        self._language = language
        self._texts: Mapping[str, str] = person_words()

    def __call__(self, key: str, **fields: str) -> str:
        text = self._site.translate(f"{LETTER}.{key}", self._texts[key], self._language)
        return text.format(**fields) if fields else text


def day_of(moment: datetime) -> str:
    """The day as it is written on paper."""
    return f"{moment.astimezone(LIMA):%d/%m/%Y}"


def moment_of(moment: datetime) -> str:
    """Day of the week, day and hour; the names of the days are the same loan words in Quechua."""
    local = moment.astimezone(LIMA)
    weekday = label(("mon", "tue", "wed", "thu", "fri", "sat", "sun")[local.weekday()], "days")
    return f"{weekday} {local:%d/%m/%Y, %H:%M}"


def load(conn: Connection, view: ReferralView, viewer: str, now: datetime) -> PersonPage | None:
    """The person with names, for a paper; the look is recorded."""
    from followup import worklist

    return worklist.person(conn, view.patient_id, now, viewer=viewer, view_pii=True, reason="letter")
