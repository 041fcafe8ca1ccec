"""The work list: who to call next, and why. It reads itself again every few seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from console.cases import CaseWords, case_words
from console.clockwords import moment_words
from console.labels import labels
from console.permissions import Permission
from console.visit import Visit, go
from followup import tasks, worklist
from followup.context import of
from followup.worklist import Filters

PAGE_SIZE = 40
LANGUAGES = ("es", "qu")
KINDS = ("crisis", "callback", "referral", "community_visit")
SECTIONS: Mapping[str, str] = {
    "crisis": "en crisis",
    "due": "vencen hoy",
    "later": "más tarde",
    "agreed": "acordadas",
    "closed": "cerradas",
}
"""Parts of the list by their word on the page; without one the list shows what can be done now."""


@dataclass(frozen=True)
class View:
    """What part of the list somebody looks at; as it stands in the address."""

    section: str | None = None
    language: str | None = None
    kind: str | None = None
    mine: bool = False
    to_confirm: bool = False
    page: int = 1

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> View:
        """What the address asks for; what is not offered is left out."""
        page = query.get("pagina", "")
        return cls(
            section=_one_of(query.get("ver"), SECTIONS),
            language=_one_of(query.get("idioma"), LANGUAGES),
            kind=_one_of(query.get("tipo"), KINDS),
            mine=query.get("mios") == "1",
            to_confirm=query.get("confirmar") == "1",
            page=int(page) if page.isdigit() and 0 < int(page) < 1000 else 1,
        )

    def query(self, **changed: Any) -> str:
        """The address of this view with some of it changed."""
        view = replace(self, **{"page": 1, **changed})
        named = {
            "ver": view.section,
            "idioma": view.language,
            "tipo": view.kind,
            "mios": "1" if view.mine else None,
            "confirmar": "1" if view.to_confirm else None,
            "pagina": str(view.page) if view.page > 1 else None,
        }
        return urlencode({name: value for name, value in named.items() if value})

    def filters(self, viewer: str) -> Filters:
        """The same for the database."""
        return Filters(
            section="mine" if self.mine else self.section,
            viewer=viewer,
            language=self.language,
            kind=self.kind,
            awaiting_supervisor=self.to_confirm,
        )


def _one_of(value: str | None, allowed: Any) -> str | None:
    return value if value in allowed else None


def home(visit: Visit) -> Response:
    """Where somebody goes after signing in."""
    if visit.may(Permission.WORK_CASES):
        return go("/lista")
    return visit.page("home.html", here="inicio")


def list_page(visit: Visit) -> Response:
    """The whole page."""
    notice = labels()["notice"].get(visit.query.get("aviso", ""))
    return visit.page("list.html", notice=notice, **_list(visit))


def cards(visit: Visit) -> Response:
    """The part that is read again every few seconds."""
    return visit.page("_cards.html", **_list(visit))


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
    words = [case_words(card, visit.site, rules, visit.staff.id, visit.now) for card in (following,) if card]
    return visit.page(
        "next.html",
        here="lista",
        done=case_words(done, visit.site, rules, visit.staff.id, visit.now),
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
    return max(0, min(10, int(left.total_seconds())))


def _list(visit: Visit) -> dict[str, Any]:
    view = View.of_query(visit.query)
    filters = view.filters(visit.staff.id)
    with visit.site.database.read() as conn:
        rules = of(conn).callback_rules()
        found, more = _cards_of(conn, visit, view, filters)
        counts = worklist.counts(conn, visit.now, replace(filters, section=None, awaiting_supervisor=False))
        to_confirm = len(worklist.open_tasks(conn, visit.now, Filters(awaiting_supervisor=True, limit=100)))
        next_due = worklist.next_due(conn) if not found else None
    return {
        "view": view,
        "here": "mios" if view.mine else "lista",
        "supervises": visit.may(Permission.SUPERVISE),
        "cases": [case_words(card, visit.site, rules, visit.staff.id, visit.now) for card in found],
        "counts": counts,
        "sections": SECTIONS,
        "to_confirm": to_confirm,
        "more": more,
        "next_due": moment_words(next_due, visit.now) if next_due else None,
        "kinds": KINDS,
        "languages": LANGUAGES,
    }


def _cards_of(conn: Any, visit: Visit, view: View, filters: Filters) -> tuple[list[worklist.TaskCard], bool]:
    """One page of cards in the order of work, and whether there are more.

    Without a section: every crisis, also one whose next try is later, and whatever else can be called now.
    """
    offset = (view.page - 1) * PAGE_SIZE
    if filters.section or view.to_confirm:
        found = worklist.open_tasks(conn, visit.now, replace(filters, limit=PAGE_SIZE + 1, offset=offset))
        return found[:PAGE_SIZE], len(found) > PAGE_SIZE
    crises = worklist.open_tasks(conn, visit.now, replace(filters, section="crisis", limit=None))
    now = worklist.open_tasks(
        conn, visit.now, replace(filters, callable_now=True, limit=offset + PAGE_SIZE + len(crises) + 1)
    )
    found = crises + [card for card in now if card.risk != "crisis"]
    return found[offset : offset + PAGE_SIZE], len(found) > offset + PAGE_SIZE


__all__ = ["CaseWords", "View", "cards", "home", "list_page", "next_case"]
