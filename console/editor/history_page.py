"""A file's history: who published what, when and why, what it changed, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from console.editor.drafts import names_of, refusal
from console.editor.files import rule_file, text_in_use
from console.editor.pages import editor_page
from console.editor.review_page import LONGEST_NOTE, REFUSALS
from console.editor.trials import check_of
from console.editor.words import words
from console.visit import Visit, go, not_found
from followup import rule_drafts, rule_publications
from followup.rule_openings import open_responses
from followup.rule_publications import THE_FILE, Publication
from screening.diff import diff_texts
from screening.publishing import has_versions, name_of

LONGEST_DIFF = 40


@dataclass(frozen=True)
class Line:
    """One publication in words. open_now: screenings under way on it."""

    publication: Publication
    author: str
    reviewer: str
    changes: tuple[str, ...]
    more: int
    open_now: int


def file_page(visit: Visit) -> Response:
    """What is in use and everything that was."""
    library, path = visit.site.library, visit.query.get("ruta", "")
    file = rule_file(library, path)
    if file is None:
        return not_found(visit)
    with visit.site.database.read() as conn:
        history = rule_publications.history_of(conn, path)
        names = names_of(conn)
        opened = {one.version: open_responses(conn, name_of(path), one.version) for one in history if _counted(path)}
        draft = rule_drafts.of_path(conn, path)
        text = text_in_use(conn, library, path)
        now_open = open_responses(conn, name_of(path), file.version) if _counted(path) else 0
    return editor_page(
        visit,
        "editor/file.html",
        here="editor",
        file=file,
        draft=draft,
        lines=[_line(one, names, opened) for one in history],
        text=text,
        now_open=now_open,
        before_first=THE_FILE,
        has_before=bool(history and history[-1].base_text),
        notice=words("notice", visit.query.get("aviso")),
        refused=words("refused", visit.query.get("error")),
    )


def go_back(visit: Visit) -> Response:
    """What an earlier publication said, in use again."""
    path = visit.form.get("ruta", "")
    if rule_file(visit.site.library, path) is None:
        return not_found(visit)
    typed = visit.form.get("numero", "")
    number = int(typed) if typed.isdecimal() and len(typed) < 10 else -1
    note = visit.form.get("nota", "").strip()[:LONGEST_NOTE]
    result = "aviso=rolled_back"
    _check_ahead(visit, path, number)
    with visit.site.database.begin() as conn:
        try:
            rule_publications.roll_back(conn, path, number, note, visit.staff.id, visit.now, check_of(visit.site))
        except REFUSALS as problem:
            result = f"error={_refusal(problem)}"
    return go(f"/editor/archivo?ruta={quote(path)}&{result}")


def _refusal(problem: Exception) -> str:
    """Here nobody wrote a draft yet: what needs a second person is said in other words."""
    code = refusal(problem)
    return "back_alone" if code == "second_person" else code


def _check_ahead(visit: Visit, path: str, number: int) -> None:
    """Checked before anything is locked: the check inside the transaction then finds its answer ready."""
    with visit.site.database.read() as conn:
        past = rule_publications.history_of(conn, path)
    found = next((one.text for one in past if one.number == number), past[-1].base_text if past else "")
    check_of(visit.site)(path, found)


def _counted(path: str) -> bool:
    return has_versions(path)


def _line(one: Publication, names: Mapping[str, str], opened: Mapping[str, int]) -> Line:
    changes = diff_texts(one.base_text, one.text) if one.base_text else []
    return Line(
        publication=one,
        author=names.get(one.author_id, ""),
        reviewer=names.get(one.reviewer_id or "", ""),
        changes=tuple(changes[:LONGEST_DIFF]),
        more=max(0, len(changes) - LONGEST_DIFF),
        open_now=opened.get(one.version, 0),
    )
