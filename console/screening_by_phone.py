"""A questionnaire read aloud on the telephone: choose it, ask permission, one question a page, the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection
from starlette.responses import Response
from starlette.routing import BaseRoute

from console.cases import short_name
from console.engine import engine_of
from console.guide import Guide, guide_for
from console.labels import label, labels
from console.permissions import Permission
from console.site import Site
from console.staff_language import told
from console.story import ScreeningWords, screening_words
from console.two_languages import Aloud, Reader, reader_for
from console.visit import StaffRoute, Visit, go, not_found
from followup import phone_screening, worklist
from followup.by_phone_rules import ByPhone, by_phone_rules
from followup.errors import TaskRefused
from followup.person import PersonPage, Screening
from followup.phone_screening import PhoneScreening
from screening.definitions import Item, Questionnaire
from screening.engine import Engine
from screening.events import RiskIdentified
from screening.session import Session
from screening.turn import QUESTION, Option, Reply, Turn

LANGUAGES = ("es", "qu")
COMMANDS = {"skip": "skip", "unsure": "unsure", "back": "go_back"}
"""What a button of the page sends -> the engine's wish."""


@dataclass(frozen=True)
class Choice:
    """A questionnaire that can be read. quechua: how far it exists in Quechua, in words."""

    name: str
    title: str
    questions: int
    quechua: str


@dataclass(frozen=True)
class AnswerButton:
    """An answer in both languages; key: what it sends."""

    key: str
    words: Aloud


@dataclass(frozen=True)
class OpenQuestion:
    """What is read aloud now."""

    step: str
    number: int
    total: int
    recall: Aloud
    text: Aloud
    explain: Aloud
    answers: tuple[AnswerButton, ...]
    careful: bool


@dataclass(frozen=True)
class Answered:
    """A question that was answered, and how."""

    question: str
    answer: str


def routes() -> list[BaseRoute]:
    """The addresses of a reading."""
    cases = Permission.WORK_CASES
    return [
        StaffRoute("/personas/{patient}/tamizaje", choose, cases),
        StaffRoute("/personas/{patient}/tamizaje", start, cases, "POST"),
        StaffRoute("/personas/{patient}/tamizaje/{reading}", read, cases),
        StaffRoute("/personas/{patient}/tamizaje/{reading}", answer, cases, "POST"),
    ]


def choose(visit: Visit) -> Response:
    """Which questionnaire, in which language; and the text for permission where there is none yet."""
    return _choose(visit)


def _choose(visit: Visit, refused: str | None = None, status_code: int = 200) -> Response:
    with visit.site.database.begin() as conn:
        page = _person(conn, visit)
        if page is None:
            return not_found(visit)
        agreed = phone_screening.may_be_asked(conn, page.patient_id)
    rules = by_phone_rules(visit.site.database.rules)
    return visit.page(
        "screening_choose.html",
        status_code,
        here="lista",
        who=short_name(page.patient_id),
        patient_id=page.patient_id,
        task=visit.query.get("caso") or visit.form.get("caso", ""),
        choices=_choices(visit.site, rules),
        chosen=visit.form.get("cuestionario") or visit.query.get("cuestionario", ""),
        language=visit.form.get("idioma") or page.language[:2],
        consent=None if agreed else _consent_texts(visit.site, rules, page),
        refused=_words_of(refused),
    )


def start(visit: Visit) -> Response:
    """Begin to read."""
    form, patient_id = visit.form, visit.path["patient"]
    language = form.get("idioma", "es")
    try:
        with visit.site.database.begin() as conn:
            if form.get("acepta") == "si":
                _agree(conn, visit, patient_id)
            reading_id = phone_screening.begin(
                conn,
                engine_of(visit.site),
                patient_id,
                visit.staff.id,
                _offered(visit, form.get("cuestionario", "")),
                language if language in LANGUAGES else "es",
                visit.now,
                form.get("caso") or None,
            )
    except TaskRefused as refusal:
        return _choose(visit, refusal.reason, 400)
    return go(f"/personas/{patient_id}/tamizaje/{reading_id}")


