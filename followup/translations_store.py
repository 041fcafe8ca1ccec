"""What staff say of the translations: their words, whose they are, what they ask each other. Each save is a row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.engine import Connection, Row

from followup import audit
from followup.models import practitioner, translation, translation_comment

REVIEWED, DRAFT, WITHDRAWN = "reviewed", "draft", "withdrawn"
CONSOLE, FILE = "console", "file"
LONGEST = 4000
_KIND = "Translation"
_SUBTYPES = {REVIEWED: "translation.reviewed", DRAFT: "translation.changed", WITHDRAWN: "translation.withdrawn"}


@dataclass(frozen=True)
class SavedTranslation:
    """One save. source: the Spanish that was translated; reviewer: who signs, "" while nobody has.

    status: reviewed, draft, or withdrawn (the words of the file hold again).
    """

    id: int
    language: str
    context: str
    source: str
    text: str
    status: str
    reviewer: str
    at: datetime
    practitioner_id: str | None = None
    back_translation: str = ""
    wording_source: str = ""
    origin: str = CONSOLE


@dataclass(frozen=True)
class Words:
    """What somebody wants to save of one text."""

    language: str
    context: str
    source: str
    text: str
    reviewer: str = ""
    back_translation: str = ""
    wording_source: str = ""


@dataclass(frozen=True)
class Comment:
    """What somebody said of a translation. settled: of a doubt, that it has been answered."""

    id: int
    language: str
    context: str
    text: str
    is_doubt: bool
    settled: bool
    author: str
    at: datetime


class TranslationConflict(Exception):
    """Somebody else has saved the same text meanwhile."""

    def __init__(self, saved: SavedTranslation) -> None:
        super().__init__("a newer translation is there")
        self.saved = saved


def hash_of(source: str) -> str:
    """By which a Spanish text is known again."""
    return hashlib.sha256(source.encode()).hexdigest()


def revision(conn: Connection) -> tuple[int, int]:
    """Changes with every save: how many there are, and the newest. Two numbers, as ids may come in out of order."""
    found = conn.execute(select(func.count(), func.max(translation.c.id)).select_from(translation)).one()
    return int(found[0]), int(found[1] or 0)


def newest(conn: Connection, language: str | None = None) -> list[SavedTranslation]:
    """The newest save of each text and Spanish, the oldest of them first."""
    place = translation.c.language, translation.c.context, translation.c.source_hash
    last = select(func.max(translation.c.id)).group_by(*place)
    wanted = select(translation).where(translation.c.id.in_(last)).order_by(translation.c.id)
    return _saved(conn.execute(wanted.where(translation.c.language == language) if language else wanted))


def in_force(conn: Connection, language: str | None = None) -> list[SavedTranslation]:
    """What counts of each text and Spanish: the newest save, but a draft that nobody signed never hides signed words.

    Its id is that of the newest save all the same: by it whoever writes shows what they have looked at.
    """
    place = translation.c.language, translation.c.context, translation.c.source_hash
    last = select(func.max(translation.c.id)).where(translation.c.status != DRAFT).group_by(*place)
    decided = {_place(one): one for one in _saved(conn.execute(select(translation).where(translation.c.id.in_(last))))}
    found = []
    for one in newest(conn, language):
        signed = decided.get(_place(one)) if one.status == DRAFT else None
        found.append(replace(signed, id=one.id) if signed and signed.status == REVIEWED else one)
    return found


def _place(one: SavedTranslation) -> tuple[str, str, str]:
    return one.language, one.context, one.source


def history(conn: Connection, language: str, context: str) -> list[SavedTranslation]:
    """All saves of a text, the newest first."""
    here = translation.c.language == language, translation.c.context == context
    return _saved(conn.execute(select(translation).where(*here).order_by(translation.c.id.desc())))


def save(
    conn: Connection, words: Words, now: datetime, *, seen: int | None, by: str | None, origin: str = CONSOLE
) -> SavedTranslation:
    """Keep the words; signed when they carry a reviewer. Raises TranslationConflict.

    seen: id of the save that whoever writes has looked at, 0 for none; None does not ask.
    """
    _refuse_newer(conn, words, seen)
    return _add(conn, words, REVIEWED if words.reviewer else DRAFT, now, by, origin)


def withdraw(conn: Connection, words: Words, now: datetime, *, seen: int, by: str) -> SavedTranslation:
    """What was saved here no longer counts: the words of the file hold again. Raises TranslationConflict."""
    _refuse_newer(conn, words, seen)
    return _add(conn, words, WITHDRAWN, now, by, CONSOLE)


def save_all(conn: Connection, many: Iterable[Words], now: datetime, by: str | None) -> int:
    """How many were kept of a file; all of them in the caller's transaction."""
    count = 0
    for words in many:
        _add(conn, words, REVIEWED if words.reviewer else DRAFT, now, by, FILE, tell=False)
        count += 1
    detail = {"count": count}
    audit.record(conn, now, audit.CREATE, "translation.imported", _KIND, None, practitioner_id=by, detail=detail)
    return count


