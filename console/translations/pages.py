"""All texts with their state, how far each language has come, and the way into a reviewer's queue."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from console.translations.desk import LANGUAGES
from console.translations.look import FILTERS, PAGE_SIZE, REVIEW, Look
from console.translations.place import group_of, group_title, groups, place_of, urgent
from console.translations.shelf import VOICES, Shelf
from console.translations.words import words
from console.visit import Visit, go, not_found
from followup import translations_store

PAGE = "/traducciones"


def list_page(visit: Visit) -> Response:
    """The texts that were asked for, a page of them."""
    desk = visit.site.translations
    if desk is None:
        return not_found(visit)
    shelf, look = Shelf(visit, desk), Look.of(visit.query)
    with visit.site.database.read() as conn:
        doubts = translations_store.doubts(conn, look.language)
    found = look.chosen(shelf, doubts)
    first = (look.page - 1) * PAGE_SIZE
    rows = [
        (entry, group_title(group_of(entry.context), shelf.library), place_of(entry.text, shelf.library))
        for entry in found[first : first + PAGE_SIZE]
    ]
    return visit.page(
        "translations/list.html",
        here="traducciones",
        look=look,
        rows=rows,
        found=len(found),
        has_more=len(found) > first + PAGE_SIZE,
        coverage=[shelf.coverage(language) for language in VOICES],
        parts=groups(shelf.texts, shelf.library),
        filters=FILTERS,
        languages=LANGUAGES,
        doubts=doubts,
        shelf=shelf,
        words=words(),
        notice=words()["notice"].get(visit.query.get("aviso", "")),
    )


def queue(visit: Visit) -> Response:
    """The first text that waits for a speaker, people in danger first."""
    return _next(visit, Look.of(visit.query), after=visit.query.get("despues"), notice="")


def go_on(visit: Visit, look: Look, after: str, notice: str) -> Response:
    """The next text of the queue after this one; the list when none is left."""
    return _next(visit, look, after, notice)


def _next(visit: Visit, look: Look, after: str | None, notice: str) -> Response:
    desk = visit.site.translations
    if desk is None:
        return not_found(visit)
    shelf, queued = Shelf(visit, desk), Look(look.language, look.state or REVIEW, look.group, look.words)
    with visit.site.database.read() as conn:
        doubts = translations_store.doubts(conn, look.language)
    context = following(queued, shelf, doubts, after)
    if context is None:
        return go(f"{PAGE}?{look.query(state='')}&aviso=finished")
    end = f"&aviso={notice}&cola=1" if notice else "&cola=1"
    return go(queued.address(context) + end)


def following(look: Look, shelf: Shelf, doubts: Mapping[str, int], after: str | None) -> str | None:
    """The text after that one in the order of the queue; past the last one it begins again, but not with itself."""
    entries = shelf.book(look.language).entries
    ranks = {entry.context: (not urgent(entry.text), number) for number, entry in enumerate(entries)}
    waiting = sorted((entry.context for entry in look.chosen(shelf, doubts)), key=ranks.__getitem__)
    others = [context for context in waiting if context != after]
    if after not in ranks:
        return next(iter(others), None)
    later = [context for context in others if ranks[context] > ranks[after]]
    return next(iter([*later, *others]), None)
