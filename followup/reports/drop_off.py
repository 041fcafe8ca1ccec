"""Where people stop answering, question by question.

The denominator of each question is the people who were shown it: those who answered it, those who left it out, those
who went away at it, and those who may still answer. It is never the number of the question before, so nothing can be
negative, and a question that only some are asked is not taken for one at which the others left.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.engine import Connection

from followup import context
from followup.models import answer, questionnaire_response
from followup.reports.counting import within
from followup.reports.rules import report_rules
from screening.definitions import Library, Questionnaire
from screening.response import next_item

COMPLETED = "completed"


@dataclass(frozen=True)
class Question:
    """One question: shown = answered + skipped + left + open."""

    number: int
    link_id: str
    text: str
    answered: int
    skipped: int
    left: int
    open: int

    @property
    def shown(self) -> int:
        """Who was asked it."""
        return self.answered + self.skipped + self.left + self.open


@dataclass(frozen=True)
class DropOff:
    """One version of an instrument. finished: of those who began."""

    instrument: str
    version: str
    title: str
    began: int
    finished: int
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class DropOffs:
    """By instrument, the most used first. unknown_version: questionnaires in a version whose rules are gone."""

    instruments: tuple[DropOff, ...]
    unknown_version: int


def drop_off(
    conn: Connection, library: Library, start: datetime | None, end: datetime | None, now: datetime
) -> DropOffs:
    """Of questionnaires begun in the period."""
    done = questionnaire_response.c
    finished = func.sum(case((done.status == COMPLETED, 1), else_=0))
    wanted = select(done.instrument, done.version, func.count().label("began"), finished.label("finished"))
    rows = conn.execute(within(wanted.group_by(done.instrument, done.version), done.started_at, start, end)).all()
    known = [(row, one) for row in rows if (one := library.instrument(row.instrument, row.version))]
    stops = _stops(conn, library, start, end, now)
    said = _said(conn, start, end)
    found = [_drop_off(row, one, said, stops) for row, one in known]
    found.sort(key=lambda one: (-one.began, one.instrument, one.version))
    return DropOffs(tuple(found), sum(row.began for row in rows) - sum(row.began for row, _ in known))


def _drop_off(row: Any, instrument: Questionnaire, said: Any, stops: Any) -> DropOff:
    key = row.instrument, row.version
    questions = tuple(
        Question(
            number,
            item.link_id,
            item.text,
            answered=said[key][item.link_id, True],
            skipped=said[key][item.link_id, False],
            left=stops[key][item.link_id, True],
            open=stops[key][item.link_id, False],
        )
        for number, item in enumerate(instrument.items, 1)
    )
    return DropOff(row.instrument, row.version, instrument.title, int(row.began), int(row.finished), questions)


def _said(conn: Connection, start: datetime | None, end: datetime | None) -> Any:
    """(instrument, version) -> (linkId, whether it was answered rather than left out) -> people."""
    done = questionnaire_response.c
    same = (answer.c.patient_id == done.patient_id) & (answer.c.response_id == done.response_id)
    given = answer.c.absent_reason.is_(None)
    columns = done.instrument, done.version, answer.c.link_id, given.label("given")
    wanted = (
        select(*columns, func.count().label("people"))
        .select_from(questionnaire_response.join(answer, same))
        .where(answer.c.current)
        .group_by(done.instrument, done.version, answer.c.link_id, given)
    )
    found: Any = defaultdict(Counter)
    for row in conn.execute(within(wanted, done.started_at, start, end)):
        found[row.instrument, row.version][row.link_id, bool(row.given)] += int(row.people)
    return found


def _stops(conn: Connection, library: Library, start: datetime | None, end: datetime | None, now: datetime) -> Any:
    """(instrument, version) -> (linkId at which somebody stands, whether they went away) -> people."""
    done = questionnaire_response.c
    same = (answer.c.patient_id == done.patient_id) & (answer.c.response_id == done.response_id) & answer.c.current
    columns = done.patient_id, done.response_id, done.instrument, done.version, done.status, done.started_at
    wanted = (
        select(*columns, answer.c.link_id, answer.c.code, answer.c.at)
        .select_from(questionnaire_response.outerjoin(answer, same))
        .where(done.status != COMPLETED)
        .order_by(done.patient_id, done.response_id)
    )
    gone_before = now - report_rules(context.of(conn).rules_folder).left_after
    found: Any = defaultdict(Counter)
    rows = conn.execute(within(wanted, done.started_at, start, end).execution_options(yield_per=1000))
    for _, one in groupby(rows, key=lambda row: (row.patient_id, row.response_id)):
        answers = list(one)
        first = answers[0]
        instrument = library.instrument(first.instrument, first.version)
        if instrument is None:
            continue
        at = next_item(instrument, {row.link_id: row.code or "" for row in answers if row.link_id})
        if at is not None:
            last = max((row.at for row in answers if row.at), default=first.started_at)
            found[first.instrument, first.version][at.link_id, first.status == "stopped" or last < gone_before] += 1
    return found
