"""An instrument that a counselor reads aloud: the same engine asks it, and it is recorded as in the chat, at once.

What triage decides on the way (flag, crisis task, referral) is written with the answer that showed it. Crisis flows of
the chat are not run: a person of the team is on the line.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, select, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context, messages
from followup.errors import TaskRefused
from followup.models import patient, phone_screening, questionnaire_response
from followup.record import Recording, write
from followup.reports import RESCREEN_GAP
from screening import events as said
from screening.engine import Engine
from screening.session import INSTRUMENT, Session
from screening.turn import Turn

PHONE = "phone"
"""The method that a response carries."""
SCREENING_CONSENT = "screening"
Step = Callable[[Session, datetime], Turn]
# What belongs to a conversation in the chat is left out: there is none.
_KEPT = (
    said.QuestionnaireStarted,
    said.ItemAnswered,
    said.ItemSkipped,
    said.ScoreComputed,
    said.ScreeningCompleted,
    said.ScreeningStopped,
    said.RiskIdentified,
    said.TaskAdvised,
    said.ReferralAdvised,
)
_PROFILE = ("age", "sex", "district")


@dataclass(frozen=True)
class PhoneScreening:
    """One reading of an instrument. session: where the engine stands; None once it is over."""

    id: str
    patient_id: str
    practitioner_id: str
    task_id: str | None
    instrument: str
    started_at: datetime
    ended_at: datetime | None
    session: Session | None

    @property
    def answered(self) -> tuple[tuple[str, str], ...]:
        """(linkId, code) of what was answered so far, in order."""
        frame = self.session.frames[0] if self.session and self.session.frames else None
        return tuple(frame.answers.items()) if frame else ()


def may_be_asked(conn: Connection, patient_id: str) -> bool:
    """Whether the person agreed that their answers are kept."""
    return bool(conn.execute(select(patient.c.consent_screening).where(patient.c.id == patient_id)).scalar() == "yes")


def agree(conn: Connection, patient_id: str, practitioner_id: str, version: str, now: datetime) -> None:
    """The person agreed by telephone, to the wording of that version, which was read to them."""
    event = said.ConsentGiven(at=now, kind=SCREENING_CONSENT, version=version)
    write(event, _recording(conn, patient_id, now))
    audit.record(conn, now, audit.CREATE, "consent.by_phone", "Patient", patient_id, practitioner_id=practitioner_id)


def begin(
    conn: Connection,
    engine: Engine,
    patient_id: str,
    practitioner_id: str,
    instrument: str,
    language: str,
    now: datetime,
    task_id: str | None = None,
) -> str:
    """Id of a new reading. Raises TaskRefused without the person's consent, or for an unknown instrument or person."""
    person = conn.execute(select(patient).where(patient.c.id == patient_id)).first()
    if person is None or engine.library.instrument(instrument) is None:
        raise TaskRefused("unknown_instrument")
    if person.consent_screening != "yes":
        raise TaskRefused("consent_needed")
    reading_id = context.of(conn).new_id()
    facts = {name: getattr(person, name) for name in _PROFILE if getattr(person, name) is not None}
    session = Session.fresh(_session_id(reading_id), language, now)
    turn = engine.open(session, f"{INSTRUMENT}:{instrument}", now, facts)
    row = {"id": reading_id, "patient_id": patient_id, "practitioner_id": practitioner_id, "task_id": task_id}
    conn.execute(insert(phone_screening), row | {"instrument": instrument, "started_at": now})
    _keep(conn, engine, reading_id, patient_id, turn, now)
    audit.record(
        conn, now, audit.CREATE, "screening.by_phone", "Patient", patient_id, practitioner_id=practitioner_id,
        detail={"instrument": instrument},
    )  # fmt: skip
    return reading_id


def reading(conn: Connection, reading_id: str) -> PhoneScreening | None:
    """A reading as it stands."""
    row = conn.execute(select(phone_screening).where(phone_screening.c.id == reading_id)).first()
    return None if row is None else _made(row)


