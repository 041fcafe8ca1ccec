"""The words of the reports (texts/reports.yml), and numbers as staff read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import yaml

from console.clockwords import month_day, span_words
from console.labels import label
from console.staff_language import Told, told
from console.wording import TEXTS
from followup.reports.breakdown import AGE, CHANNEL, DISTRICT, LANGUAGE, SEX, WEEK
from screening.definitions import Place


@lru_cache(maxsize=1)
def report_words() -> Mapping[str, Any]:
    """All words of the reports by group, in the language of the request."""
    return Told(yaml.safe_load((TEXTS / "reports.yml").read_text(encoding="utf-8")))


def number_words(number: float | None) -> str:
    """A number as written in Peru: 1,935; hidden ones say so."""
    if number is None:
        return str(report_words()["hidden"])
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"


def share_words(part: int | None, whole: int | None, *, coarse: bool) -> str:
    """A percentage; coarse: without decimals, so that nobody counts back from it. Nothing of nobody is "—"."""
    if part is None or whole is None:
        return str(report_words()["hidden"])
    if not whole:
        return "—"
    return f"{100 * part / whole:.{0 if coarse else 1}f}\u00a0%"


def span_or_dash(span: timedelta | None) -> str:
    """A span in words; "—" when there is none."""
    return "—" if span is None else span_words(span)


def p_words(p: float | None) -> str:
    """A p value as papers print it."""
    if p is None:
        return told("muy pocas personas")
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def date_words(day: date) -> str:
    """23 nov 2026."""
    return f"{month_day(day)} {day.year}"


def row_words(dimension: str, key: str, districts: Mapping[str, Place]) -> str:
    """A group of a breakdown in words."""
    words: str | None = report_words()["row"].get(key)
    if words is not None:
        return words
    if dimension == WEEK:
        return told("semana del {day}", day=date_words(date.fromisoformat(key)))
    if dimension == DISTRICT:
        place = districts.get(key)
        return f"{place.district} ({place.province}, {place.department})" if place else key
    if dimension == AGE:
        return _ages(key)
    return label(key, {LANGUAGE: "language", SEX: "sex", CHANNEL: "channel"}[dimension])


def _ages(band: str) -> str:
    """An age band: "18-29" or "60+"."""
    first, _, last = band.partition("-")
    if last:
        return told("{first} a {last} años", first=first, last=last)
    return told("{first} o más años", first=first.rstrip("+")) if "+" in band else f"{band}"
