"""The work list: who to call next, and why. It reads itself again every few seconds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from console.cases import CaseWords, case_words
from console.clockwords import moment_words
from console.fresh import fresh
from console.labels import labels
from console.permissions import Permission
from console.places import place_choices
from console.view import KINDS, LANGUAGES, MOST_ATTEMPTS, SECTIONS, View
from console.visit import Visit, go
from followup import alarms, duty, list_changes, saved_lists, tasks, worklist
from followup.context import of
from followup.ruleset import CallbackRules
from followup.worklist import Filters

PAGE_SIZE = 40
UNDO_SHOWN = 10
"""Seconds; the server waits a little longer."""


def home(visit: Visit) -> Response:
    """Where somebody goes after signing in."""
    if visit.may(Permission.WORK_CASES):
        return go("/lista")
    return visit.page("home.html", here="inicio")


def list_page(visit: Visit) -> Response:
    """The whole page."""
    notice = labels()["notice"].get(visit.query.get("aviso", ""))
    with visit.site.database.read() as conn:
        saved = saved_lists.offered(conn, visit.staff.id)
        team = duty.team(conn)
    view = View.of_query(visit.query, visit.site.districts)
    return visit.page(
        "list.html",
        notice=notice,
        saved=saved,
        places=place_choices(view.place, visit.site.districts),
        team=team,
        attempts=MOST_ATTEMPTS,
        **_list(visit),
    )


def cards(visit: Visit) -> Response:
    """The part that is read again every few seconds."""
    return fresh(visit, list_changes.mark, lambda: visit.page("_cards.html", **_list(visit)))


def next_case(visit: Visit) -> Response:
    """After a result: what was kept, ten seconds to take it back, and whom to call next."""
    attempt, task_id = visit.query.get("hecho", ""), visit.query.get("caso", "")
    with visit.site.database.read() as conn:
        rules = of(conn).callback_rules()
        done = worklist.card(conn, task_id, visit.now, viewer=visit.staff.id)
        free = worklist.open_tasks(
            conn, visit.now, Filters(viewer=visit.staff.id, free_only=True, callable_now=True, limit=2)
        )
    if done is None:
        return go("/lista")
    following = next((card for card in free if card.id != task_id and not card.awaiting_supervisor), None)
    words = [_words(visit, card, rules) for card in (following,) if card]
    return visit.page(
        "next.html",
        here="lista",
        done=_words(visit, done, rules),
        attempt=attempt,
        undo_seconds=_undo_seconds(visit, done.last_attempt_at),
        following=words[0] if words else None,
        view=View(),
        supervises=visit.may(Permission.SUPERVISE),
    )


def _undo_seconds(visit: Visit, last_attempt_at: Any) -> int:
    if last_attempt_at is None:
        return 0
    left = last_attempt_at + tasks.calls.UNDO_WINDOW - visit.now
    return max(0, min(UNDO_SHOWN, int(left.total_seconds())))


def _list(visit: Visit) -> dict[str, Any]:
    view = View.of_query(visit.query, visit.site.districts)
    filters = view.filters(visit.staff.id)
    with visit.site.database.read() as conn:
        rules = of(conn).callback_rules()
        found, more = _cards_of(conn, visit, view, filters)
        counts = worklist.counts(conn, visit.now, replace(filters, section=None, awaiting_supervisor=False))
        to_confirm = _to_confirm(conn, visit)
        next_due = worklist.next_due(conn) if not found else None
        alarm = alarms.alarms(conn, visit.now)
    return {
        "view": view,
        "here": "mios" if view.mine else "lista",
        "supervises": visit.may(Permission.SUPERVISE),
        "cases": [_words(visit, card, rules) for card in found],
        "alarm": alarm,
        "counts": counts,
        "sections": SECTIONS,
        "to_confirm": to_confirm,
        "more": more,
        "next_due": moment_words(next_due, visit.now) if next_due else None,
        "kinds": KINDS,
        "languages": LANGUAGES,
    }


def _words(visit: Visit, card: worklist.TaskCard, rules: CallbackRules) -> CaseWords:
    return case_words(
        card, visit.site, rules, visit.staff.id, visit.now, sees_identity=visit.may(Permission.VIEW_IDENTITY)
    )


def _cards_of(conn: Any, visit: Visit, view: View, filters: Filters) -> tuple[list[worklist.TaskCard], bool]:
    """One page of cards in the order of work, and whether there are more.

    Without a section: every crisis, also one whose next try is later, and whatever else can be called now.
    """
    offset = (view.page - 1) * PAGE_SIZE
    if filters.section or view.to_confirm or view.late:
        found = worklist.open_tasks(conn, visit.now, replace(filters, limit=PAGE_SIZE + 1, offset=offset))
        return found[:PAGE_SIZE], len(found) > PAGE_SIZE
    wanted = offset + PAGE_SIZE + 1
    found = worklist.open_tasks(conn, visit.now, replace(filters, section="crisis", limit=wanted))
    if len(found) < wanted:
        rest = replace(filters, section="rest", callable_now=True, limit=wanted - len(found))
        found += worklist.open_tasks(conn, visit.now, rest)
    return found[offset : offset + PAGE_SIZE], len(found) > offset + PAGE_SIZE


def _to_confirm(conn: Any, visit: Visit) -> int:
    """How many closings wait for a second person; only supervisors are shown it."""
    if not visit.may(Permission.SUPERVISE):
        return 0
    return worklist.count(conn, visit.now, Filters(awaiting_supervisor=True), 100)


__all__ = ["CaseWords", "View", "cards", "home", "list_page", "next_case"]
