"""The rehearsal of a draft: its cases, and what people answered, without who they were, answered again on its rules."""

from __future__ import annotations

from starlette.responses import Response

from console.editor.drafts import Desk, common, desk_of
from console.editor.files import INSTRUMENTS
from console.editor.pages import editor_page
from console.editor.quechua import LANGUAGE
from console.editor.sentences_page import rehearse_words
from console.editor.trials import check_of, speaker_of, trial
from console.editor.words_desk import is_danger, is_words
from console.visit import Visit, not_found
from followup.recorded_paths import recorded_paths
from followup.rule_check import CASE_FAILED
from followup.working_hours import working_calendar
from screening.errors import DefinitionError
from screening.publishing import name_of
from screening.rehearsal import Rehearsal, rehearse

MOST_PATHS = 100
"""Each is played four times: on both rules, in both languages; a page that takes longer is not waited for."""


def rehearsal_page(visit: Visit) -> Response:
    """How many paths there are to rehearse with."""
    return _page(visit, run=False)


def run_rehearsal(visit: Visit) -> Response:
    """Play them. Nothing is kept."""
    return _page(visit, run=True)


def _page(visit: Visit, *, run: bool) -> Response:
    with visit.site.database.read() as conn:
        desk = desk_of(conn, visit)
        paths = recorded_paths(conn, _instruments(desk), MOST_PATHS)[:MOST_PATHS] if desk else []
    if desk is None or (is_words(desk.draft.path) and not is_danger(desk.draft.path)):
        return not_found(visit)
    if is_danger(desk.draft.path):
        return rehearse_words(visit, desk, run=run)
    made = trial(visit.site, desk.draft.path, desk.draft.text)
    result: Rehearsal | None = None
    cases: list[DefinitionError] = []
    if run and made.usable:
        cases = [one for one in check_of(visit.site)(desk.draft.path, desk.draft.text) if one.code == CASE_FAILED]
    if run and made.usable and paths:
        speaker = speaker_of(visit.site, LANGUAGE, desk.draft.quechua)
        calendar = working_calendar(visit.site.database.rules)
        result = rehearse(visit.site.library, made.library, paths, speaker.translated, calendar, visit.now)
    return editor_page(
        visit,
        "editor/rehearsal.html",
        paths=len(paths),
        most=MOST_PATHS,
        usable=made.usable,
        result=result,
        ran=run and made.usable,
        cases=cases,
        **common(desk, visit, "ensayo"),
    )


def _instruments(desk: Desk | None) -> list[str] | None:
    """Of an instrument its own paths; of anything else all that there are."""
    path = desk.draft.path if desk else ""
    return [name_of(path)] if path.startswith(f"{INSTRUMENTS}/") else None