def take(conn: Connection, engine: Engine, reading_id: str, step: Step, now: datetime) -> Turn:
    """What the step came to, written with all that it causes. Raises TaskRefused when the reading is over."""
    open_one = phone_screening.c.id == reading_id, phone_screening.c.ended_at.is_(None)
    row = conn.execute(select(phone_screening).where(*open_one).with_for_update()).first()
    if row is None or row.session is None:
        raise TaskRefused("reading_over")
    session = Session.from_json(json.loads(row.session))
    turn = step(session, now)
    if turn.understood and not turn.stale:
        _keep(conn, engine, reading_id, row.patient_id, turn, now)
    return turn


def response_of(reading: PhoneScreening) -> str:
    """Id of the response that the reading fills."""
    return f"{_session_id(reading.id)}-{reading.instrument}-1"


def _session_id(reading_id: str) -> str:
    return reading_id.replace("-", "")[:6]


def stop(conn: Connection, engine: Engine, reading_id: str, now: datetime) -> None:
    """The person does not want to go on: what was answered stays, with the scores that can be told."""
    take(conn, engine, reading_id, engine.stop, now)


def _keep(conn: Connection, engine: Engine, reading_id: str, patient_id: str, turn: Turn, now: datetime) -> None:
    session, events = _without_crisis_flows(engine, turn, now)
    recording = _recording(conn, patient_id, now)
    for event in events:
        if isinstance(event, _KEPT):
            write(event, recording)
    if any(isinstance(event, said.ScreeningCompleted) for event in events):
        _rescreened(conn, patient_id, reading_id, now)
    over = not session.frames
    values: dict[str, Any] = {"session": None if over else json.dumps(session.to_json(), ensure_ascii=False)}
    if over:
        values["ended_at"] = now
    conn.execute(update(phone_screening).where(phone_screening.c.id == reading_id).values(**values))


def _without_crisis_flows(engine: Engine, turn: Turn, now: datetime) -> tuple[Session, tuple[said.Event, ...]]:
    """The session on its instrument again, and every event: what the chat would ask in a crisis, a person asks here."""
    session, events = turn.session, turn.events
    while len(session.frames) > 1 or (session.frames and session.frames[0].kind != INSTRUMENT):
        below = session.frames[:1] if session.frames[0].kind == INSTRUMENT else ()
        session = replace(session, frames=below)
        if below and not below[0].waiting:
            going_on = engine.command(session, "resume", now)
            session, events = going_on.session, (*events, *going_on.events)
    return session, events


def _recording(conn: Connection, patient_id: str, now: datetime) -> Recording:
    person = conn.execute(select(patient).where(patient.c.id == patient_id)).one()
    return Recording(
        conn=conn,
        context=context.of(conn),
        now=now,
        patient_id=patient_id,
        conversation_id="",
        language=person.language,
        screening_consent=person.consent_screening,
        callback_consent=person.consent_callback,
        method=PHONE,
    )


def _rescreened(conn: Connection, patient_id: str, reading_id: str, now: datetime) -> None:
    """Who answered again by telephone is not invited to answer again by the bot."""
    name = select(phone_screening.c.instrument).where(phone_screening.c.id == reading_id).scalar_subquery()
    earlier = select(questionnaire_response.c.response_id).where(
        questionnaire_response.c.patient_id == patient_id,
        questionnaire_response.c.instrument == name,
        questionnaire_response.c.status == "completed",
        questionnaire_response.c.ended_at <= now - RESCREEN_GAP,
    )
    if conn.execute(select(exists(earlier))).scalar():
        messages.cancel(conn, patient_id, (messages.RESCREEN, messages.RESCREEN_REMINDER), "answered", now)


def _made(row: Row[Any]) -> PhoneScreening:
    return PhoneScreening(
        id=row.id,
        patient_id=row.patient_id,
        practitioner_id=row.practitioner_id,
        task_id=row.task_id,
        instrument=row.instrument,
        started_at=row.started_at,
        ended_at=row.ended_at,
        session=Session.from_json(json.loads(row.session)) if row.session else None,
    )
