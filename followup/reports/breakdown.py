"""The funnel by language, district, sex, age band, channel or week; each person stands in one row only.

Language, district, sex and age are those the person last gave, the channel is that of their first conversation, and
the week is that in which the measure first was true of them in the period. People who asked to be forgotten are
counted in a row of their own, except by language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.engine import Connection

from followup import context
from followup.models import conversation, patient
from followup.reports.counting import LANGUAGES, MEASURES, again, forgotten, source, within
from followup.reports.local_time import as_day, local_day, monday
from followup.reports.rules import AgeBand, report_rules
from followup.reports.small_numbers import protected, protected_part_of, shown

LANGUAGE, DISTRICT, SEX, AGE, CHANNEL, WEEK = DIMENSIONS = ("language", "district", "sex", "age", "channel", "week")
UNKNOWN, ERASED = "unknown", "erased"
_AT_ONCE = 500


@dataclass(frozen=True)
class Row:
    """One group with its people per measure; None: hidden because the number is small."""

    key: str
    people: Mapping[str, int | None]


@dataclass(frozen=True)
class Breakdown:
    """All groups of a dimension in order, and all people together."""

    dimension: str
    rows: tuple[Row, ...]
    total: Mapping[str, int | None]

    def hiding(self, limit: int) -> Breakdown:
        """The same without small numbers, and without those that would give them away."""
        columns = {measure: self._column(measure, limit) for measure in MEASURES}
        rows = tuple(
            Row(row.key, {measure: columns[measure][place] for measure in MEASURES})
            for place, row in enumerate(self.rows)
        )
        return Breakdown(
            self.dimension, rows, {measure: shown(people or 0, limit) for measure, people in self.total.items()}
        )

    def _column(self, measure: str, limit: int) -> list[int | None]:
        parts = [row.people[measure] or 0 for row in self.rows]
        if measure != "positive":
            return protected(parts, limit)
        return protected_part_of(parts, [row.people["screened"] or 0 for row in self.rows], limit)


def breakdown(
    conn: Connection,
    dimension: str,
    start: datetime | None,
    end: datetime | None,
    measures: Sequence[str] = MEASURES,
) -> Breakdown:
    """The funnel of the period by that dimension; measures that are not asked for count nobody."""
    counted: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
    for measure in measures:
        for key, people in _people(conn, measure, dimension, start, end):
            counted[key][measure] += people
    for row in forgotten(conn, start, end):
        if row.measure in measures:
            counted[row.language if dimension == LANGUAGE else ERASED][row.measure] += row.people
    keys = _in_order(conn, dimension, counted)
    rows = tuple(Row(key, dict(counted[key])) for key in keys)
    total = {measure: sum(counted[key][measure] for key in keys) for measure in MEASURES}
    return Breakdown(dimension, rows, total)


def _people(
    conn: Connection, measure: str, dimension: str, start: datetime | None, end: datetime | None
) -> Iterator[tuple[str, int]]:
    """People by group; the same group may come more than once."""
    if measure == "rescreened":
        yield from _rescreened(conn, dimension, start, end)
        return
    met = who_met(conn, measure, start, end)
    group = local_day(conn, met.c.first) if dimension == WEEK else of_person(conn, dimension)
    grouped = select(group.label("group"), func.count().label("people")).select_from(met)
    if dimension != WEEK:
        grouped = grouped.join(patient, patient.c.id == met.c.id)
    for row in conn.execute(grouped.group_by(group)):
        yield _key(dimension, row.group), int(row.people)


def who_met(conn: Connection, measure: str, start: datetime | None, end: datetime | None) -> Any:
    """(id, first): people who met a measure other than "rescreened" in the period, and when they first did."""
    wanted, at = source(conn, measure)
    first = func.min(at).label("first")
    return within(wanted.with_only_columns(patient.c.id, first), at, start, end).group_by(patient.c.id).subquery()


def _rescreened(
    conn: Connection, dimension: str, start: datetime | None, end: datetime | None
) -> Iterator[tuple[str, int]]:
    """Their gap is measured outside SQL, so they come as people."""
    first: dict[str, datetime] = {}
    for happening in again(conn, start, end):
        known = first.get(happening.patient_id)
        first[happening.patient_id] = happening.at if known is None else min(known, happening.at)
    if dimension == WEEK:
        zone = context.of(conn).calendar().zone
        yield from ((_key(WEEK, at.astimezone(zone).date()), 1) for at in first.values())
        return
    for some in _portions(list(first)):
        group = of_person(conn, dimension).label("group")
        for row in conn.execute(select(group).where(patient.c.id.in_(some))):
            yield _key(dimension, row.group), 1


def of_person(conn: Connection, dimension: str) -> Any:
    """What a person is counted under, as a column of their row; not for weeks."""
    if dimension == AGE:
        return case(*(_is_in(band) for band in report_rules(context.of(conn).rules_folder).age_bands), else_=None)
    if dimension == CHANNEL:
        theirs = conversation.c.patient_id == patient.c.id
        begun = select(conversation.c.channel).where(theirs).order_by(conversation.c.started_at, conversation.c.id)
        return begun.limit(1).scalar_subquery()
    return {LANGUAGE: patient.c.language, DISTRICT: patient.c.district, SEX: patient.c.sex}[dimension]


def _is_in(band: AgeBand) -> tuple[Any, str]:
    older = patient.c.age >= band.first
    return (older if band.last is None else and_(older, patient.c.age <= band.last)), band.code


def _key(dimension: str, value: Any) -> str:
    if value is None:
        return UNKNOWN
    return monday(as_day(value)).isoformat() if dimension == WEEK else str(value)


def _in_order(conn: Connection, dimension: str, counted: Mapping[str, Any]) -> list[str]:
    """Languages and ages in their own order, weeks and codes by name; what is not known and who is gone come last."""
    own: Sequence[str] = LANGUAGES if dimension == LANGUAGE else ()
    if dimension == AGE:
        own = [band.code for band in report_rules(context.of(conn).rules_folder).age_bands]
    rest = sorted(key for key in counted if key not in own and key not in (UNKNOWN, ERASED))
    return [*own, *rest, *(key for key in (UNKNOWN, ERASED) if key in counted)]


def _portions(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[place : place + _AT_ONCE] for place in range(0, len(ids), _AT_ONCE))