def _offered(visit: Visit, name: str) -> str:
    rules = by_phone_rules(visit.site.database.rules)
    return name if name in {one.name for one in _choices(visit.site, rules)} else ""


def _agree(conn: Connection, visit: Visit, patient_id: str) -> None:
    """Only for somebody who exists and has not agreed before."""
    if worklist.person(conn, patient_id, visit.now, viewer=visit.staff.id) is None:
        raise TaskRefused("unknown_instrument")
    if phone_screening.may_be_asked(conn, patient_id):
        return
    flow = visit.site.library.flow(by_phone_rules(visit.site.database.rules).consent_flow)
    assert flow is not None, "the rules were checked to name a flow"
    phone_screening.agree(conn, patient_id, visit.staff.id, flow.version, visit.now)


def read(visit: Visit) -> Response:
    """The open question, or what came out."""
    with visit.site.database.begin() as conn:
        reading = phone_screening.reading(conn, visit.path["reading"])
        page = _person(conn, visit) if reading and reading.patient_id == visit.path["patient"] else None
    if reading is None or page is None:
        return not_found(visit)
    danger = _danger(visit.site, page, reading)
    common: dict[str, Any] = {
        "here": "lista",
        "who": short_name(page.patient_id),
        "reading": reading,
        "title": _title(visit.site, reading),
        # In danger the way back leads to the crisis, not to the call that it began with.
        "task": None if danger else reading.task_id,
        "danger": danger,
        "danger_is_new": "peligro" in visit.query,
        "after_risk": by_phone_rules(visit.site.database.rules).after_risk,
        "instruments": visit.site.library,
    }
    if reading.session is None:
        return visit.page("screening_done.html", result=_result(visit.site, page, reading), **common)
    engine = engine_of(visit.site)
    instrument = _instrument(engine, reading.session)
    reader = reader_for(visit.site, page.variety, instrument.state_in("qu") != "none")
    return visit.page(
        "screening_ask.html",
        question=_question(engine, instrument, reading.session, reader, visit.now),
        answered=_answered(instrument, reading),
        first=reading.session.language[:2] if reader.spoken else "es",
        no_quechua=not reader.spoken and page.language.startswith("qu"),
        draft=labels()["translation_state"].get(instrument.state_in("qu"), "") if reader.spoken else "",
        **common,
    )


def answer(visit: Visit) -> Response:
    """Take what the person said; a button of a page that is not the newest changes nothing."""
    address = f"/personas/{visit.path['patient']}/tamizaje/{visit.path['reading']}"
    engine = engine_of(visit.site)
    with visit.site.database.begin() as conn:
        reading = phone_screening.reading(conn, visit.path["reading"])
        if reading is None or reading.patient_id != visit.path["patient"]:
            return not_found(visit)
        if reading.session is not None:
            turn = phone_screening.take(conn, engine, reading.id, _Step(engine, visit.form), visit.now)
            address += "?peligro=1" if any(isinstance(event, RiskIdentified) for event in turn.events) else ""
    return go(address)


class _Step:
    """What the form asks of the engine."""

    def __init__(self, engine: Engine, form: Mapping[str, str]) -> None:
        self._engine = engine
        self._form = form

    def __call__(self, session: Session, now: datetime) -> Turn:
        wish, key = self._form.get("accion", ""), self._form.get("respuesta")
        if wish == "stop":
            return self._engine.stop(session, now)
        if key:
            return self._engine.reply(session, Reply(choice=key), now)
        frame = session.running
        if wish not in COMMANDS or frame is None or frame.step != self._form.get("paso"):
            return Turn(session, understood=False)
        return self._engine.command(session, COMMANDS[wish], now)


def _person(conn: Connection, visit: Visit) -> PersonPage | None:
    return worklist.person(conn, visit.path["patient"], visit.now, viewer=visit.staff.id, reason="screening")


def _choices(site: Site, rules: ByPhone) -> tuple[Choice, ...]:
    found = (site.library.instrument(name) for name in rules.instruments)
    return tuple(
        Choice(one.name, one.title, len(one.items), _in_quechua(one)) for one in found if one and one.status == "active"
    )


