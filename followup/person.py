"""All that a counselor needs to know before the call: the person's story in order, and what is open now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select, true
from sqlalchemy.engine import Connection, Row

from followup import audit, context, first_aid_sessions, referral_list, staff_messages, what_next
from followup.first_aid_sessions import FirstAidSession
from followup.models import (
    answer,
    call_attempt,
    communication,
    consent,
    contact_preference,
    conversation,
    first_aid_delivery,
    flag,
    handover,
    identity,
    observation,
    patient,
    practitioner,
    profile_answer,
    questionnaire_response,
    service_request,
    staff_message,
    task,
    task_event,
)
from followup.what_next import AfterCrisis, Planned


@dataclass(frozen=True)
class Answer:
    """One item of a questionnaire as it stands; corrected: an earlier answer was replaced."""

    link_id: str
    value: float | str | None
    code: str | None
    absent_reason: str | None
    corrected: bool
    at: datetime


@dataclass(frozen=True)
class Score:
    """One score as it stands; positive is None when undetermined."""

    name: str
    value: float
    answered: int
    expected: int
    complete: bool
    positive: bool | None
    band: str | None
    cutoff: Mapping[str, Any] | None


@dataclass(frozen=True)
class Screening:
    """One filled questionnaire."""

    response_id: str
    instrument: str
    version: str
    language: str
    translation_state: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    scores: tuple[Score, ...]
    answers: tuple[Answer, ...]
    method: str | None = None


@dataclass(frozen=True)
class Call:
    """One attempt to reach the person. note only for those who may see names."""

    id: str
    task_id: str
    attempt_no: int
    channel: str
    at: datetime
    by: str
    contact_result: str
    disposition: str | None
    next_at: datetime | None
    undone: bool
    note: str | None = field(repr=False, default=None)


@dataclass(frozen=True)
class Moment:
    """One line of the story: its kind (screening, flag, first_aid, session, referral, referral_step, call, task,
    consent, message, talk) and its data."""

    at: datetime
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class PersonPage:
    """The whole page. Names and phones are None unless the viewer may see them."""

    patient_id: str
    created_at: datetime
    language: str
    variety: str | None
    age: int | None
    sex: str | None
    district: str | None
    has_phone: bool
    channels: tuple[str, ...]
    consents: Mapping[str, str]
    contact: Mapping[str, str]
    profile: Mapping[str, str]
    open_task_ids: tuple[str, ...]
    flags: tuple[Mapping[str, Any], ...]
    screenings: tuple[Screening, ...]
    calls: tuple[Call, ...]
    timeline: tuple[Moment, ...]
    sessions: tuple[FirstAidSession, ...] = ()
    planned: tuple[Planned, ...] = ()
    after_crisis: AfterCrisis | None = None
    unread: int = 0
    name: str | None = field(repr=False, default=None)
    phone: str | None = field(repr=False, default=None)
    guardian_name: str | None = field(repr=False, default=None)
    guardian_phone: str | None = field(repr=False, default=None)
    code_word: str | None = field(repr=False, default=None)
    hours_said: str | None = field(repr=False, default=None)


def person(
    conn: Connection, patient_id: str, now: datetime, *, viewer: str | None, view_pii: bool = False, reason: str = ""
) -> PersonPage | None:
    """The page of a person, newest first; None when there is no such person. The look is recorded (use `db.begin()`).

    viewer: id of the practitioner who looks. reason: code of why, when the case is not theirs.
    """
    row = conn.execute(select(patient).where(patient.c.id == patient_id)).first()
    if row is None:
        return None
    detail = {"pii": view_pii} | ({"reason": reason} if reason else {})
    audit.record(conn, now, audit.READ, "person", "Patient", patient_id, practitioner_id=viewer, detail=detail)
    screenings = _screenings(conn, patient_id)
    calls = _calls(conn, patient_id, view_pii)
    flags = tuple(
        _facts(found, "id", "code", "level", "rule", "source", "status", "at") for found in _all(conn, flag, patient_id)
    )
    given = first_aid_sessions.sessions(conn, patient_id, with_notes=view_pii)
    hidden = _identities(conn, patient_id) if view_pii else {}
    open_ids = select(task.c.id).where(task.c.patient_id == patient_id, task.c.closed_at.is_(None))
    channels = select(conversation.c.channel).where(conversation.c.patient_id == patient_id).distinct()
    return PersonPage(
        patient_id=patient_id,
        created_at=row.created_at,
        language=row.language,
        variety=row.variety,
        age=row.age,
        sex=row.sex,
        district=row.district,
        has_phone=row.has_phone,
        channels=tuple(conn.execute(channels).scalars()),
        consents={found.kind: found.status for found in _all(conn, consent, patient_id) if found.ended_at is None},
        contact={found.field: found.value for found in _all(conn, contact_preference, patient_id) if found.current},
        profile={found.field: found.value for found in _all(conn, profile_answer, patient_id) if found.current},
        open_task_ids=tuple(conn.execute(open_ids.order_by(task.c.risk_order, task.c.due_at)).scalars()),
        flags=flags,
        screenings=screenings,
        calls=calls,
        timeline=_timeline(conn, patient_id, screenings, calls, given, view_pii),
        sessions=given,
        planned=what_next.planned(conn, patient_id),
        after_crisis=what_next.after_crisis(conn, patient_id),
        unread=staff_messages.counts(conn, patient_id)[1],
        name=hidden.get("name"),
        phone=hidden.get("phone"),
        guardian_name=hidden.get("guardian_name"),
        guardian_phone=hidden.get("guardian_phone"),
        code_word=hidden.get("contact_word"),
        hours_said=hidden.get("contact_hours"),
    )


def _all(conn: Connection, table: Table, patient_id: str) -> list[Row[Any]]:
    return list(conn.execute(select(table).where(table.c.patient_id == patient_id)))


def _facts(row: Row[Any], *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _screenings(conn: Connection, patient_id: str) -> tuple[Screening, ...]:
    scores: dict[str, list[Score]] = {}
    for row in _all(conn, observation, patient_id):
        if row.current:
            parts = ("name", "value", "answered", "expected", "complete", "positive", "band", "cutoff")
            scores.setdefault(row.response_id, []).append(Score(**_facts(row, *parts)))
    answers = _answers(conn, patient_id)
    names = (
        "response_id",
        "instrument",
        "version",
        "language",
        "translation_state",
        "status",
        "started_at",
        "ended_at",
        "method",
    )
    found = [
        Screening(
            **_facts(row, *names),
            scores=tuple(scores.get(row.response_id, ())),
            answers=tuple(answers.get(row.response_id, ())),
        )
        for row in _all(conn, questionnaire_response, patient_id)
    ]
    return tuple(sorted(found, key=lambda screening: screening.started_at, reverse=True))


def _answers(conn: Connection, patient_id: str) -> dict[str, list[Answer]]:
    """The standing answers of each questionnaire, in the order in which the items were first answered."""
    rows = conn.execute(select(answer).where(answer.c.patient_id == patient_id).order_by(answer.c.id)).all()
    times: dict[tuple[str, str], int] = {}
    for row in rows:
        key = row.response_id, row.link_id
        times[key] = times.get(key, 0) + 1
    standing = {(row.response_id, row.link_id): row for row in rows if row.current}
    found: dict[str, list[Answer]] = {}
    for key, count in times.items():
        row = standing[key]
        value = row.value if row.value is not None else row.value_text
        made = Answer(row.link_id, value, row.code, row.absent_reason, count > 1, row.at)
        found.setdefault(row.response_id, []).append(made)
    return found


def _calls(conn: Connection, patient_id: str, with_notes: bool) -> tuple[Call, ...]:
    vault = context.of(conn).vault
    wanted = (
        select(call_attempt, practitioner.c.name.label("by"))
        .join(practitioner, practitioner.c.id == call_attempt.c.practitioner_id)
        .where(call_attempt.c.patient_id == patient_id)
        .order_by(call_attempt.c.at.desc())
    )
    names = ("id", "task_id", "attempt_no", "channel", "at", "by", "contact_result", "disposition", "next_at")
    return tuple(
        Call(
            **_facts(row, *names),
            undone=row.undone_at is not None,
            note=vault.decrypt_note(row.note) if with_notes and row.note else None,
        )
        for row in conn.execute(wanted)
    )


def _identities(conn: Connection, patient_id: str) -> dict[str, str]:
    vault = context.of(conn).vault
    wanted = select(identity).where(identity.c.patient_id == patient_id, identity.c.current == true())
    return {row.kind: vault.decrypt(row.ciphertext, row.kind) for row in conn.execute(wanted)}


def _timeline(
    conn: Connection,
    patient_id: str,
    screenings: tuple[Screening, ...],
    calls: tuple[Call, ...],
    given: tuple[FirstAidSession, ...],
    with_notes: bool,
) -> tuple[Moment, ...]:
    story = [Moment(done.ended_at or done.started_at, "screening", {"screening": done}) for done in screenings]
    story += [Moment(call.at, "call", {"call": call}) for call in calls]
    story += [Moment(session.at, "session", {"session": session}) for session in given]
    story += _talks(conn, patient_id)
    for table, kind, at, columns in _STORY:
        for row in _all(conn, table, patient_id):
            # A session by telephone is told with what the counselor wrote of it.
            if getattr(row, at) is not None and not (kind == "first_aid" and row.script == first_aid_sessions.BY_PHONE):
                story.append(Moment(getattr(row, at), kind, _facts(row, *columns)))
    story += [Moment(at, "referral_step", data) for at, data in referral_list.story(conn, patient_id)]
    changes = (
        select(task_event, task.c.kind.label("task_kind"), practitioner.c.name.label("by"))
        .join(task, task.c.id == task_event.c.task_id)
        .outerjoin(practitioner, practitioner.c.id == task_event.c.actor_id)
        .where(task.c.patient_id == patient_id, task_event.c.event != "called")
    )
    vault = context.of(conn).vault
    for row in conn.execute(changes):
        note = vault.decrypt_note(row.note) if with_notes and row.note else None
        facts = _facts(row, "task_id", "task_kind", "event", "status", "by", "detail")
        story.append(Moment(row.at, "task", facts | {"note": note}))
    return tuple(sorted(story, key=lambda moment: moment.at, reverse=True))


def _talks(conn: Connection, patient_id: str) -> list[Moment]:
    """When somebody of the team wrote with the person: who, and how many messages; never what."""
    ours = (
        staff_message.c.patient_id == patient_id,
        staff_message.c.handover_id == handover.c.id,
        staff_message.c.direction != staff_messages.BOT,
    )
    number = select(func.count()).where(*ours).scalar_subquery().label("messages")
    wanted = (
        select(handover, practitioner.c.name.label("by"), number)
        .join(practitioner, practitioner.c.id == handover.c.practitioner_id)
        .where(handover.c.patient_id == patient_id)
    )
    names = ("by", "messages", "ended_at", "end_reason")
    return [Moment(row.started_at, "talk", _facts(row, *names)) for row in conn.execute(wanted)]


_STORY: tuple[tuple[Table, str, str, tuple[str, ...]], ...] = (
    (flag, "flag", "at", ("id", "code", "level", "rule", "source", "status")),
    (first_aid_delivery, "first_aid", "started_at", ("script", "version", "completed_at", "helped")),
    (service_request, "referral", "at", ("id", "kind", "priority", "status", "reasons", "rule")),
    (consent, "consent", "at", ("kind", "status", "version", "ended_at")),
    (communication, "message", "sent_at", ("kind", "status", "status_reason", "due_at")),
)
