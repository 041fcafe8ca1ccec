"""Whole programmes of made-up people, to see whether the reports count them right.

`run` records them as conversations are, one by one; `fill` writes the same rows at once, for programmes of thousands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from followup import models, tasks
from followup.database import Database
from followup.models import task
from followup.tasks import CallResult
from screening import events as said

INSTRUMENT = "srq13"
THREE_MONTHS = timedelta(days=90)


@dataclass(frozen=True)
class Programme:
    """How many people came how far. The first ones go furthest: positives come first, then those with first aid, …

    aid_again, referred_again: how many of those given first aid alone, and with a referral, answer again.
    """

    screened: int
    positive: int
    pfa: int
    referred: int
    callback: int = 0
    called_back: int = 0
    quechua: int = 0
    aid_again: int = 0
    referred_again: int = 0

    def people(self) -> Iterator[Person]:
        """Everybody, in order."""
        for number in range(self.screened):
            referred = number < self.referred
            again = number < self.referred_again or self.referred <= number < self.referred + self.aid_again
            yield Person(
                number=number,
                language="qu" if number >= self.screened - self.quechua else "es",
                positive=number < self.positive,
                pfa=number < self.pfa,
                referred=referred,
                callback=number < self.callback,
                before=(11 if referred else 9) + number % 5 - 2 if number < self.positive else number % 5,
                after=((6 if referred else 5) + number * 7 % 5 - 2) if again else None,
            )


@dataclass(frozen=True)
class Person:
    """One of them. after: the score three months later, if they answer again."""

    number: int
    language: str
    positive: bool
    pfa: bool
    referred: bool
    callback: bool
    before: int
    after: int | None


def run(database: Database, programme: Programme, now: datetime, counselor: str = "", days: int = 1) -> None:
    """Record the whole programme; people come on `days` days, one after the other."""
    for person in programme.people():
        comes = now + timedelta(days=person.number % days, seconds=person.number)
        _says(database, person, "1", comes, _first_events(person, comes))
        if person.after is not None:
            later = comes + THREE_MONTHS
            _says(database, person, "2", later, _screening(person, later, "again", person.after, False))
    if programme.called_back:
        _call(database, programme.called_back, counselor, now + timedelta(days=days))


def fill(database: Database, programme: Programme, now: datetime, days: int = 1) -> None:
    """The rows that `run` leaves of first days and later answers (no calls), written at once."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for person in programme.people():
        comes = now + timedelta(days=person.number % days, seconds=person.number)
        for table, row in _rows(person, comes):
            rows[table].append(row)
    with database.begin() as conn:
        for table in models.METADATA.sorted_tables:
            if table.name in rows:
                conn.execute(insert(table), rows[table.name])


def _rows(person: Person, at: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    patient_id = f"00000000-0000-4000-8000-{person.number:012}"
    of = {"patient_id": patient_id}
    yield (
        "patient",
        {
            "id": patient_id,
            "created_at": at,
            "language": person.language,
            "age": 15 + person.number % 60,
            "sex": "female" if person.number % 4 else "male",
            "district": "150106" if person.number % 3 else "150110",
            "has_phone": False,
            "consent_screening": "yes",
            "risk_order": 3,
        },
    )
    channel = ("telegram", "whatsapp", "web")[person.number % 3]
    talk = {"id": f"cohort-{person.number}", "channel": channel, "started_at": at, "last_message_at": at}
    yield "conversation", of | talk
    yield from _screening_rows(of, at, "first", person.before, person.positive, person.language)
    if person.after is not None:
        yield from _screening_rows(of, at + THREE_MONTHS, "again", person.after, False, person.language)
    if person.pfa:
        aid = {"script": "respiracion", "version": "1", "started_at": at, "completed_at": at + timedelta(minutes=5)}
        yield "first_aid_delivery", of | aid
    if person.referred:
        need = {"kind": "psychiatry", "status": "active", "priority": "urgent", "reasons": [], "rule": "", "at": at}
        yield "service_request", of | need | {"id": f"r{person.number}"}
    if person.callback:
        yield "task", of | _task_row(person, at)


def _screening_rows(
    of: dict[str, Any], at: datetime, which: str, score: int, positive: bool, language: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    response = of | {"response_id": which}
    yield (
        "questionnaire_response",
        response
        | {
            "instrument": INSTRUMENT,
            "version": "1",
            "sha256": "0" * 64,
            "language": language,
            "translation_state": "published",
            "status": "completed",
            "started_at": at,
            "ended_at": at,
        },
    )
    found = {"name": "total", "status": "final", "value": score, "answered": 13, "expected": 13, "complete": True}
    decided = {"positive": positive, "cutoff": {"positive_at": 7}, "at": at, "current": True}
    yield "observation", response | found | decided


def _task_row(person: Person, at: datetime) -> dict[str, Any]:
    return {
        "id": f"t{person.number}",
        "kind": "callback",
        "status": "requested",
        "priority": "routine",
        "risk_order": 3,
        "created_at": at,
        "due_at": at + timedelta(hours=24),
        "attempts": 0,
        "reasons": ["r"],
        "rule": "TR-1",
        "language": person.language,
        "district": "150106" if person.number % 3 else "150110",
        "has_phone": False,
    }


def _says(database: Database, person: Person, message: str, at: datetime, events: list[said.Event]) -> None:
    channel = ("telegram", "whatsapp", "web")[person.number % 3]
    with database.turn(f"cohort-{person.number}", message, at, channel, person.language) as turn:
        turn.record(events)


def _first_events(person: Person, at: datetime) -> list[said.Event]:
    events = [
        said.LanguageChosen(at=at, language=person.language),
        said.ConsentGiven(at=at, kind="screening", version="1"),
        said.ProfileAnswered(at=at, field="age", value=15 + person.number % 60),
        said.ProfileAnswered(at=at, field="sex", value="female" if person.number % 4 else "male"),
        said.ProfileAnswered(at=at, field="district", value="150106" if person.number % 3 else "150110"),
        *_screening(person, at, "first", person.before, person.positive),
    ]
    if person.pfa:
        events += [
            said.FirstAidStarted(at=at, script="respiracion", version="1"),
            said.FirstAidCompleted(at=at + timedelta(minutes=5), script="respiracion"),
        ]
    if person.referred:
        events.append(said.ReferralAdvised(at=at, kind="psychiatry", priority="urgent"))
    if person.callback:
        due = at + timedelta(hours=24)
        events.append(
            said.TaskAdvised(at=at, kind="callback", priority="routine", due_at=due, reasons=("r",), rule="TR-1")
        )
    return events


def _screening(person: Person, at: datetime, which: str, score: int, positive: bool) -> list[said.Event]:
    response = f"{which}-{person.number}"
    return [
        said.QuestionnaireStarted(
            at=at,
            response_id=response,
            instrument=INSTRUMENT,
            version="1",
            sha256="0" * 64,
            language=person.language,
            state="published",
        ),
        said.ScoreComputed(
            at=at,
            response_id=response,
            name="total",
            value=score,
            answered=13,
            expected=13,
            complete=True,
            positive=positive,
            band=None,
            cutoff={"positive_at": 7},
        ),
        said.ScreeningCompleted(at=at, response_id=response),
    ]


def _call(database: Database, how_many: int, counselor: str, at: datetime) -> None:
    with database.begin() as conn:
        ids = conn.execute(select(task.c.id).order_by(task.c.created_at, task.c.id).limit(how_many)).scalars().all()
        for task_id in ids:
            tasks.record_call(conn, task_id, counselor, CallResult("reached", "pfa_given"), at)
