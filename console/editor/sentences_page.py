"""Words of danger tried: which sentences they find, before and with the draft; and the rehearsal on many sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from console.editor.drafts import Desk, common, desk_of
from console.editor.pages import editor_page
from console.editor.words_desk import Heard, Rehearsed, is_danger
from console.visit import Visit, not_found
from screening.errors import ERROR

MOST_SENTENCES = 40
LONGEST = 500
SHOWN = 100


@dataclass(frozen=True)
class Tried:
    """One sentence with what is found in it now, and with the draft."""

    sentence: str
    before: Heard
    after: Heard


def try_sentences(visit: Visit) -> Response:
    """What the draft hears in the sentences that were typed. Nothing is kept."""
    with visit.site.database.read() as conn:
        desk = desk_of(conn, visit)
    if desk is None or visit.site.words is None or not is_danger(desk.draft.path):
        return not_found(visit)
    typed = visit.form.get("frases", "")
    template = "editor/_sentences.html" if visit.form.get("parte") == "1" else "editor/sentences.html"
    tried = _tried(visit, desk, typed)
    values: dict[str, Any] = {"typed": typed, "tried": tried, "usable": _usable(visit, desk)}
    return editor_page(visit, template, **values, **common(desk, visit, "prueba"))


def sentences_page(visit: Visit, desk: Desk) -> Response:
    """The trial by itself, before a sentence."""
    values: dict[str, Any] = {"typed": "", "tried": [], "usable": _usable(visit, desk)}
    return editor_page(visit, "editor/sentences.html", **values, **common(desk, visit, "prueba"))


def _usable(visit: Visit, desk: Desk) -> bool:
    words = visit.site.words
    return words is not None and not any(
        one.severity == ERROR for one in words.problems(desk.draft.path, desk.draft.text)
    )


def _tried(visit: Visit, desk: Desk, typed: str) -> list[Tried]:
    words = visit.site.words
    sentences = [" ".join(line.split())[:LONGEST] for line in typed.splitlines() if line.strip()][:MOST_SENTENCES]
    if words is None or not sentences or not _usable(visit, desk):
        return []
    before = words.heard(desk.draft.path, desk.base, sentences)
    after = words.heard(desk.draft.path, desk.draft.text, sentences)
    return [Tried(*one) for one in zip(sentences, before, after, strict=True)]


def rehearse_words(visit: Visit, desk: Desk, *, run: bool) -> Response:
    """The rehearsal of words of danger: the sentences that the project wrote, heard by both."""
    words, usable = visit.site.words, _usable(visit, desk)
    result: Rehearsed | None = None
    if run and usable and words is not None:
        result = words.rehearse(desk.draft.path, desk.draft.text)
    return editor_page(
        visit, "editor/rehearsal_words.html", usable=usable, result=result, shown=SHOWN, **common(desk, visit, "ensayo")
    )
