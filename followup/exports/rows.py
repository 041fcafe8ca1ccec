"""The rows of each table of the dictionary, one at a time: a long history does not fill the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.engine import Connection, Row

from followup import context
from followup.exports.pseudonyms import Pseudonyms
from followup.models import (
    answer,
    call_attempt,
    conversation,
    first_aid_delivery,
    first_aid_session,
    identity,
    observation,
    patient,
    questionnaire_response,
    referral,
    service_request,
    task,
)
from followup.reports.counting import within

AT_ONCE = 500
"""Rows fetched at a time."""
IDENTITY_KINDS = ("name", "phone", "guardian_name", "guardian_phone")
Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which rows: begun from `start` (included) to `end` (excluded); identity: with names and phones."""

    start: datetime | None = None
    end: datetime | None = None
    identity: bool = False

    def within(self, statement: Any, at: Any) -> Any:
        """The statement for the period only."""
        return within(statement, at, self.start, self.end)


def score_names(conn: Connection) -> list[str]:
    """Names of all scores that were ever computed."""
    return sorted(conn.execute(select(observation.c.name).distinct()).scalars())


def rows_of(conn: Connection, table: str, wanted: Wanted) -> Iterator[Cells]:
    """The rows of a table as cells by column."""
    pseudonyms = Pseudonyms(context.of(conn).vault)
    statement, cells = _TABLES[table]
    found = conn.execute(statement(conn, wanted).execution_options(yield_per=AT_ONCE))
    for portion in found.partitions():
        known = identities(conn, [row.id for row in portion]) if table == "people" and wanted.identity else {}
        for row in portion:
            yield {**cells(row, pseudonyms), **known.get(row.id if table == "people" else None, {})}


def people(wanted: Wanted) -> Any:
    """Everybody who came, or with whom something happened, in the period; with the channel they first came by."""
    theirs = conversation.c.patient_id == patient.c.id
    begun = select(conversation.c.channel).where(theirs).order_by(conversation.c.started_at, conversation.c.id).limit(1)
    active = [
        patient.c.id.in_(wanted.within(select(table.c.patient_id), at))
        for table, at in (
            (questionnaire_response, questionnaire_response.c.started_at),
            (first_aid_delivery, first_aid_delivery.c.started_at),
            (task, task.c.created_at),
            (call_attempt, call_attempt.c.at),
            (service_request, service_request.c.at),
            (first_aid_session, first_aid_session.c.at),
            (referral, referral.c.sent_at),
        )
    ]
    new = patient.c.id.in_(wanted.within(select(patient.c.id), patient.c.created_at))
    return select(patient, begun.scalar_subquery().label("channel")).where(or_(new, *active)).order_by(patient.c.id)


def _person_cells(row: Row[Any], ids: Pseudonyms) -> dict[str, Any]:
    return _person(row, ids, row.id)


def identities(conn: Connection, ids: list[str]) -> dict[str | None, dict[str, str]]:
    """Names and phones that stand, by person."""
    vault = context.of(conn).vault
    current = identity.c.current, identity.c.kind.in_(IDENTITY_KINDS), identity.c.patient_id.in_(ids)
    found: dict[str | None, dict[str, str]] = {}
    for row in conn.execute(select(identity).where(*current).order_by(identity.c.id)):
        found.setdefault(row.patient_id, {})[row.kind] = vault.decrypt(row.ciphertext, row.kind)
    return found


def _screenings(conn: Connection, wanted: Wanted) -> Any:
    """One row for each, with all its scores beside each other."""
    done = questionnaire_response
    columns = []
    for name in score_names(conn):
        is_it = observation.c.name == name
        columns += [
            func.max(case((is_it, observation.c.value))).label(f"score_{name}"),
            func.max(case((is_it, case((observation.c.complete, 1), else_=0)))).label(f"complete_{name}"),
            func.max(case((is_it, _as_number(observation.c.positive)))).label(f"positive_{name}"),
        ]
    same = (observation.c.patient_id == done.c.patient_id) & (observation.c.response_id == done.c.response_id)
    found = select(done, *columns).select_from(done.outerjoin(observation, same & observation.c.current))
    return (
        wanted.within(found, done.c.started_at).group_by(*done.primary_key.columns).order_by(*done.primary_key.columns)
    )


def _as_number(flag: Any) -> Any:
    return case((flag.is_(None), None), (flag, 1), else_=0)