def note(
    conn: Connection,
    subtype: str,
    language: str,
    context: str | None,
    now: datetime,
    by: str | None,
    *,
    action: str = audit.UPDATE,
) -> None:
    """Something else was done with a text: its recording, an export."""
    detail = {"language": language} | ({"context": context} if context else {})
    audit.record(conn, now, action, subtype, _KIND, None, practitioner_id=by, detail=detail)


def add_comment(
    conn: Connection, language: str, context: str, text: str, now: datetime, by: str, *, is_doubt: bool
) -> None:
    """Keep what somebody says of a translation."""
    row = {"language": language, "context": context, "text": text, "is_doubt": is_doubt, "practitioner_id": by}
    conn.execute(insert(translation_comment), row | {"at": now})
    note(conn, "translation.commented", language, context, now, by, action=audit.CREATE)


def comments(conn: Connection, language: str, context: str) -> list[Comment]:
    """What was said of a text, the oldest first."""
    here = translation_comment.c.language == language, translation_comment.c.context == context
    wanted = (
        select(translation_comment, practitioner.c.name)
        .join(practitioner, practitioner.c.id == translation_comment.c.practitioner_id)
        .where(*here)
        .order_by(translation_comment.c.id)
    )
    return [
        Comment(
            id=row.id,
            language=row.language,
            context=row.context,
            text=row.text,
            is_doubt=row.is_doubt,
            settled=row.settled_at is not None,
            author=row.name,
            at=row.at,
        )
        for row in conn.execute(wanted)
    ]


def doubts(conn: Connection, language: str) -> Mapping[str, int]:
    """Context -> how many doubts wait for an answer."""
    waiting = translation_comment.c.is_doubt.is_(True), translation_comment.c.settled_at.is_(None)
    counted = select(translation_comment.c.context, func.count()).where(
        translation_comment.c.language == language, *waiting
    )
    return {row[0]: int(row[1]) for row in conn.execute(counted.group_by(translation_comment.c.context))}


def settle(conn: Connection, language: str, context: str, now: datetime, by: str) -> int:
    """The doubts about a text are answered; how many they were."""
    here = translation_comment.c.language == language, translation_comment.c.context == context
    waiting = translation_comment.c.is_doubt.is_(True), translation_comment.c.settled_at.is_(None)
    done = int(conn.execute(update(translation_comment).where(*here, *waiting).values(settled_at=now)).rowcount)
    if done:
        note(conn, "translation.settled", language, context, now, by)
    return done


def _refuse_newer(conn: Connection, words: Words, seen: int | None) -> None:
    if seen is None:
        return
    _one_at_a_time(conn, words)
    here = translation.c.language == words.language, translation.c.context == words.context
    same = translation.c.source_hash == hash_of(words.source)
    wanted = select(translation).where(*here, same).order_by(translation.c.id.desc()).limit(1)
    found = _saved(conn.execute(wanted))
    if found and found[0].id != seen:
        raise TranslationConflict(found[0])


def _one_at_a_time(conn: Connection, words: Words) -> None:
    """Of two who save the same text at the same moment the second sees the first one's words; SQLite does so itself."""
    if conn.dialect.name == "postgresql":
        key = {"key": f"{words.language} {words.context}"}
        conn.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), key)


def _add(
    conn: Connection, words: Words, status: str, now: datetime, by: str | None, origin: str, *, tell: bool = True
) -> SavedTranslation:
    row = {
        "language": words.language,
        "context": words.context,
        "source": words.source,
        "source_hash": hash_of(words.source),
        "text": words.text,
        "status": status,
        "back_translation": words.back_translation or None,
        "wording_source": words.wording_source or None,
        "practitioner_id": by,
        "reviewer": words.reviewer,
        "origin": origin,
        "at": now,
    }
    number = int(conn.execute(insert(translation), row).inserted_primary_key[0])
    if tell:
        detail = {"language": words.language, "context": words.context}
        kind = _SUBTYPES[status]
        audit.record(conn, now, audit.CREATE, kind, _KIND, str(number), practitioner_id=by, detail=detail)
    return _one(conn.execute(select(translation).where(translation.c.id == number)).one())


def _saved(rows: Iterable[Row[object]]) -> list[SavedTranslation]:
    return [_one(row) for row in rows]


def _one(row: Row[object]) -> SavedTranslation:
    return SavedTranslation(
        id=row.id,
        language=row.language,
        context=row.context,
        source=row.source,
        text=row.text,
        status=row.status,
        reviewer=row.reviewer,
        at=row.at,
        practitioner_id=row.practitioner_id,
        back_translation=row.back_translation or "",
        wording_source=row.wording_source or "",
        origin=row.origin,
    )
