"""The supervisor's board: what is late, who works on what, who is there; cases are given to somebody with one tap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy.engine import Connection
from starlette.responses import Response
from starlette.routing import BaseRoute

from console.cases import CaseWords, case_words, language_words
from console.clockwords import LIMA, moment_words
from console.fresh import fresh
from console.labels import label, labels
from console.permissions import Permission
from console.staff_language import told
from console.visit import StaffRoute, Visit, go, not_found
from followup import alarms, attendance, board, duty, list_changes, notices, tasks, worklist
from followup.board import Workload
from followup.context import of
from followup.errors import TaskRefused
from followup.worklist import Filters

MOST_SHOWN = 50
BACK = "/supervision"


@dataclass(frozen=True)
class Colleague:
    """One person of the team in words."""

    load: Workload
    state: str
    languages: str
    last: str


def routes() -> list[BaseRoute]:
    """For supervisors; the second one is read again every few seconds."""
    return [
        StaffRoute(BACK, board_page, Permission.SUPERVISE),
        StaffRoute(f"{BACK}/tarjetas", board_part, Permission.SUPERVISE, quiet=True),
        StaffRoute(f"{BACK}/ausencia", mark_away, Permission.SUPERVISE, "POST"),
        StaffRoute("/casos/{task}/asignar", assign, Permission.SUPERVISE, "POST"),
    ]


def board_page(visit: Visit) -> Response:
    """The whole page."""
    notice = labels()["notice"].get(visit.query.get("aviso", "")) or labels()["refused"].get(
        visit.query.get("aviso", "")
    )
    return visit.page("supervision.html", here="supervision", notice=notice, **_board(visit))


def board_part(visit: Visit) -> Response:
    """The part that is read again."""
    return fresh(visit, list_changes.mark, lambda: visit.page("_supervision.html", **_board(visit)))


def assign(visit: Visit) -> Response:
    """The case is somebody's now, whoever held it."""
    with visit.site.database.read() as conn:
        card = worklist.card(conn, visit.path["task"], visit.now, viewer=visit.staff.id)
    if card is None:
        return not_found(visit)
    try:
        with visit.site.database.begin() as conn:
            tasks.assign(conn, card.id, visit.form.get("a", ""), visit.staff.id, visit.now)
    except TaskRefused as refused:
        return go(f"{BACK}?aviso={refused.reason}")
    return go(f"{BACK}?aviso=assigned")


def mark_away(visit: Visit) -> Response:
    """Somebody is away until a moment, or is there again; what they hold passes to others at once."""
    try:
        until = until_of(visit)
    except ValueError:
        return go(f"{BACK}?aviso=bad_time")
    with visit.site.database.begin() as conn:
        known = attendance.set_away(conn, visit.form.get("quien", ""), until, visit.now, visit.staff.id)
        tasks.pass_from_absent(conn, visit.now)
    if not known:
        return not_found(visit)
    return go(f"{BACK}?aviso={'marked_away' if until else 'marked_back'}")


def until_of(visit: Visit) -> datetime | None:
    """Until when somebody is away: the end of today, a day that was typed, or None when they are back."""
    when = visit.form.get("ausente", "")
    if when == "no":
        return None
    with visit.site.database.read() as conn:
        end_of_day = of(conn).calendar().end_of_day(visit.now)
    if not visit.form.get("hasta"):
        return end_of_day
    until = datetime.fromisoformat(visit.form["hasta"]).replace(tzinfo=LIMA).astimezone(timezone.utc)
    return max(until, visit.now)


def _board(visit: Visit) -> dict[str, Any]:
    with visit.site.database.read() as conn:
        rules = of(conn).callback_rules()
        late = worklist.open_tasks(conn, visit.now, Filters(overdue=True, limit=MOST_SHOWN + 1))
        loads = board.workloads(conn, visit.now)
        values = {
            "counts": board.late_counts(conn, visit.now),
            "alarm": alarms.alarms(conn, visit.now),
            "to_confirm": worklist.count(conn, visit.now, Filters(awaiting_supervisor=True), 100),
            "failing": notices.failing(conn, visit.now),
            **_roster(conn, visit),
        }
    shown = [card for card in late if not card.awaiting_supervisor][:MOST_SHOWN]
    cases: list[CaseWords] = [case_words(card, visit.site, rules, visit.staff.id, visit.now) for card in shown]
    team = [_colleague(load, visit.now) for load in loads]
    return values | {"cases": cases, "team": team, "more": len(late) > MOST_SHOWN, "earliest": _local(visit.now)}


def _roster(conn: Connection, visit: Visit) -> dict[str, Any]:
    calendar = of(conn).calendar()
    return {
        "is_open": calendar.is_open(visit.now),
        "opens": moment_words(calendar.next_open(visit.now), visit.now),
        "called": [row.name for row in duty.on_call(conn, visit.now)],
        "unknown": duty.unknown_names(conn),
    }


def _colleague(load: Workload, now: datetime) -> Colleague:
    if load.away_until is not None:
        state = told("ausente hasta {moment}", moment=moment_words(load.away_until, now))
    elif load.on_duty:
        state = told("de turno")
    else:
        state = told("de guardia") if load.on_call else told("fuera de turno")
    varieties = ("quy", "quz")
    words = [language_words("qu", code) if code in varieties else label(code, "language") for code in load.languages]
    last = moment_words(load.last_call_at, now) if load.last_call_at else ""
    return Colleague(load, state, ", ".join(words), last)


def _local(now: datetime) -> str:
    return now.astimezone(LIMA).strftime("%Y-%m-%dT%H:%M")
