"""Questionnaires, answers and scores; only with consent, and a correction keeps both values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, literal, select, true, update

from followup import messages
from followup.dialects import insert_or_ignore
from followup.models import answer, observation, questionnaire_response
from followup.record.recording import Recording, write
from screening import events as said

ABSENT_REASONS = {"skipped": "asked-declined", "unsure": "asked-unknown"}
"""FHIR data-absent-reason for an item that was left out."""

_SAME_RESPONSE = (
    questionnaire_response.c.patient_id == bindparam("b_patient"),
    questionnaire_response.c.response_id == bindparam("b_response"),
)
_END_RESPONSE = (
    update(questionnaire_response).where(*_SAME_RESPONSE).values(status=bindparam("state"), ended_at=bindparam("at"))
)
_ANSWER_FIELDS = (
    "patient_id",
    "response_id",
    "link_id",
    "value",
    "value_text",
    "code",
    "absent_reason",
    "at",
    "current",
)
# Only into a questionnaire that was recorded: one begun without consent has no row, and its answers get none.
_ADD_ANSWER = insert(answer).from_select(
    _ANSWER_FIELDS,
    select(
        questionnaire_response.c.patient_id,
        questionnaire_response.c.response_id,
        *(bindparam(f"b_{name}", type_=answer.c[name].type) for name in _ANSWER_FIELDS[2:-1]),
        true(),
    ).where(*_SAME_RESPONSE),
)
_REPLACE_ANSWER = (
    update(answer)
    .where(
        answer.c.patient_id == bindparam("b_patient"),
        answer.c.response_id == bindparam("b_response"),
        answer.c.link_id == bindparam("b_link_id"),
    )
    .values(current=False)
)


@write.register
def _(event: said.QuestionnaireStarted, to: Recording) -> None:
    if not to.consented:
        return
    row = {
        "patient_id": to.patient_id,
        "response_id": event.response_id,
        "instrument": event.instrument,
        "version": event.version,
        "sha256": event.sha256,
        "language": event.language,
        "translation_state": event.state,
        "status": "in-progress",
        "started_at": event.at,
        "method": to.method,
    }
    insert_or_ignore(to.conn, questionnaire_response, row)
    messages.cancel(to.conn, to.patient_id, (messages.RESCREEN_REMINDER, messages.UNFINISHED), "answered", event.at)


@write.register
def _(event: said.ItemAnswered, to: Recording) -> None:
    number = event.value if isinstance(event.value, (int, float)) else None
    text = event.value if number is None else None
    _keep_answer(to, event, value=number, value_text=text, code=event.code)


@write.register
def _(event: said.ItemSkipped, to: Recording) -> None:
    _keep_answer(to, event, code=event.why, absent_reason=ABSENT_REASONS.get(event.why, "unknown"))


def _keep_answer(to: Recording, event: said.ItemAnswered | said.ItemSkipped, **values: Any) -> None:
    if not to.consented:
        return
    key = {"b_patient": to.patient_id, "b_response": event.response_id, "b_link_id": event.link_id}
    to.conn.execute(_REPLACE_ANSWER, key)
    named = {f"b_{name}": values.get(name) for name in ("value", "value_text", "code", "absent_reason")}
    to.conn.execute(_ADD_ANSWER, {**key, **named, "b_at": event.at})


@write.register
def _(event: said.ScoreComputed, to: Recording) -> None:
    if not to.consented or not _is_recorded(to, event.response_id):
        return
    same = observation.c.patient_id == to.patient_id, observation.c.response_id == event.response_id
    to.conn.execute(update(observation).where(*same, observation.c.name == event.name).values(current=False))
    row = {
        "patient_id": to.patient_id,
        "response_id": event.response_id,
        "name": event.name,
        "status": "final" if event.complete else "preliminary",
        "value": event.value,
        "answered": event.answered,
        "expected": event.expected,
        "complete": event.complete,
        "positive": event.positive,
        "band": event.band,
        "cutoff": dict(event.cutoff) if event.cutoff else None,
        "at": event.at,
        "current": True,
    }
    to.conn.execute(insert(observation), row)


def _is_recorded(to: Recording, response_id: str) -> bool:
    wanted = select(literal(1)).select_from(questionnaire_response).where(*_SAME_RESPONSE)
    return to.conn.execute(wanted, {"b_patient": to.patient_id, "b_response": response_id}).first() is not None


@write.register
def _(event: said.ScreeningCompleted, to: Recording) -> None:
    _end_response(to, event.response_id, "completed", event.at)


@write.register
def _(event: said.ScreeningStopped, to: Recording) -> None:
    _end_response(to, event.response_id, "stopped", event.at)


def _end_response(to: Recording, response_id: str, state: str, at: datetime) -> None:
    key = {"b_patient": to.patient_id, "b_response": response_id}
    to.conn.execute(_END_RESPONSE, {**key, "state": state, "at": at})
