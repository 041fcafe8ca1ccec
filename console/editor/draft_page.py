"""A draft: the file as a form with both languages side by side, and as YAML; saving never publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from console.editor.drafts import Desk, common, desk_of, refusal, typed_revision
from console.editor.files import rule_file, text_in_use
from console.editor.form import DAY, FLAG, NUMBER, Field, Group, fields_of, groups_of
from console.editor.pages import editor_page
from console.editor.programme import Cannot, cannot_switch_on
from console.editor.quechua import STALE, Side, contexts, sides
from console.editor.scalars import NotReplaceable, replace_scalars, typed, value_at
from console.editor.trials import Trial, problems_with, trial
from console.editor.try_page import fresh_trial
from console.editor.words import words
from console.visit import Visit, go, not_found
from followup import rule_drafts
from followup.errors import FollowupError
from followup.rule_drafts import Draft, DraftConflict
from screening.diff import diff_texts
from screening.errors import ERROR, DefinitionError
from screening.read.positions import parse

FORM, YAML = "formulario", "yaml"
VALUE, QUECHUA = "v:", "q:"
FEW_GROUPS = 6


@dataclass(frozen=True)
class Finding:
    """A problem with the field of the form that it stands at, where there is one."""

    problem: DefinitionError
    pointer: str
    own: bool


def open_new(visit: Visit) -> Response:
    """The open draft of a file, or a new one of what is in use."""
    file = rule_file(visit.site.library, visit.form.get("archivo", ""))
    if file is None:
        return not_found(visit)
    with visit.site.database.begin() as conn:
        text = text_in_use(conn, visit.site.library, file.path)
        made = rule_drafts.open_draft(conn, file.path, text, visit.staff.id, visit.now)
    return go(f"/editor/borradores/{made.id}")


def draft_page(visit: Visit) -> Response:
    """The form, or the YAML with `ver=yaml`."""
    with visit.site.database.read() as conn:
        desk = desk_of(conn, visit)
    return _page(visit, desk) if desk else not_found(visit)


def _page(visit: Visit, desk: Desk, text: str | None = None, status_code: int = 200, refused: str = "") -> Response:
    shown = desk.draft.text if text is None else text
    tried = trial(visit.site, desk.draft.path, shown)
    groups = groups_of(desk.draft.path, shown)
    as_yaml = visit.query.get("ver") == YAML or visit.form.get("modo") == YAML or not groups
    values = common(desk, visit, YAML if as_yaml else FORM)
    if refused:
        values["refused"] = words("refused", refused)
    findings = _findings(tried.path, problems_with(tried, shown, desk.draft.quechua), groups)
    return editor_page(
        visit,
        "editor/draft.html",
        status_code,
        text=shown,
        groups=groups,
        wrong=_wrong(groups, findings),
        sides=_sides(visit, desk, shown, desk.draft.quechua),
        findings=findings,
        cannot=_cannot(desk, tried),
        few=len(groups) <= FEW_GROUPS,
        screen=fresh_trial(visit, desk),
        **values,
    )


def check(visit: Visit) -> Response:
    """The findings for what stands in the form now; nothing is saved."""
    with visit.site.database.read() as conn:
        desk = desk_of(conn, visit)
    if desk is None:
        return not_found(visit)
    try:
        text = _typed_text(visit.form, desk.draft)
    except NotReplaceable:
        text = desk.draft.text
    tried = trial(visit.site, desk.draft.path, text)
    quechua = _typed_quechua(visit, desk, text)
    found = _findings(tried.path, problems_with(tried, text, quechua), groups_of(desk.draft.path, text))
    stale = sum(side.state == STALE for side in _sides(visit, desk, text, quechua).values())
    return editor_page(visit, "editor/_findings.html", findings=found, stale=stale)


def save(visit: Visit) -> Response:
    """Keep what was typed as the draft's next revision, unless somebody else has saved since."""
    with visit.site.database.read() as conn:
        desk = desk_of(conn, visit)
    if desk is None:
        return not_found(visit)
    try:
        text = _typed_text(visit.form, desk.draft)
    except NotReplaceable:
        return _page(visit, desk, status_code=400, refused="not_in_place")
    quechua = _typed_quechua(visit, desk, text)
    revision = typed_revision(visit.form)
    try:
        with visit.site.database.begin() as conn:
            saved = rule_drafts.save_draft(conn, desk.draft.id, revision, text, quechua, visit.staff.id, visit.now)
    except DraftConflict as conflict:
        return _conflict(visit, desk, conflict.draft, text)
    except FollowupError as problem:
        return _page(visit, desk, status_code=400, refused=refusal(problem))
    return go(_after(visit, desk, "saved" if saved.revision != revision else "unchanged"))


