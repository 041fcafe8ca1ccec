"""The reports: what the programme did in a period, with what each figure counts, of whom, and what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.engine import Connection
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import charts
from console.charts import Chart, Datum
from console.labels import labels
from console.permissions import Permission
from console.report_period import PRESETS, Period, asked_period, preset
from console.report_words import (
    date_words,
    number_words,
    p_words,
    report_words,
    row_words,
    share_words,
    span_or_dash,
)
from console.staff_language import told
from console.visit import StaffRoute, Visit
from followup.context import of
from followup.reports import MEASURES, days
from followup.reports.breakdown import DIMENSIONS, LANGUAGE, WEEK, Breakdown, breakdown
from followup.reports.drop_off import DropOff, DropOffs, drop_off
from followup.reports.exclusions import exclusions
from followup.reports.rates import RateFound, rates
from followup.reports.rules import ReportRules, report_rules
from followup.reports.score_change import ScoreChanges, score_changes
from followup.reports.small_numbers import shown
from followup.reports.waiting import Hour, Waiting, by_hour, waiting

ONLY_REPORTS = "reports"
"""The role of those who see reports and nothing else; they get them as anybody outside the team does."""
ROWS_IN_CHART = 12


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    period: Period
    dimension: str
    outside: bool


@dataclass(frozen=True)
class Found:
    """Everything that one report shows; small numbers are hidden already."""

    groups: Breakdown
    weeks: Breakdown
    rates: Sequence[RateFound]
    excluded: dict[str, int | None]
    waiting: Sequence[Waiting]
    hours: Sequence[Hour]
    changes: ScoreChanges
    drop_offs: DropOffs | None
    limit: int
    rules: ReportRules


def routes() -> list[BaseRoute]:
    """The addresses of this part."""
    return [StaffRoute("/reportes", reports_page, Permission.VIEW_REPORTS)]


def reports_page(visit: Visit) -> Response:
    """One report on a page; it holds no person, so that looking at it is not recorded."""
    with visit.site.database.read() as conn:
        today = visit.now.astimezone(of(conn).calendar().zone).date()
        asked = _asked(visit, today)
        found = _found(conn, visit, asked)
    return visit.page(
        "reports.html",
        here="reportes",
        asked=asked,
        found=found,
        must_hide=visit.staff.role == ONLY_REPORTS,
        words=report_words(),
        presets=[(report_words()["period"][name], _preset_query(name, asked, today)) for name in PRESETS],
        period_words=_period_words(asked.period),
        dimensions=DIMENSIONS,
        measures=MEASURES,
        funnel_chart=_funnel_chart(found),
        week_chart=_week_chart(found.weeks),
        hour_chart=_hour_chart(found.hours),
        change_charts=_change_charts(visit, found.changes),
        drop_charts={one.instrument + one.version: _drop_chart(one) for one in _drop_offs(found)},
        title_of=lambda name: _title(visit, name),
        score_title=_score_title,
        row_words=lambda key: row_words(asked.dimension, key, visit.site.districts),
        number=number_words,
        share=lambda part, whole: share_words(part, whole, coarse=asked.outside),
        span=span_or_dash,
        p_words=p_words,
    )


def _asked(visit: Visit, today: date) -> Asked:
    outside = visit.staff.role == ONLY_REPORTS or visit.query.get("vista") == "fuera"
    period = asked_period(visit.query, today)
    dimension = visit.query.get("por", LANGUAGE)
    return Asked(
        period.in_whole_months() if outside else period, dimension if dimension in DIMENSIONS else LANGUAGE, outside
    )


def _found(conn: Connection, visit: Visit, asked: Asked) -> Found:
    start, end = days(conn, asked.period.first, asked.period.last)
    rules = report_rules(of(conn).rules_folder)
    limit = rules.hide_below(outside=asked.outside)
    excluded = {measure: shown(people, limit) for measure, people in exclusions(conn, start, end).items()}
    return Found(
        groups=breakdown(conn, asked.dimension, start, end).hiding(limit),
        weeks=breakdown(conn, WEEK, start, end, ("screened",)).hiding(limit),
        rates=[rate.hiding(limit) for rate in rates(conn, start, end)],
        excluded=excluded,
        waiting=[one.hiding(limit) for one in waiting(conn, start, end, visit.now)],
        hours=by_hour(conn, start, end, limit),
        changes=score_changes(conn, start, end, limit),
        drop_offs=None if asked.outside else _drops(conn, visit, start, end),
        limit=limit,
        rules=rules,
    )


def _drops(conn: Connection, visit: Visit, start: datetime | None, end: datetime | None) -> DropOffs:
    return drop_off(conn, visit.site.library, start, end, visit.now)


def _drop_offs(found: Found) -> Sequence[DropOff]:
    return found.drop_offs.instruments if found.drop_offs else ()


def _preset_query(name: str, asked: Asked, today: date) -> str:
    more = {"por": asked.dimension} | ({"vista": "fuera"} if asked.outside else {})
    return preset(name, today).query(**more, **({"periodo": "all"} if name == "all" else {}))


def _period_words(period: Period) -> str:
    if period.first is None and period.last is None:
        return told("todo el tiempo")
    if period.first and period.last:
        return told("desde el {first} hasta el {last}", first=date_words(period.first), last=date_words(period.last))
    if period.first:
        return told("desde el {first} hasta hoy", first=date_words(period.first))
    assert period.last is not None
    return told("desde el principio hasta el {last}", last=date_words(period.last))


def _title(visit: Visit, instrument: str) -> str:
    found = visit.site.library.instrument(instrument)
    return found.title if found else instrument


def _score_title(score: str, instrument: str) -> str:
    words = labels()["score"]
    return str(words.get(f"{instrument}.{score}") or words.get(f"*.{score}") or score)


def _datum(words: str, number: int | None) -> Datum:
    return Datum(words, number, number_words(number))


def _funnel_chart(found: Found) -> Chart:
    data = [_datum(report_words()["measure"][name]["label"], found.groups.total[name]) for name in MEASURES]
    about = "; ".join(f"{datum.label}: {datum.words}" for datum in data)
    return charts.rows("embudo", told("Personas en cada paso"), about, data)


def _week_chart(weeks: Breakdown) -> Chart:
    rows = [row for row in weeks.rows if row.key[:1].isdigit()]
    data = [_datum(date.fromisoformat(row.key).strftime("%d/%m"), row.people["screened"]) for row in rows]
    about = told("{number} semanas; los números están en la tabla por semana.", number=len(data))
    return charts.columns("semanas", told("Personas que respondieron, por semana"), about, data)


def _hour_chart(hours: Sequence[Hour]) -> Chart:
    data = [Datum(f"{one.hour} h", one.calls, number_words(one.calls), one.reached) for one in hours]
    about = told(
        "La parte oscura de cada columna son las llamadas que la persona contestó; los números están en la tabla."
    )
    return charts.columns("horas", told("Llamadas por hora del día"), about, data)


def _change_charts(visit: Visit, found: ScoreChanges) -> dict[tuple[str, str], Chart]:
    """By instrument and score: the medians of each group that is shown."""
    made: dict[tuple[str, str], Chart] = {}
    for key in dict.fromkeys((one.instrument, one.score) for one in found.changes):
        some = [one for one in found.changes if (one.instrument, one.score) == key and one.n is not None]
        data = [
            (report_words()["group"][one.group], one.before or 0, one.after or 0, _from_to(one.before, one.after))
            for one in some
        ]
        about = "; ".join(f"{label}: {words}" for label, _, _, words in data) or told("números ocultos")
        title = told("Mediana antes y después: {title}", title=_title(visit, key[0]))
        made[key] = charts.steps(f"cambio-{len(made)}", title, about, data)
    return made


def _from_to(before: float | None, after: float | None) -> str:
    return f"{number_words(before)} → {number_words(after)}"


def _drop_chart(one: DropOff) -> Chart:
    data = [Datum(str(q.number), q.shown, number_words(q.shown), q.answered + q.skipped) for q in one.questions]
    about = told(
        "Cada columna son las personas que vieron la pregunta; la parte oscura, las que respondieron u omitieron."
    )
    chart_id = f"preguntas-{one.instrument}-{one.version}"
    return charts.columns(chart_id, told("Personas por pregunta: {title}", title=one.title), about, data)
