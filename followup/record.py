"""Events become rows: one writer for each kind of event, all in the transaction of the turn.

Without consent to screening nothing of a questionnaire, of the profile or of first aid is kept. Risks, tasks and what
a person gives us to be called are kept: a crisis does not wait for a form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch
from typing import Any

from sqlalchemy import Table, bindparam, insert, literal, select, true, update
from sqlalchemy.engine import Connection

from followup import messages, retention, tasks
from followup.context import Context
from followup.dialects import insert_or_ignore
from followup.good_hours import understood
from followup.models import (
    answer,
    consent,
    contact_preference,
    conversation,
    first_aid_delivery,
    flag,
    identity,
    observation,
    patient,
    profile_answer,
    questionnaire_response,
)
from followup.tasks.flags import LEVEL_ORDER
from screening import events as said

PROFILE_FIELDS = ("age", "sex", "district")
FREE_TEXT_PREFERENCES = frozenset({"word", "hours"})
"""Contact preferences in the person's own words; they are kept like a name."""
ABSENT_REASONS = {"skipped": "asked-declined", "unsure": "asked-unknown"}
"""FHIR data-absent-reason for an item that was left out."""
_UBIGEO = re.compile(r"^\d{6}$")


@dataclass
class Recording:
    """Whose turn it is and what is known of them; kept in step while the turn is written."""

    conn: Connection
    context: Context
    now: datetime
    patient_id: str
    conversation_id: str
    language: str
    screening_consent: str | None
    callback_consent: str | None
    profile_wanted: bool = False
    erase: bool = False

    @property
    def consented(self) -> bool:
        """Whether answers may be kept."""
        return self.screening_consent == "yes"

    def take_profile(self, facts: Mapping[str, Any]) -> None:
        """Keep what the person said of themselves before they consented in this turn."""
        _set_profile(self, {field: facts[field] for field in PROFILE_FIELDS if facts.get(field) is not None})
        self.profile_wanted = False


@singledispatch
def write(event: said.Event, _to: Recording) -> None:
    """Write one event; an unknown kind of event is a mistake in the program."""
    raise TypeError(f"no writer for {type(event).__name__}")


# The talk ---------------------------------------------------------------------------------------------------

_CONVERSATION = update(conversation).where(conversation.c.id == bindparam("conversation"))
_STARTED = _CONVERSATION.values(started_at=bindparam("at"), reminded_at=None)
_STATUS = _CONVERSATION.values(status=bindparam("state"))


@write.register
def _(event: said.SessionStarted, to: Recording) -> None:
    to.conn.execute(_STARTED, {"conversation": to.conversation_id, "at": event.at})


def _set_status(to: Recording, state: str) -> None:
    to.conn.execute(_STATUS, {"conversation": to.conversation_id, "state": state})


@write.register
def _(_event: said.SessionPaused, to: Recording) -> None:
    _set_status(to, "paused")


@write.register
def _(_event: said.SessionResumed, to: Recording) -> None:
    _set_status(to, "in-progress")


@write.register
def _(_event: said.SessionStopped, to: Recording) -> None:
    _set_status(to, "stopped")


@write.register
def _(_event: said.SessionCompleted, to: Recording) -> None:
    _set_status(to, "completed")


@write.register
def _(_event: said.DataErasureRequested, to: Recording) -> None:
    to.erase = True


# The person -------------------------------------------------------------------------------------------------


@write.register
def _(event: said.LanguageChosen, to: Recording) -> None:
    to.language = event.language
    where = patient.c.id == to.patient_id
    to.conn.execute(update(patient).where(where).values(language=event.language, variety=event.variety))
    tasks.copy_to_open(to.conn, to.patient_id, language=event.language)


@write.register
def _(event: said.ProfileAnswered, to: Recording) -> None:
    if not to.consented:
        return
    if event.field in PROFILE_FIELDS:
        _set_profile(to, {event.field: event.value})
    else:
        _supersede(to, profile_answer, event.field, str(event.value), event.at)


def _set_profile(to: Recording, values: Mapping[str, Any]) -> None:
    kept = {field: value for field, value in values.items() if _fits(field, value)}
    if kept:
        to.conn.execute(update(patient).where(patient.c.id == to.patient_id).values(**kept))
    if "district" in kept:
        tasks.copy_to_open(to.conn, to.patient_id, district=kept["district"])


def _fits(field: str, value: Any) -> bool:
    """Whether it is a value, and not a "skipped" or "unsure"."""
    if field == "age":
        return isinstance(value, int) and not isinstance(value, bool)
    if field == "district":
        return bool(_UBIGEO.match(str(value)))
    return value not in ("skipped", "unsure")


@write.register
def _(event: said.IdentityGiven, to: Recording) -> None:
    _keep_identity(to, event.kind, event.value, event.at)
    if event.kind in ("phone", "guardian_phone"):
        to.conn.execute(update(patient).where(patient.c.id == to.patient_id).values(has_phone=True))
        tasks.phone_came(to.conn, to.patient_id, event.at)