def _screening_cells(row: Row[Any], ids: Pseudonyms) -> dict[str, Any]:
    cells = _person(row, ids, row.patient_id) | {"screening": ids.of("screening", row.patient_id, row.response_id)}
    yes_no = [name for name in cells if name.startswith(("complete_", "positive_"))]
    return cells | {name: None if cells[name] is None else bool(cells[name]) for name in yes_no}


def _answers(_conn: Connection, wanted: Wanted) -> Any:
    done = questionnaire_response
    same = (answer.c.patient_id == done.c.patient_id) & (answer.c.response_id == done.c.response_id)
    found = select(answer, answer.c.link_id.label("item"), done.c.instrument).select_from(answer.join(done, same))
    return wanted.within(found.where(answer.c.current), done.c.started_at).order_by(answer.c.id)


def _answer_cells(row: Row[Any], ids: Pseudonyms) -> dict[str, Any]:
    return _person(row, ids, row.patient_id) | {"screening": ids.of("screening", row.patient_id, row.response_id)}


def _first_aid(_conn: Connection, wanted: Wanted) -> Any:
    found = wanted.within(select(first_aid_delivery), first_aid_delivery.c.started_at)
    return found.order_by(first_aid_delivery.c.id)


def _tasks(_conn: Connection, wanted: Wanted) -> Any:
    return wanted.within(select(task), task.c.created_at).order_by(task.c.created_at, task.c.id)


def _task_cells(row: Row[Any], ids: Pseudonyms) -> dict[str, Any]:
    own = {"task": ids.of("task", row.id), "counselor": ids.maybe("practitioner", row.last_by)}
    return _person(row, ids, row.patient_id) | own | {"reasons": " ".join(row.reasons)}


def _calls(_conn: Connection, wanted: Wanted) -> Any:
    return wanted.within(select(call_attempt), call_attempt.c.at).order_by(call_attempt.c.at, call_attempt.c.id)


def _call_cells(row: Row[Any], ids: Pseudonyms) -> dict[str, Any]:
    own = {"task": ids.of("task", row.task_id), "counselor": ids.of("practitioner", row.practitioner_id)}
    return _person(row, ids, row.patient_id) | own


def _referrals(_conn: Connection, wanted: Wanted) -> Any:
    return wanted.within(select(service_request), service_request.c.at).order_by(service_request.c.at)


def _referral_cells(row: Row[Any], ids: Pseudonyms) -> dict[str, Any]:
    own = {"referral": ids.of("referral", row.id), "reasons": " ".join(row.reasons)}
    return _person(row, ids, row.patient_id) | own


def _sessions(_conn: Connection, wanted: Wanted) -> Any:
    return wanted.within(select(first_aid_session), first_aid_session.c.at).order_by(first_aid_session.c.at)


def _session_cells(row: Row[Any], ids: Pseudonyms) -> dict[str, Any]:
    own = {"topics": " ".join(row.topics), "counselor": ids.of("practitioner", row.practitioner_id)}
    return _person(row, ids, row.patient_id) | own


def _sent(_conn: Connection, wanted: Wanted) -> Any:
    return wanted.within(select(referral), referral.c.sent_at).order_by(referral.c.sent_at, referral.c.id)


def _sent_cells(row: Row[Any], ids: Pseudonyms) -> dict[str, Any]:
    own = {
        "referral": ids.of("referral", row.service_request_id),
        "counselor": ids.of("practitioner", row.created_by),
    }
    return _person(row, ids, row.patient_id) | own


def _plain_cells(row: Row[Any], ids: Pseudonyms) -> dict[str, Any]:
    return _person(row, ids, row.patient_id)


def _person(row: Row[Any], ids: Pseudonyms, patient_id: str) -> dict[str, Any]:
    """All columns of the row; the writer takes those of the dictionary only."""
    return {**row._mapping, "person": ids.of("person", patient_id)}


_TABLES: Mapping[str, tuple[Callable[[Connection, Wanted], Any], Callable[[Row[Any], Pseudonyms], dict[str, Any]]]] = {
    "people": (lambda _conn, wanted: people(wanted), _person_cells),
    "screenings": (_screenings, _screening_cells),
    "answers": (_answers, _answer_cells),
    "first_aid": (_first_aid, _plain_cells),
    "phone_sessions": (_sessions, _session_cells),
    "tasks": (_tasks, _task_cells),
    "calls": (_calls, _call_cells),
    "referrals": (_referrals, _referral_cells),
    "sent_referrals": (_sent, _sent_cells),
}
