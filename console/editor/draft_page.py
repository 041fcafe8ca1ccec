"""A draft: the file as a form with both languages side by side, and as YAML; saving never publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.responses import Response

from console.editor.blocks import added
from console.editor.drafts import Desk, common, desk_of, refusal, typed_revision
from console.editor.files import rule_file, text_in_use
from console.editor.form import DAY, FLAG, NUMBER, Field, Group, fields_of, groups_of
from console.editor.pages import editor_page
from console.editor.pieces import (
    MARK,
    PieceRefused,
    at_name,
    is_begun,
    names_of,
    offer_of,
    part_of,
    piece_of,
    places_of,
)
from console.editor.programme import Cannot, cannot_switch_on
from console.editor.quechua import STALE, Side, contexts, sides
from console.editor.scalars import NotReplaceable, replace_scalars, typed, value_at
from console.editor.trials import Trial, problems_with, trial
from console.editor.try_page import fresh_trial
from console.editor.words import words
from console.editor.words_desk import is_words
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
    return show_draft(visit, desk) if desk else not_found(visit)


def show_draft(
    visit: Visit, desk: Desk, text: str | None = None, status_code: int = 200, refused: str = ""
) -> Response:
    """The form, or the YAML, of this text; else of what is saved. refused: code of what was not done, and why."""
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
        opened=visit.query.get("abierto", "").replace("-", "/"),
        places=places_of(desk.draft.path, shown),
        offer=offer_of(desk.draft.path, shown, visit.site.library),
        orders=_orders(desk.draft.path, shown),
        new={name: value for name, value in visit.form.items() if name.startswith("n:")},
        screen=None if is_words(desk.draft.path) else fresh_trial(visit, desk),
        tried=[],
        typed="",
        usable=tried.usable,
        **values,
    )


def check(visit: Visit) -> Response:
    """The findings for what stands in the form now; nothing is saved."""
    with visit.site.database.read() as conn:
        desk = desk_of(conn, visit)
    if desk is None:
        return not_found(visit)
    try:
        text, quechua = draft_as_typed(visit, desk)
    except NotReplaceable:
        text, quechua = desk.draft.text, dict(desk.draft.quechua)
    tried = trial(visit.site, desk.draft.path, text)
    found = _findings(tried.path, problems_with(tried, text, quechua), groups_of(desk.draft.path, text))
    found += _findings_of_new(visit, desk, text)
    stale = sum(side.state == STALE for side in _sides(visit, desk, text, quechua).values())
    return editor_page(visit, "editor/_findings.html", findings=found, stale=stale)


def save(visit: Visit) -> Response:
    """Keep what was typed as the draft's next revision, unless somebody else has saved since."""
    with visit.site.database.read() as conn:
        desk = desk_of(conn, visit)
    if desk is None:
        return not_found(visit)
    try:
        text, quechua = draft_as_typed(visit, desk)
    except NotReplaceable:
        return show_draft(visit, desk, status_code=400, refused="not_in_place")
    revision = typed_revision(visit.form)
    try:
        with visit.site.database.begin() as conn:
            saved = rule_drafts.save_draft(conn, desk.draft.id, revision, text, quechua, visit.staff.id, visit.now)
    except DraftConflict as conflict:
        return conflict_page(visit, desk, conflict.draft, text)
    except FollowupError as problem:
        return show_draft(visit, desk, status_code=400, refused=refusal(problem))
    return go(_after(visit, desk, "saved" if saved.revision != revision else "unchanged"))


def _after(visit: Visit, desk: Desk, notice: str) -> str:
    tabs = {"prueba": "/prueba", "dibujo": "/dibujo", "cambios": "/cambios"}
    wanted = visit.form.get("luego") or visit.form.get("modo", FORM)
    view = f"ver={YAML}&" if wanted == YAML else ""
    return f"{desk.address}{tabs.get(wanted, '')}?{view}aviso={notice}"


def conflict_page(visit: Visit, desk: Desk, newer: Draft, mine: str) -> Response:
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


def draft_as_typed(visit: Visit, desk: Desk) -> tuple[str, dict[str, str]]:
    """The file and its Quechua as they are after this form. Raises NotReplaceable."""
    text = _typed_text(visit.form, desk.draft)
    return text, _typed_quechua(visit, desk, text)


