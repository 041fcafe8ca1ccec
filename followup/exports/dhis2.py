"""People per month, organisation unit and group for a DHIS2: as ADX (XML) and as its CSV of data values.

Only whole months that are over. Small numbers are left out as in every report that leaves the team.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from followup import context
from followup.exports.dhis2_rules import Dhis2Rules, dhis2_rules
from followup.models import patient
from followup.reports import days
from followup.reports.breakdown import DISTRICT, UNKNOWN, of_person, who_met
from followup.reports.counting import again, forgotten
from followup.reports.rules import report_rules
from followup.reports.small_numbers import protected, protected_part_of

ADX = "urn:ihe:qrph:adx:2015"
_CSV_HEAD = ("dataelement", "period", "orgunit", "categoryoptioncombo", "attributeoptioncombo", "value")
_AT_ONCE = 500


@dataclass(frozen=True)
class Group:
    """Where and of which sex and age people are counted."""

    org_unit: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """A number to hand over."""

    month: date
    group: Group
    measure: str
    people: int


@dataclass(frozen=True)
class Handed:
    """What was written. left_out: people of a measure without an organisation unit; hidden: numbers that are small."""

    values: int
    left_out: int
    hidden: int


def write_dhis2(conn: Connection, folder: Path, first: date | None, last: date | None, now: datetime) -> Handed:
    """dhis2.csv and dhis2.adx.xml for the months from first to last; without them, the last month that is over."""
    rules = dhis2_rules(context.of(conn).rules_folder)
    months = months_over(first, last, now.astimezone(context.of(conn).calendar().zone).date())
    values: list[Value] = []
    left_out = hidden = 0
    for month in months:
        counted, nowhere = _count(conn, rules, month)
        shown, missing = _shown(conn, rules, month, counted)
        values += shown
        left_out, hidden = left_out + nowhere, hidden + missing
    _write_csv(folder / "dhis2.csv", rules, values)
    _write_adx(folder / "dhis2.adx.xml", rules, values, now)
    return Handed(len(values), left_out, hidden)


def months_over(first: date | None, last: date | None, today: date) -> list[date]:
    """First days of the whole months between the days that are over today; without days, the last one."""
    this = today.replace(day=1)
    begin = (first or last or this - timedelta(days=1)).replace(day=1)
    end = min(_after((last or this - timedelta(days=1)).replace(day=1)), this)
    months = []
    while begin < end:
        months.append(begin)
        begin = _after(begin)
    return months


def _after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _count(conn: Connection, rules: Dhis2Rules, month: date) -> tuple[dict[str, dict[Group, int]], int]:
    """People by measure and group, and how many have no organisation unit."""
    start, end = days(conn, month, _after(month) - timedelta(days=1))
    counted: dict[str, dict[Group, int]] = {measure: defaultdict(int) for measure in rules.data_elements}
    nowhere = 0
    for measure in rules.data_elements:
        for district, options, people in _people(conn, rules, measure, start, end):
            unit = rules.org_unit(district)
            if unit is None:
                nowhere += people
            else:
                counted[measure][Group(unit, options)] += people
    for row in forgotten(conn, start, end):
        unit = rules.org_unit(None)
        if row.measure in counted and unit is None:
            nowhere += row.people
        elif row.measure in counted and unit is not None:
            counted[row.measure][Group(unit, (UNKNOWN,) * len(rules.disaggregate))] += row.people
    return counted, nowhere


def _people(
    conn: Connection, rules: Dhis2Rules, measure: str, start: datetime | None, end: datetime | None
) -> Iterator[tuple[str | None, tuple[str, ...], int]]:
    columns = [of_person(conn, dimension) for dimension in (DISTRICT, *rules.disaggregate)]
    named = [column.label(f"group_{place}") for place, column in enumerate(columns)]
    grouped = select(*named, func.count().label("people")).select_from(patient)
    for condition in _who(conn, measure, start, end):
        for row in conn.execute(grouped.where(condition).group_by(*columns)):
            district, *options = tuple(row)[:-1]
            yield district, tuple(option or UNKNOWN for option in options), int(row.people)


def _who(conn: Connection, measure: str, start: datetime | None, end: datetime | None) -> Iterator[Any]:
    if measure != "rescreened":
        yield patient.c.id.in_(select(who_met(conn, measure, start, end).c.id))
        return
    ids = sorted({happening.patient_id for happening in again(conn, start, end)})
    for place in range(0, len(ids), _AT_ONCE):
        yield patient.c.id.in_(ids[place : place + _AT_ONCE])


def _shown(
    conn: Connection, rules: Dhis2Rules, month: date, counted: Mapping[str, Mapping[Group, int]]
) -> tuple[list[Value], int]:
    """The values that may leave, and how many may not."""
    limit = report_rules(context.of(conn).rules_folder).hide_below(outside=True) if rules.hide_small_numbers else 0
    groups = sorted(
        {group for by in counted.values() for group in by}, key=lambda group: (group.org_unit, group.options)
    )
    values, hidden = [], 0
    for measure, by in counted.items():
        people = _hiding(measure, [by.get(group, 0) for group in groups], counted, groups, limit)
        hidden += people.count(None)
        found = zip(groups, people, strict=True)
        values += [Value(month, group, measure, number) for group, number in found if number is not None]
    return values, hidden


def _hiding(
    measure: str, parts: Sequence[int], counted: Mapping[str, Mapping[Group, int]], groups: Sequence[Group], limit: int
) -> list[int | None]:
    if measure == "positive" and "screened" in counted:
        return protected_part_of(parts, [counted["screened"].get(group, 0) for group in groups], limit)
    return protected(parts, limit)


def _write_csv(path: Path, rules: Dhis2Rules, values: Sequence[Value]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_CSV_HEAD)
        for value in values:
            combo = rules.option_combos.get(" ".join(value.group.options), "")
            place = f"{value.month:%Y%m}", value.group.org_unit, combo, rules.attribute_option_combo
            writer.writerow([rules.data_elements[value.measure], *place, value.people])


def _write_adx(path: Path, rules: Dhis2Rules, values: Sequence[Value], now: datetime) -> None:
    """One group for each month and organisation unit, as the profile asks."""
    groups: dict[tuple[date, str], list[Value]] = defaultdict(list)
    for value in values:
        groups[value.month, value.group.org_unit].append(value)
    with path.open("w", encoding="utf-8") as file:
        xml = XMLGenerator(file, encoding="UTF-8", short_empty_elements=True)
        xml.startDocument()
        xml.startElement("adx", AttributesImpl({"xmlns": ADX, "exported": now.isoformat(timespec="seconds")}))
        for (month, unit), some in sorted(groups.items()):
            head = {"orgUnit": unit, "period": f"{month:%Y-%m-%d}/P1M", "dataSet": rules.data_set}
            combo = rules.attribute_option_combo
            xml.startElement("group", AttributesImpl(head | ({"attributeOptionCombo": combo} if combo else {})))
            for value in some:
                xml.startElement("dataValue", AttributesImpl(_attributes(rules, value)))
                xml.endElement("dataValue")
            xml.endElement("group")
        xml.endElement("adx")
        xml.endDocument()


def _attributes(rules: Dhis2Rules, value: Value) -> dict[str, str]:
    options = zip(rules.disaggregate, value.group.options, strict=True)
    named = {rules.attributes[name]: rules.option_code(name, option) for name, option in options}
    return {"dataElement": rules.data_elements[value.measure], **named, "value": str(value.people)}
