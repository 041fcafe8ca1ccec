"""Of those who met one measure, how many came to another: numerator and denominator are the same people.

The denominator is the people of the period; the numerator those among them who met the other measure from the start of
the period until now. People who asked to be forgotten cannot be followed, so they are in neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import distinct, func
from sqlalchemy.engine import Connection

from followup import context
from followup.models import patient
from followup.reports.counting import again, source, within
from followup.reports.rules import Rate, report_rules
from followup.reports.small_numbers import is_small


@dataclass(frozen=True)
class RateFound:
    """A rate with its two numbers (None: hidden). reference: percent of a published programme, if there is one."""

    measure: str
    of: str
    numerator: int | None
    denominator: int | None
    reference: float | None

    def hiding(self, limit: int) -> RateFound:
        """The same, or without its numbers when they are of few people."""
        few = is_small(self.numerator or 0, limit) or is_small(self.denominator or 0, limit)
        return replace(self, numerator=None, denominator=None) if few else self


def rates(conn: Connection, start: datetime | None, end: datetime | None) -> list[RateFound]:
    """Every rate of the rules, for the period."""
    wanted = report_rules(context.of(conn).rules_folder).rates
    return [_rate(conn, rate, start, end) for rate in wanted]


def _rate(conn: Connection, rate: Rate, start: datetime | None, end: datetime | None) -> RateFound:
    base, at = source(conn, rate.of)
    of = within(base.with_only_columns(patient.c.id), at, start, end)
    counted = within(base.with_only_columns(func.count(distinct(patient.c.id))), at, start, end)
    denominator = int(conn.execute(counted).scalar_one())
    if rate.measure == "rescreened":
        came = {happening.patient_id for happening in again(conn, start, None)}
        numerator = len(came & set(conn.execute(of).scalars())) if came else 0
    else:
        then, then_at = source(conn, rate.measure)
        until = end if rate.measure == "positive" else None
        later = within(then.with_only_columns(func.count(distinct(patient.c.id))), then_at, start, until)
        numerator = int(conn.execute(later.where(patient.c.id.in_(of))).scalar_one())
    return RateFound(rate.measure, rate.of, numerator, denominator, rate.reference)
