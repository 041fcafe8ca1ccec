"""Everything that staff can change, shelf by shelf, with the state that each file is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection
from starlette.responses import Response

from console.clockwords import LIMA
from console.editor.files import SHELVES, RuleFile, rule_files
from console.editor.pages import editor_page
from console.editor.words import words
from console.rules_running import left_behind
from console.visit import Visit
from followup import rule_drafts, rule_publications
from followup.rule_drafts import Draft
from followup.rule_publications import CLOSING, SUPERSEDED, Publication
from screening.definitions import Library
from screening.programme import is_on

DRAFT_STATES = ("draft", "in_review", "approved")


@dataclass(frozen=True)
class Row:
    """A file with its states. draft: the open one, or None; closing: versions on which screenings are still open."""

    file: RuleFile
    states: tuple[str, ...]
    draft: Draft | None
    closing: int


@dataclass(frozen=True)
class Shelf:
    """Files that stand together."""

    code: str
    title: str
    rows: tuple[Row, ...]


def list_page(visit: Visit) -> Response:
    """All files; with `estado` in the address only those in that state."""
    with visit.site.database.read() as conn:
        rows = _rows(conn, visit)
        behind = left_behind(conn, visit.now)
    wanted = visit.query.get("estado", "")
    counts = {state: sum(state in row.states for row in rows) for state in (*DRAFT_STATES, "superseded", "overdue")}
    shown = [row for row in rows if not wanted or wanted in row.states]
    return editor_page(
        visit,
        "editor/list.html",
        here="editor",
        shelves=[shelf for shelf in _shelves(shown) if shelf.rows],
        counts={state: count for state, count in counts.items() if count},
        wanted=wanted,
        behind=behind,
        notice=words("notice", visit.query.get("aviso")),
        refused=words("refused", visit.query.get("error")),
    )


def _rows(conn: Connection, visit: Visit) -> list[Row]:
    open_drafts = {draft.path: draft for draft in rule_drafts.drafts(conn)}
    published: dict[str, list[Publication]] = {}
    for one in rule_publications.all_of(conn):
        published.setdefault(one.path, []).append(one)
    overdue = _overdue(visit)
    library = visit.site.library
    return [_row(one, library, open_drafts, published.get(one.path, []), overdue) for one in rule_files(library)]


def _row(
    file: RuleFile,
    library: Library,
    drafts: Mapping[str, Draft],
    published: list[Publication],
    overdue: bool,
) -> Row:
    draft = drafts.get(file.path)
    states = tuple(_states(file, library, draft, published, overdue))
    return Row(file, states, draft, sum(one.state == CLOSING for one in published))


def _states(
    file: RuleFile, library: Library, draft: Draft | None, published: list[Publication], overdue: bool
) -> Iterator[str]:
    newest = published[-1] if published else None
    if file.status == "draft":
        yield "unused"
    elif file.status == "retired":
        yield "retired"
    elif newest and newest.state == SUPERSEDED:
        yield "superseded"
    else:
        yield "published"
    if file.name in library.programme.switches and not is_on(library, file.name):
        yield "off"
    if draft:
        yield draft.state
    if any(one.state == CLOSING for one in published):
        yield "closing"
    if overdue and file.path == "services.yml":
        yield "overdue"


def _overdue(visit: Visit) -> bool:
    """Whether a telephone should have been called by now to see that it still answers."""
    today = visit.now.astimezone(LIMA).date()
    return any(one.review_by is not None and one.review_by < today for one in visit.site.library.services)


def _shelves(rows: list[Row]) -> Iterator[Shelf]:
    for code in SHELVES:
        yield Shelf(code, words("shelf", code), tuple(row for row in rows if row.file.shelf == code))
