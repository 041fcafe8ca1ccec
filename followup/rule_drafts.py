"""Rules that staff are writing: one open draft for a file, saved over and over, sent to somebody else, decided."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from followup import audit, context
from followup.errors import FollowupError
from followup.models import rule_draft, rule_publication
from screening.publishing import needs_second_person

DRAFT, IN_REVIEW, APPROVED, PUBLISHED, DROPPED = "draft", "in_review", "approved", "published", "dropped"
OBJECT = "rules"
# Other words for «sí» on the question about dying are as clinical as another cut-off.
QUECHUA_CHANGED = "Cambian las palabras en quechua que se dicen o se tocan."
PATH = re.compile(r"^([a-z0-9_]+/)?[a-z0-9_]+(\.cases)?\.(yml|csv)$")


@dataclass(frozen=True)
class Draft:
    """One draft. quechua: Spanish text -> its Quechua; based_on: sha256 of base_text, which it began from.

    editors: everybody who saved it; comment: of the reviewer who decided last.
    """

    id: int
    path: str
    text: str
    quechua: Mapping[str, str]
    revision: int
    based_on: str
    state: str
    author_id: str
    note: str
    updated_at: datetime
    base_text: str = ""
    editors: tuple[str, ...] = field(default_factory=tuple)
    reviewer_id: str | None = None
    comment: str = ""
    created_at: datetime | None = None


class DraftConflict(Exception):
    """Somebody saved a newer revision, which is `draft`."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"revision {draft.revision} is newer")
        self.draft = draft


class DraftRefused(FollowupError):
    """A step that this draft does not allow; `reason` is a stable code for the screen to word.

    unknown, ended, note_missing, nothing_changed, not_in_review, not_approved, file_changed, number_unknown,
    no_file_before, second_person.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def fingerprint(text: str) -> str:
    """What a text is compared by."""
    return sha256(text.encode("utf-8")).hexdigest()


def open_draft(conn: Connection, path: str, text: str, staff_id: str, now: datetime) -> Draft:
    """The one open draft of that file; where there is none, a new one that begins from the text.

    Raises ValueError for a path that leads out of the folder of rules.
    """
    if not PATH.match(path):
        raise ValueError("not a file of the rules")
    found = of_path(conn, path)
    if found is not None:
        return found
    row = {"path": path, "text": text, "quechua": {}, "revision": 1, "based_on": fingerprint(text), "base_text": text}
    row |= {"state": DRAFT, "author_id": staff_id, "editors": [], "note": "", "comment": ""}
    key = conn.execute(insert(rule_draft), row | {"created_at": now, "updated_at": now}).inserted_primary_key[0]
    _audit(conn, now, audit.CREATE, "rules.drafted", staff_id, path, key)
    return _known(conn, key)


def of_path(conn: Connection, path: str) -> Draft | None:
    """The open draft of that file, or None."""
    wanted = select(rule_draft).where(rule_draft.c.path == path, rule_draft.c.ended_at.is_(None))
    row = conn.execute(wanted).mappings().first()
    return _made(row) if row else None


def draft(conn: Connection, draft_id: int) -> Draft | None:
    """The draft of that id, whatever its state."""
    row = conn.execute(select(rule_draft).where(rule_draft.c.id == draft_id)).mappings().first()
    return _made(row) if row else None


def drafts(conn: Connection) -> list[Draft]:
    """All that are neither published nor dropped, what was touched last first."""
    wanted = select(rule_draft).where(rule_draft.c.ended_at.is_(None))
    newest = wanted.order_by(rule_draft.c.updated_at.desc(), rule_draft.c.id.desc())
    return [_made(row) for row in conn.execute(newest).mappings()]


def save_draft(
    conn: Connection,
    draft_id: int,
    revision: int,
    text: str,
    quechua: Mapping[str, str],
    staff_id: str,
    now: datetime,
) -> Draft:
    """The draft with this text. What is changed after review has to be looked at again.

    Raises DraftConflict when somebody saved since that revision, DraftRefused when it is ended.
    """
    found = current(conn, draft_id, revision)
    changed: dict[str, Any] = {"text": text, "quechua": dict(quechua)}
    if (found.text, dict(found.quechua)) == (text, dict(quechua)):
        return found
    changed |= {"state": DRAFT, "reviewer_id": None}
    changed["editors"] = sorted({*found.editors, staff_id})
    made = _change(conn, found, changed, now)
    _audit(conn, now, audit.UPDATE, "rules.saved", staff_id, found.path, draft_id, made.revision)
    return made


def send_to_review(conn: Connection, draft_id: int, revision: int, note: str, staff_id: str, now: datetime) -> Draft:
    """The draft, waiting for somebody else. note: what it changes and why. Raises as save_draft does."""
    found = current(conn, draft_id, revision)
    if not note.strip():
        raise DraftRefused("note_missing")
    if not _differs(found):
        raise DraftRefused("nothing_changed")
    made = _change(conn, found, {"state": IN_REVIEW, "note": note.strip(), "reviewer_id": None}, now)
    _audit(conn, now, audit.UPDATE, "rules.sent_to_review", staff_id, found.path, draft_id, made.revision)
    return made


def decide(
    conn: Connection, draft_id: int, revision: int, approved: bool, comment: str, staff_id: str, now: datetime
) -> Draft:
    """The draft, approved or sent back with a comment.

    Raises PermissionError when the reviewer wrote in it and the change needs a second person, and as save_draft does.
    """
    found = current(conn, draft_id, revision)
    if found.state != IN_REVIEW:
        raise DraftRefused("not_in_review")
    if staff_id in authors(found) and reasons(conn, found):
        raise PermissionError("a second person has to decide about this draft")
    state = APPROVED if approved else DRAFT
    reviewer = staff_id if approved else None
    made = _change(conn, found, {"state": state, "comment": comment.strip(), "reviewer_id": reviewer}, now)
    subtype = "rules.approved" if approved else "rules.sent_back"
    _audit(conn, now, audit.UPDATE, subtype, staff_id, found.path, draft_id, made.revision)
    return made


def drop_draft(conn: Connection, draft_id: int, staff_id: str, now: datetime) -> None:
    """Take the draft away; one that is ended stays as it is."""
    found = draft(conn, draft_id)
    if found is None or found.state in (PUBLISHED, DROPPED):
        return
    _change(conn, found, {"state": DROPPED, "ended_at": now}, now)
    _audit(conn, now, audit.DELETE, "rules.dropped", staff_id, found.path, draft_id, found.revision)


def authors(found: Draft) -> frozenset[str]:
    """Whoever wrote in the draft; one that nobody saved yet is its opener's."""
    return frozenset(found.editors or (found.author_id,))


