"""Questions and steps, added, doubled, moved and taken out by the form; what was typed beside is saved with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from starlette.responses import Response

from console.editor import blocks
from console.editor.draft_page import conflict_page, draft_as_typed, show_draft
from console.editor.drafts import Desk, desk_of, refusal, typed_revision
from console.editor.pieces import Piece, PieceRefused, copy_name, names_of, part_of, piece_of
from console.editor.scalars import NotReplaceable, replace_scalars, value_at
from console.visit import Visit, go, not_found
from followup import rule_drafts
from followup.errors import FollowupError
from followup.rule_drafts import DraftConflict
from screening.read.positions import parse

ADD, COPY, UP, DOWN, REMOVE = "agregar", "duplicar", "subir", "bajar", "quitar"
NOTICES = {ADD: "piece_added", COPY: "piece_copied", UP: "piece_moved", DOWN: "piece_moved", REMOVE: "piece_removed"}
FIRST = "0"
Changed = tuple[str, str, dict[str, str]]
"""The text after it, the name of the piece that is looked at then, and Quechua that came with it."""


def change(visit: Visit) -> Response:
    """One piece changed; the draft is saved as its next revision. Nothing is published."""
    with visit.site.database.read() as conn:
        desk = desk_of(conn, visit)
    if desk is None:
        return not_found(visit)
    step, _, name = visit.form.get("pieza", "").partition(":")
    try:
        text, quechua = draft_as_typed(visit, desk)
    except NotReplaceable:
        return show_draft(visit, desk, status_code=400, refused="not_in_place")
    try:
        made, at, more = _changed(visit, desk, text, step, name)
    except (NotReplaceable, PieceRefused) as problem:
        reason = problem.reason if isinstance(problem, PieceRefused) else "not_in_place"
        typed = replace(desk, draft=replace(desk.draft, quechua=quechua))
        return show_draft(visit, typed, text, 400, reason)
    return _saved(visit, desk, made, {**quechua, **more}, step, at)


def _changed(visit: Visit, desk: Desk, text: str, step: str, name: str) -> Changed:
    part = part_of(desk.draft.path)
    if part is None or step not in NOTICES:
        raise NotReplaceable(step)
    if step == ADD:
        piece = piece_of(visit.form, desk.draft.path, text)
        return with_piece(text, desk.draft.path, piece, visit.form.get("n:after", "")), piece.name, dict(piece.quechua)
    names = names_of(desk.draft.path, text)
    if name not in names:
        raise PieceRefused("piece_gone")
    number = names.index(name)
    if step == COPY:
        return _copied(text, part, number, names)
    if step == REMOVE:
        left = blocks.removed(text, part[0], number)
        return _out_of_scores(left, desk.draft.path, name), names[max(0, number - 1)], {}
    return blocks.moved(text, part[0], number, -1 if step == UP else 1), name, {}


def _copied(text: str, part: tuple[str, str], number: int, names: list[str]) -> Changed:
    name = copy_name(names[number], names, part[0])
    made = blocks.doubled(text, part[0], number)
    return replace_scalars(made, {f"{part[0]}/{number + 1}/{part[1]}": name}), name, {}


def with_piece(text: str, path: str, piece: Piece, after: str) -> str:
    """The text with the piece behind the one that is named, at the beginning for "0", else at the end.

    Raises NotReplaceable.
    """
    part, names = part_of(path), names_of(path, text)
    if part is None:
        raise NotReplaceable(path)
    number = 0 if after == FIRST else names.index(after) + 1 if after in names else len(names)
    made = blocks.added(text, part[0], number, piece.lines, piece.value)
    return _each_score(made, path, lambda name, items: [*items, piece.name] if name in piece.scores else items)


def _out_of_scores(text: str, path: str, gone: str) -> str:
    """A score does not add up a question that is not there; what else names it is found by the check."""
    return _each_score(text, path, lambda _, items: [one for one in items if one != gone] or items)


def _each_score(text: str, path: str, items_of: Callable[[str, list[str]], list[str]]) -> str:
    if part_of(path) != ("items", "linkId"):
        return text
    raw = parse(text, path, [])
    scores = raw.get("scores") if isinstance(raw, dict) else None
    for number, score in enumerate(scores if isinstance(scores, list) else ()):
        try:
            items = [str(one) for one in value_at(score, "items")]
        except (KeyError, TypeError):
            continue
        wanted = items_of(str(score.get("name", "")), items)
        if wanted != items:
            text = _with_items(text, f"scores/{number}/items", items, wanted)
    return text


def _with_items(text: str, pointer: str, items: list[str], wanted: list[str]) -> str:
    """A list in brackets is written anew; in one with a line for each, one line comes or goes."""
    try:
        return blocks.with_words(text, pointer, wanted)
    except NotReplaceable:
        if len(wanted) > len(items):
            return blocks.added(text, pointer, len(items), [wanted[-1]], wanted[-1])
        for number in reversed(range(len(items))):
            if items[number] not in wanted:
                text = blocks.removed(text, pointer, number)
        return text


def _saved(visit: Visit, desk: Desk, text: str, quechua: dict[str, str], step: str, at: str) -> Response:
    revision = typed_revision(visit.form)
    try:
        with visit.site.database.begin() as conn:
            rule_drafts.save_draft(conn, desk.draft.id, revision, text, quechua, visit.staff.id, visit.now)
    except DraftConflict as conflict:
        return conflict_page(visit, desk, conflict.draft, text)
    except FollowupError as problem:
        return show_draft(visit, desk, status_code=400, refused=refusal(problem))
    names, part = names_of(desk.draft.path, text), part_of(desk.draft.path)
    place = f"{part[0]}-{names.index(at)}" if part and at in names else "0"
    return go(f"{desk.address}?abierto={place}&aviso={NOTICES[step]}#g-{place}")