def _keep_identity(to: Recording, kind: str, value: str, at: datetime) -> None:
    same = identity.c.patient_id == to.patient_id, identity.c.kind == kind
    to.conn.execute(update(identity).where(*same).values(current=False))
    row = {"patient_id": to.patient_id, "kind": kind, "at": at, "current": True}
    to.conn.execute(insert(identity), {**row, "ciphertext": to.context.vault.encrypt(value, kind)})


@write.register
def _(event: said.ContactPreferenceGiven, to: Recording) -> None:
    if event.field in FREE_TEXT_PREFERENCES:
        _keep_identity(to, f"contact_{event.field}", event.value, event.at)
    value = understood(event.value) if event.field == "hours" else event.value
    if event.field != "word" and value is not None:
        _supersede(to, contact_preference, event.field, value, event.at)


def _supersede(to: Recording, table: Table, field: str, value: str, at: datetime) -> None:
    """A new value of a field; the earlier one stays, not current any more."""
    same = table.c.patient_id == to.patient_id, table.c.field == field
    to.conn.execute(update(table).where(*same).values(current=False))
    row = {"patient_id": to.patient_id, "field": field, "value": value[:120], "at": at, "current": True}
    to.conn.execute(insert(table), row)


# Consent ----------------------------------------------------------------------------------------------------


@write.register
def _(event: said.ConsentGiven, to: Recording) -> None:
    _keep_consent(to, event, "active")
    if event.kind == "screening":
        to.profile_wanted = not to.consented
        to.screening_consent = "yes"
    elif event.kind == "callback":
        to.callback_consent = "yes"


@write.register
def _(event: said.ConsentRefused, to: Recording) -> None:
    _keep_consent(to, event, "rejected")
    if event.kind == "screening":
        to.screening_consent = "no"
        retention.forget_screening(to.conn, to.patient_id, event.at)
    elif event.kind == "callback":
        to.callback_consent = "no"
        tasks.withdraw_callback(to.conn, to.patient_id, event.at)


def _keep_consent(to: Recording, event: said.ConsentGiven | said.ConsentRefused, status: str) -> None:
    standing = consent.c.patient_id == to.patient_id, consent.c.kind == event.kind, consent.c.ended_at.is_(None)
    to.conn.execute(update(consent).where(*standing).values(ended_at=event.at))
    row = {"patient_id": to.patient_id, "kind": event.kind, "status": status, "version": event.version, "at": event.at}
    to.conn.execute(insert(consent), row)
    column = {"screening": "consent_screening", "callback": "consent_callback"}.get(event.kind)
    if column:
        said_yes = "yes" if status == "active" else "no"
        to.conn.execute(update(patient).where(patient.c.id == to.patient_id).values({column: said_yes}))


# Questionnaires ---------------------------------------------------------------------------------------------

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


# Risk, care and what is owed --------------------------------------------------------------------------------


@write.register
def _(event: said.RiskIdentified, to: Recording) -> None:
    row = {"code": event.code, "level": event.level, "rule": event.rule, "source": event.source}
    to.conn.execute(insert(flag), {**row, "patient_id": to.patient_id, "status": "active", "at": event.at})
    tasks.raise_risk(to.conn, to.patient_id, LEVEL_ORDER.get(event.level, 1), event.at)


@write.register
def _(event: said.TaskAdvised, to: Recording) -> None:
    advice = tasks.Advice(event.kind, event.priority, event.due_at, tuple(event.reasons), event.rule)
    tasks.advise(to.conn, to.patient_id, advice, event.at)


@write.register
def _(event: said.ReferralAdvised, to: Recording) -> None:
    tasks.refer(to.conn, to.patient_id, event.kind, event.priority, tuple(event.reasons), event.rule, event.at)


@write.register
def _(event: said.FirstAidStarted, to: Recording) -> None:
    if to.consented:
        row = {"patient_id": to.patient_id, "script": event.script, "version": event.version, "started_at": event.at}
        to.conn.execute(insert(first_aid_delivery), row)


@write.register
def _(event: said.FirstAidCompleted, to: Recording) -> None:
    latest = (
        select(first_aid_delivery.c.id)
        .where(
            first_aid_delivery.c.patient_id == to.patient_id,
            first_aid_delivery.c.script == event.script,
            first_aid_delivery.c.completed_at.is_(None),
        )
        .order_by(first_aid_delivery.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    done = update(first_aid_delivery).where(first_aid_delivery.c.id == latest)
    to.conn.execute(done.values(completed_at=event.at, helped=event.helped))


@write.register
def _(event: said.RescreenScheduled, to: Recording) -> None:
    if to.consented:
        messages.schedule(to.conn, to.patient_id, messages.RESCREEN, event.due_at, event.at)