def _in_quechua(instrument: Questionnaire) -> str:
    state = instrument.state_in("qu")
    if state == "none":
        return told("solo en castellano")
    if state == "draft":
        return told("en castellano y quechua (traducción en borrador)")
    return told("en castellano y quechua")


def _consent_texts(site: Site, rules: ByPhone, page: PersonPage) -> tuple[Aloud, ...]:
    """What is read to ask for permission: the same words as in the chat."""
    flow, reader = site.library.flow(rules.consent_flow), reader_for(site, page.variety)
    steps = [step for step in flow.steps if step.id in rules.consent_steps] if flow else []
    texts: list[Aloud] = []
    for step in steps:
        texts += [reader(f"{rules.consent_flow}.{step.id}.{number}", text) for number, text in enumerate(step.say)]
        if step.ask and step.ask.consent:
            texts.append(reader(f"{rules.consent_flow}.{step.id}", step.ask.text))
    return tuple(texts)


def _instrument(engine: Engine, session: Session) -> Questionnaire:
    frame = session.frames[0]
    found = engine.library.instrument(frame.name, frame.version)
    assert found is not None, "the engine has just worked with it"
    return found


def _question(
    engine: Engine, instrument: Questionnaire, session: Session, reader: Reader, now: datetime
) -> OpenQuestion | None:
    say = engine.question(session, now)
    frame = session.running
    item = instrument.item(frame.step) if frame and frame.step else None
    if say is None or say.kind != QUESTION or item is None:
        return None
    number, total = say.progress or (0, 0)
    return OpenQuestion(
        step=item.link_id,
        number=number,
        total=total,
        recall=reader(f"{instrument.name}.recall", instrument.recall),
        text=reader(say.context, item.text),
        explain=reader(f"{say.context}.explain", item.explain),
        answers=tuple(_button(option, item, reader) for option in say.options if item.option(option.code)),
        careful=item.risk is not None,
    )


def _button(option: Option, item: Item, reader: Reader) -> AnswerButton:
    return AnswerButton(option.key, reader(option.context, option.label))


def _answered(instrument: Questionnaire, reading: PhoneScreening) -> tuple[Answered, ...]:
    withheld: Mapping[str, str] = {
        "skipped": label("asked-declined", "absent"),
        "unsure": label("asked-unknown", "absent"),
    }
    found = []
    for link_id, code in reading.answered:
        item = instrument.item(link_id)
        option = item.option(code) if item else None
        if item:
            found.append(Answered(item.text, option.label if option else withheld.get(code, code)))
    return tuple(reversed(found))


def _danger(site: Site, page: PersonPage, reading: PhoneScreening) -> Guide | None:
    """What to do about a danger that was found while reading; None when none was."""
    found = _found_now(site, reading.session) if reading.session else _found_then(site, page, reading)
    return guide_for(found, site) if found else None


def _found_now(site: Site, session: Session) -> set[str]:
    """Risks that rules found in the answers so far."""
    return {str(rule.flag) for rule in site.library.triage.rules if rule.id in session.fired and rule.flag}


def _found_then(site: Site, page: PersonPage, reading: PhoneScreening) -> set[str]:
    """Risks that were kept since the reading began, and that its items show."""
    instrument = site.library.instrument(reading.instrument)
    items = {f"item:{item.link_id}" for item in instrument.items} | {"rule"} if instrument else set()
    since = [flag for flag in page.flags if flag["status"] == "active" and flag["at"] >= reading.started_at]
    return {str(flag["code"]) for flag in since if flag["source"] in items}


def _result(site: Site, page: PersonPage, reading: PhoneScreening) -> ScreeningWords | None:
    made = _response(page, reading)
    return screening_words(made, site) if made else None


def _response(page: PersonPage, reading: PhoneScreening) -> Screening | None:
    wanted = phone_screening.response_of(reading)
    return next((one for one in page.screenings if one.response_id == wanted), None)


def _title(site: Site, reading: PhoneScreening) -> str:
    instrument = site.library.instrument(reading.instrument)
    return instrument.title if instrument else reading.instrument


def _words_of(reason: str | None) -> str | None:
    refusals: Mapping[str, Any] = labels()["refused"]
    return None if reason is None else str(refusals.get(reason, refusals["other"]))
