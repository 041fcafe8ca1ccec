"""What a draft changes and for whom, and its way to being published: sent, decided by somebody else, put in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.engine import Connection
from starlette.responses import Response

from console.editor.drafts import Desk, back, common, desk_of, typed_revision
from console.editor.pages import editor_page
from console.editor.trials import Trial, check_of, problems_with, trial
from console.visit import Visit, go, not_found
from followup import rule_drafts, rule_publications
from followup.errors import FollowupError
from followup.rule_drafts import DraftConflict
from followup.rule_openings import open_responses
from screening.diff import diff_texts
from screening.errors import ERROR, DefinitionError, DefinitionErrors
from screening.publishing import consequences, has_versions, name_of

CHANGES = "/cambios"
LONGEST_NOTE = 2000
REFUSALS = (FollowupError, PermissionError, DefinitionErrors, DraftConflict)
Step = Callable[[Connection, Desk], str]


def review_page(visit: Visit) -> Response:
    """The changes in words, what follows from them, and the one next step."""
    return _page(visit)


def _page(visit: Visit, status_code: int = 200, found: Sequence[DefinitionError] = ()) -> Response:
    with visit.site.database.read() as conn:
        desk = desk_of(conn, visit)
        under_way = _under_way(conn, desk) if desk else 0
    if desk is None:
        return not_found(visit)
    made = trial(visit.site, desk.draft.path, desk.draft.text)
    return editor_page(
        visit,
        "editor/review.html",
        status_code,
        changes=diff_texts(desk.base, desk.draft.text),
        quechua=sorted(desk.draft.quechua.items()),
        follows=_follows(visit, desk, under_way) if made.usable else [],
        errors=found or _errors(made, desk),
        listed=found,
        is_author=visit.staff.id in rule_drafts.authors(desk.draft),
        moved=desk.base != desk.draft.base_text,
        **common(desk, visit, "cambios"),
    )


def _follows(visit: Visit, desk: Desk, under_way: int) -> list[str]:
    translate = visit.site.translate
    return consequences(
        visit.site.library,
        trial(visit.site, desk.draft.path, desk.draft.text).library,
        desk.draft.path,
        lambda context, text, language: translate(context, text, language) != text,
        desk.draft.quechua,
        under_way,
    )


def _errors(made: Trial, desk: Desk) -> list[DefinitionError]:
    found = problems_with(made, desk.draft.text, desk.draft.quechua)
    return [one for one in found if one.severity == ERROR]


def _under_way(conn: Connection, desk: Desk) -> int:
    if not has_versions(desk.draft.path):
        return 0
    return open_responses(conn, name_of(desk.draft.path), desk.file.version)


def send(visit: Visit) -> Response:
    """Ask somebody else to look."""

    def step(conn: Connection, desk: Desk) -> str:
        rule_drafts.send_to_review(conn, desk.draft.id, _revision(visit), _note(visit), visit.staff.id, visit.now)
        return f"{desk.address}{CHANGES}?aviso=sent"

    return _step(visit, step)


def decide(visit: Visit) -> Response:
    """Approve, or send back with a comment."""
    approved = visit.form.get("decision") == "si"

    def step(conn: Connection, desk: Desk) -> str:
        rule_drafts.decide(
            conn, desk.draft.id, _revision(visit), approved, _note(visit, "comentario"), visit.staff.id, visit.now
        )
        return f"{desk.address}{CHANGES}?aviso={'approved' if approved else 'sent_back'}"

    return _step(visit, step)


def publish(visit: Visit) -> Response:
    """Put it in use, unless its Quechua or its rules have errors."""
    _check_ahead(visit)

    def step(conn: Connection, desk: Desk) -> str:
        errors = _errors(trial(visit.site, desk.draft.path, desk.draft.text), desk)
        if errors:
            raise DefinitionErrors(errors)
        made = rule_publications.publish(
            conn, desk.draft.id, _revision(visit), _note(visit), visit.staff.id, visit.now, check_of(visit.site)
        )
        return f"/editor/archivo?ruta={made.path}&aviso=published"

    return _step(visit, step)


def _check_ahead(visit: Visit) -> None:
    """Checked before anything is locked: the check inside the transaction then finds its answer ready."""
    with visit.site.database.read() as conn:
        desk = desk_of(conn, visit)
    if desk is not None:
        check_of(visit.site)(desk.draft.path, desk.draft.text)


def drop(visit: Visit) -> Response:
    """Leave the draft; what is published stays."""

    def step(conn: Connection, desk: Desk) -> str:
        rule_drafts.drop_draft(conn, desk.draft.id, visit.staff.id, visit.now)
        return "/editor?aviso=dropped"

    return _step(visit, step)


def _step(visit: Visit, step: Step) -> Response:
    """One step of a draft in one transaction; a refusal leaves everything as it was and is said on the page."""
    problem: Any = None
    with visit.site.database.begin() as conn:
        desk = desk_of(conn, visit)
        if desk is None:
            return not_found(visit)
        try:
            return go(step(conn, desk))
        except REFUSALS as refused:
            problem = refused
    if isinstance(problem, DefinitionErrors):
        return _page(visit, 400, problem.problems)
    return back(visit.path["draft"], problem, CHANGES)


def _revision(visit: Visit) -> int:
    return typed_revision(visit.form)


def _note(visit: Visit, field: str = "nota") -> str:
    return visit.form.get(field, "").strip()[:LONGEST_NOTE]