def _after(visit: Visit, desk: Desk, notice: str) -> str:
    tabs = {"prueba": "/prueba", "dibujo": "/dibujo", "cambios": "/cambios"}
    wanted = visit.form.get("luego") or visit.form.get("modo", FORM)
    view = f"ver={YAML}&" if wanted == YAML else ""
    return f"{desk.address}{tabs.get(wanted, '')}?{view}aviso={notice}"


def _conflict(visit: Visit, desk: Desk, newer: Draft, mine: str) -> Response:
    """Both texts, and what to do: nothing of either is lost."""
    return editor_page(
        visit,
        "editor/conflict.html",
        409,
        mine=mine,
        newer=newer,
        who=desk.names.get(newer.editors[-1] if newer.editors else newer.author_id, ""),
        changes=diff_texts(newer.text, mine),
        **common(desk, visit, FORM),
    )


def _typed_text(form: Mapping[str, str], draft: Draft) -> str:
    """The file as it is after this form. Raises NotReplaceable."""
    if "texto" in form:
        return form["texto"].replace("\r\n", "\n")
    known = fields_of(draft.path, draft.text)
    # Somebody else has saved: what stands as it stood in the beginning was not written by whoever sends this form.
    untouched = fields_of(draft.path, draft.base_text) if typed_revision(form) != draft.revision else {}
    changes = {}
    for name, given in form.items():
        field = known.get(name.removeprefix(VALUE)) if name.startswith(VALUE) else None
        words_ = " ".join(given.split())
        if field and words_ != field.value and not _is(untouched.get(field.pointer), words_):
            kind = field.kind if field.kind in (FLAG, NUMBER, DAY) else "text"
            changes[field.pointer] = typed(words_, kind)
    return replace_scalars(draft.text, changes)


def _is(field: Field | None, value: str) -> bool:
    return field is not None and field.value == value


def _typed_quechua(visit: Visit, desk: Desk, text: str) -> dict[str, str]:
    """Spanish -> Quechua of this draft: what was typed beside it, without what no text says any more."""
    draft = desk.draft
    raw = parse(text, draft.path, [])
    shown = _sides(visit, desk, draft.text, draft.quechua)
    made, present = dict(draft.quechua), set()
    for pointer in contexts(draft.path, text):
        spanish = _spanish(raw, pointer)
        present.add(spanish)
        given = visit.form.get(f"{QUECHUA}{pointer}")
        before = shown.get(pointer)
        if given is None or (before and " ".join(given.split()) == before.text):
            continue
        made[spanish] = " ".join(given.split())
    return {spanish: words for spanish, words in made.items() if spanish in present and words}


def _spanish(raw: object, pointer: str) -> str:
    try:
        return " ".join(str(value_at(raw, pointer)).split())
    except (KeyError, IndexError, ValueError, TypeError):
        return ""


def _sides(visit: Visit, desk: Desk, text: str, quechua: Mapping[str, str]) -> dict[str, Side]:
    return sides(desk.draft.path, text, desk.draft.base_text, quechua, visit.site.translate, desk.signed)


def _findings(path: str, problems: list[DefinitionError], groups: list[Group]) -> list[Finding]:
    """Each problem at the last field that begins on its line or before, inside its group."""
    fields = [field for group in groups for field in group.fields]
    exact = {field.line: field.pointer for field in reversed(fields)}
    starts = {group.line: group.pointer for group in groups}
    found = []
    for problem in problems:
        own = _same_file(problem.file, path)
        pointer = exact.get(problem.line) or starts.get(problem.line, "") if own else ""
        found.append(Finding(problem, pointer, own))
    return found


def _wrong(groups: list[Group], findings: list[Finding]) -> set[str]:
    """Groups that hold an error: they are shown open."""
    wrong = {one.pointer for one in findings if one.problem.severity == ERROR}
    return {group.pointer for group in groups if wrong & {group.pointer, *(one.pointer for one in group.fields)}}


def _same_file(file: str, path: str) -> bool:
    stem, _, ending = file.rpartition(".")
    return f"{stem.partition('@')[0]}.{ending}" == path


def _cannot(desk: Desk, tried: Trial) -> Mapping[str, Cannot]:
    return cannot_switch_on(tried.library) if desk.draft.path == "programme.yml" else {}