def _typed_text(form: Mapping[str, str], draft: Draft) -> str:
    if "texto" in form:
        return form["texto"].replace("\r\n", "\n")
    known = fields_of(draft.path, draft.text)
    # Somebody else has saved: what stands as it stood in the beginning was not written by whoever sends this form.
    untouched = _by_name(draft.path, draft.base_text) if typed_revision(form) != draft.revision else {}
    names = names_of(draft.path, draft.text)
    changes = {}
    for pointer, given in _given(form, draft, VALUE).items():
        field = known.get(pointer)
        words_ = " ".join(given.split())
        if field and words_ != field.value and not _is(untouched.get(at_name(pointer, names)), words_):
            kind = field.kind if field.kind in (FLAG, NUMBER, DAY) else "text"
            changes[field.pointer] = typed(words_, kind)
    return replace_scalars(draft.text, changes)


def _by_name(path: str, text: str) -> dict[str, Field]:
    """Fields by pointers that hold when pieces move."""
    names = names_of(path, text)
    return {at_name(pointer, names): field for pointer, field in fields_of(path, text).items()}


def _given(form: Mapping[str, str], draft: Draft, prefix: str) -> dict[str, str]:
    """Pointer in the draft as it is now -> what was typed there, also when pieces have moved since the form was shown.

    What belongs to a piece that is gone meanwhile has no place any more.
    """
    typed_ = {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix)}
    part, now = part_of(draft.path), names_of(draft.path, draft.text)
    then = form.get(f"orden:{part[0]}", "").split() if part else []
    if part is None or not then or then == now:
        return typed_
    found = {}
    for pointer, value in typed_.items():
        head, _, rest = pointer.partition("/")
        number, _, below = rest.partition("/")
        if head != part[0] or not number.isdecimal():
            found[pointer] = value
        elif int(number) < len(then) and then[int(number)] in now:
            found[f"{head}/{now.index(then[int(number)])}/{below}"] = value
    return found


def _orders(path: str, text: str) -> dict[str, str]:
    """List of pieces -> their names, which the form sends back."""
    part = part_of(path)
    return {part[0]: " ".join(names_of(path, text))} if part else {}


def _is(field: Field | None, value: str) -> bool:
    return field is not None and field.value == value


def _typed_quechua(visit: Visit, desk: Desk, text: str) -> dict[str, str]:
    """Spanish -> Quechua of this draft: what was typed beside it, without what no text says any more."""
    draft = desk.draft
    raw = parse(text, draft.path, [])
    shown = _sides(visit, desk, draft.text, draft.quechua)
    typed_ = _given(visit.form, draft, QUECHUA)
    made, present = dict(draft.quechua), set()
    for pointer in contexts(draft.path, text):
        spanish = _spanish(raw, pointer)
        present.add(spanish)
        given = typed_.get(pointer)
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


def _findings_of_new(visit: Visit, desk: Desk, text: str) -> list[Finding]:
    """What the check says of the piece that is being described, as if it stood at the end already."""
    part, path = part_of(desk.draft.path), desk.draft.path
    if part is None or not is_begun(visit.form):
        return []
    try:
        piece = piece_of(visit.form, path, text)
        made = added(text, part[0], len(names_of(path, text)), piece.lines, piece.value)
    except PieceRefused as refused:
        problem = DefinitionError(refused.reason, path, 0, words("refused", refused.reason))
        return [Finding(problem, MARK, True)]
    except NotReplaceable:
        return []
    groups = groups_of(path, made)
    tried = trial(visit.site, path, made)
    last = next((group for group in reversed(groups) if group.pointer.startswith(f"{part[0]}/")), None)
    own = {last.pointer, *(field.pointer for field in last.fields)} if last else set()
    found = _findings(tried.path, problems_with(tried, made, dict(piece.quechua)), groups)
    return [replace(one, pointer=MARK, problem=_nowhere(one.problem)) for one in found if one.pointer in own]


def _nowhere(problem: DefinitionError) -> DefinitionError:
    """Without a line: the piece stands in no file yet."""
    return DefinitionError(problem.code, problem.file, 0, problem.message_es, problem.hint, problem.severity)


def _wrong(groups: list[Group], findings: list[Finding]) -> set[str]:
    """Groups that hold an error: they are shown open."""
    wrong = {one.pointer for one in findings if one.problem.severity == ERROR}
    return {group.pointer for group in groups if wrong & {group.pointer, *(one.pointer for one in group.fields)}}


def _same_file(file: str, path: str) -> bool:
    stem, _, ending = file.rpartition(".")
    return f"{stem.partition('@')[0]}.{ending}" == path


def _cannot(desk: Desk, tried: Trial) -> Mapping[str, Cannot]:
    return cannot_switch_on(tried.library) if desk.draft.path == "programme.yml" else {}