def reasons(conn: Connection, found: Draft) -> list[str]:
    """Why this draft needs a second person, by the rules in use; empty when it needs none.

    Told from what it began from, and from what was published meanwhile: a draft can undo what somebody took back.
    """
    newest = select(rule_publication.c.text).where(rule_publication.c.path == found.path)
    published = conn.execute(newest.order_by(rule_publication.c.id.desc()).limit(1)).scalar()
    before = [found.base_text, *([published] if published is not None else [])]
    folder = context.of(conn).rules_folder
    why = [reason for text in before for reason in needs_second_person(text, found.text, found.path, folder)]
    if found.quechua:
        why.append(QUECHUA_CHANGED)
    return list(dict.fromkeys(why))


def current(conn: Connection, draft_id: int, revision: int) -> Draft:
    """The open draft at that revision, its row locked. Raises DraftConflict and DraftRefused."""
    row = conn.execute(select(rule_draft).where(rule_draft.c.id == draft_id).with_for_update()).mappings().first()
    if row is None:
        raise DraftRefused("unknown")
    found = _made(row)
    if found.state in (PUBLISHED, DROPPED):
        raise DraftRefused("ended")
    if found.revision != revision:
        raise DraftConflict(found)
    return found


def end_as_published(conn: Connection, found: Draft, now: datetime) -> None:
    """The draft has become a publication."""
    _change(conn, found, {"state": PUBLISHED, "ended_at": now}, now)


def _differs(found: Draft) -> bool:
    return found.text != found.base_text or bool(found.quechua)


def _change(conn: Connection, found: Draft, values: dict[str, Any], now: datetime) -> Draft:
    """The draft with these values, as its next revision."""
    wanted = update(rule_draft).where(rule_draft.c.id == found.id)
    conn.execute(wanted.values(revision=found.revision + 1, updated_at=now, **values))
    return _known(conn, found.id)


def _known(conn: Connection, draft_id: int) -> Draft:
    found = draft(conn, draft_id)
    if found is None:
        raise DraftRefused("unknown")
    return found


def _made(row: Mapping[str, Any]) -> Draft:
    values = {name: value for name, value in dict(row).items() if name != "ended_at"}
    return Draft(**values | {"editors": tuple(row["editors"])})


def _audit(
    conn: Connection, now: datetime, action: str, subtype: str, staff_id: str, path: str, key: int, revision: int = 1
) -> None:
    detail = {"path": path, "draft": key, "revision": revision}
    audit.record(conn, now, action, subtype, OBJECT, None, practitioner_id=staff_id, detail=detail)
