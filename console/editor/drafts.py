"""The draft that an address names, and what every page about it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection
from starlette.responses import Response

from console.editor.files import RuleFile, rule_file, text_in_use
from console.editor.quechua import Signed, signed_texts
from console.editor.words import words
from console.editor.words_desk import is_danger, is_words
from console.visit import Visit, go
from followup import rule_drafts, staff
from followup.rule_drafts import DROPPED, PUBLISHED, Draft, DraftConflict
from screening.errors import DefinitionErrors

MOST_DIGITS = 10


@dataclass(frozen=True)
class Desk:
    """An open draft on somebody's desk. base: the text in use now; reasons: why a second person has to look.

    signed: Quechua that a speaker has reviewed.
    """

    draft: Draft
    file: RuleFile
    base: str
    reasons: tuple[str, ...]
    names: Mapping[str, str]
    signed: Signed

    @property
    def address(self) -> str:
        """Where the draft's pages begin."""
        return f"/editor/borradores/{self.draft.id}"


def desk_of(conn: Connection, visit: Visit) -> Desk | None:
    """The open draft of the address; None when there is none such, or none any more."""
    typed = visit.path["draft"]
    found = rule_drafts.draft(conn, int(typed)) if typed.isdecimal() and len(typed) < MOST_DIGITS else None
    file = rule_file(visit.site.library, found.path) if found else None
    if found is None or file is None or found.state in (PUBLISHED, DROPPED):
        return None
    reasons = tuple(rule_drafts.reasons(conn, found))
    return Desk(
        found, file, text_in_use(conn, visit.site.library, found.path), reasons, names_of(conn), signed_texts(conn)
    )


def names_of(conn: Connection) -> dict[str, str]:
    """Who is who in the team."""
    return {one.id: one.name for one in staff.everyone(conn)}


def typed_revision(form: Mapping[str, str]) -> int:
    """The revision that a form began from."""
    typed = form.get("revision", "")
    return int(typed) if typed.isdecimal() and len(typed) < MOST_DIGITS else -1


def common(desk: Desk, visit: Visit, tab: str) -> dict[str, Any]:
    """What the head of every page about a draft needs."""
    return {
        "here": "editor",
        "desk": desk,
        "draft": desk.draft,
        "file": desk.file,
        "tab": tab,
        "of_words": is_words(desk.draft.path),
        "of_danger": is_danger(desk.draft.path),
        "notice": words("notice", visit.query.get("aviso")),
        "refused": words("refused", visit.query.get("error")),
    }


def refusal(problem: Exception) -> str:
    """The code of a step that was refused."""
    if isinstance(problem, DefinitionErrors):
        return "errors"
    if isinstance(problem, PermissionError):
        return "second_person"
    return str(getattr(problem, "reason", "other"))


def back(desk_id: object, problem: Exception, tab: str = "") -> Response:
    """To the page of the draft, which says why it was not done; after a conflict that is the newest revision."""
    if isinstance(problem, DraftConflict):
        return go(f"/editor/borradores/{desk_id}{tab}?error=conflict")
    return go(f"/editor/borradores/{desk_id}{tab}?error={refusal(problem)}")
