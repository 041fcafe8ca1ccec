"""What staff published over the files: each a whole file's text, kept for good with who wrote and who looked at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy import text as sql
from sqlalchemy.engine import Connection

from followup import audit, context, rule_drafts
from followup.models import rule_publication
from followup.rule_drafts import APPROVED, OBJECT, Draft, DraftRefused, fingerprint
from followup.rule_openings import open_responses
from screening.errors import ERROR, DefinitionError, DefinitionErrors
from screening.overlay import text_in_use
from screening.publishing import (
    has_versions,
    name_of,
    needs_second_person,
    next_version,
    spoken_in,
    version_of,
    version_problems,
    with_version,
)

PUBLISHED, CLOSING, CLOSED, SUPERSEDED = "published", "closing", "closed", "superseded"
IN_USE = (PUBLISHED, CLOSING)
THE_FILE = 0
"""Number to roll back to when what stood there before the first publication is meant."""
Check = Callable[[str, str], list[DefinitionError]]
_TABLE = rule_publication


@dataclass(frozen=True)
class Publication:
    """One file as it was published. number: grows over all files, so that the highest is the rules' revision.

    based_on: sha256 of base_text, from which its draft began. state: published (in use), closing (a newer one is in
    use and screenings are open on it), closed, or superseded (the file in git was changed since).
    """

    number: int
    path: str
    version: str
    text: str
    quechua: Mapping[str, str]
    note: str
    author_id: str
    reviewer_id: str | None
    published_at: datetime
    state: str
    sha256: str = ""
    based_on: str = ""
    base_text: str = ""


def publish(
    conn: Connection, draft_id: int, revision: int, note: str, staff_id: str, now: datetime, check: Check
) -> Publication:
    """Put the draft's text in use, under a version of its own.

    check: the mistakes that the rules would have with it. Raises DefinitionErrors, DraftConflict, and DraftRefused:
    note_missing, nothing_changed, not_approved, file_changed (in git, since the draft began).
    """
    _one_at_a_time(conn)
    found = rule_drafts.current(conn, draft_id, revision)
    past = history_of(conn, found.path)
    in_use = _in_use(conn, found.path, past)
    _refuse(conn, found, note)
    if in_use and fingerprint(in_use) not in {found.based_on, *(one.sha256 for one in past)}:
        raise DraftRefused("file_changed")
    version = next_version(found.base_text, now.date(), [*_versions(past), version_of(in_use)])
    text = with_version(found.text, version)
    _checked(found.path, text, version, check)
    # The newest publication has all the Quechua of its file: only its own counts.
    quechua = {**(past[0].quechua if past else {}), **found.quechua}
    base = (found.based_on, found.base_text)
    who = {"author_id": found.author_id, "reviewer_id": found.reviewer_id}
    made = _put(conn, found.path, version, text, quechua, base, note, who, now)
    rule_drafts.end_as_published(conn, found, now)
    _audit(conn, now, "rules.published", staff_id, made)
    return made


def roll_back(
    conn: Connection, path: str, number: int, note: str, staff_id: str, now: datetime, check: Check
) -> Publication:
    """What publication `number` of that file said, in use again, as a new version; THE_FILE: what was before the first.

    To what was in use directly before it needs no second person: going back must be quick. What is older and would need
    one as a draft is refused. Raises DefinitionErrors and DraftRefused: note_missing, number_unknown, no_file_before,
    nothing_changed, second_person.
    """
    _one_at_a_time(conn)
    past = history_of(conn, path)
    if not note.strip():
        raise DraftRefused("note_missing")
    text, quechua = _earlier(past, number)
    in_use = _in_use(conn, path, past)
    if with_version(text, version_of(in_use)) == in_use and dict(quechua) == dict(past[0].quechua):
        raise DraftRefused("nothing_changed")
    if _is_further_back(past, in_use, text, quechua) and _reasons(conn, path, in_use, past[0], text, quechua):
        raise DraftRefused("second_person")
    version = next_version(text, now.date(), [*_versions(past), version_of(in_use)])
    text = with_version(text, version)
    _checked(path, text, version, check)
    who = {"author_id": staff_id, "reviewer_id": None}
    made = _put(conn, path, version, text, quechua, (fingerprint(in_use), in_use), note, who, now)
    _audit(conn, now, "rules.rolled_back", staff_id, made)
    return made


def history_of(conn: Connection, path: str) -> list[Publication]:
    """Every publication of that file, newest first."""
    wanted = select(_TABLE).where(_TABLE.c.path == path).order_by(_TABLE.c.id.desc())
    return [_made(row) for row in conn.execute(wanted).mappings()]


def all_of(conn: Connection) -> list[Publication]:
    """Every publication of every file, oldest first: what the rules in use are composed of."""
    return [_made(row) for row in conn.execute(select(_TABLE).order_by(_TABLE.c.id)).mappings()]


def publication(conn: Connection, number: int) -> Publication | None:
    """The publication of that number, or None."""
    row = conn.execute(select(_TABLE).where(_TABLE.c.id == number)).mappings().first()
    return _made(row) if row else None


def revision(conn: Connection) -> int:
    """Grows with every publication; 0 while there is none."""
    return int(conn.execute(select(func.max(_TABLE.c.id))).scalar() or 0)


def mark_superseded(conn: Connection, numbers: Iterable[int], now: datetime) -> None:
    """The files in git say something newer than these publications."""
    wanted = update(_TABLE).where(_TABLE.c.id.in_(sorted(numbers)), _TABLE.c.state.in_(IN_USE))
    conn.execute(wanted.values(state=SUPERSEDED, ended_at=now))


def close_finished(conn: Connection, now: datetime) -> list[int]:
    """Numbers of the publications on which the last open screening has ended; they are closed now."""
    wanted = select(_TABLE).where(_TABLE.c.state == CLOSING)
    closing = [_made(row) for row in conn.execute(wanted).mappings()]
    ended = [one.number for one in closing if not open_responses(conn, name_of(one.path), one.version)]
    if ended:
        conn.execute(update(_TABLE).where(_TABLE.c.id.in_(ended)).values(state=CLOSED, ended_at=now))
    return ended


def _refuse(conn: Connection, found: Draft, note: str) -> None:
    if not note.strip():
        raise DraftRefused("note_missing")
    if found.text == found.base_text and not found.quechua:
        raise DraftRefused("nothing_changed")
    if found.state != APPROVED and rule_drafts.reasons(conn, found):
        raise DraftRefused("not_approved")


def _in_use(conn: Connection, path: str, past: list[Publication]) -> str:
    """What counts now: the newest publication, unless the file was changed in git since."""
    text = text_in_use(context.of(conn).rules_folder, path)
    ours = {sha for one in past for sha in (one.sha256, one.based_on)}
    # The folder of this process may be some seconds behind: a text of ours means the newest of ours.
    return past[0].text if past and (not text or fingerprint(text) in ours) else text


def _one_at_a_time(conn: Connection) -> None:
    """Numbers are given in the order in which they can be seen, so that nobody misses one; SQLite does so itself."""
    if conn.dialect.name == "postgresql":
        conn.execute(sql("SELECT pg_advisory_xact_lock(hashtext('rules published'))"))


def _is_further_back(past: list[Publication], in_use: str, text: str, quechua: Mapping[str, str]) -> bool:
    """Whether this is anything else than what was in use directly before what is in use now."""
    before, words = _directly_before(past, in_use)
    return _plain(text) != _plain(before) or _heard(text, quechua) != _heard(text, words)


def _directly_before(past: list[Publication], in_use: str) -> tuple[str, Mapping[str, str]]:
    newest, older = past[0], past[1:]
    if in_use != newest.text:  # the file in git outran it
        return newest.text, newest.quechua
    if older and newest.based_on in {sha for one in older for sha in (one.sha256, one.based_on)}:
        return older[0].text, older[0].quechua
    return newest.base_text, {}


def _reasons(
    conn: Connection, path: str, in_use: str, newest: Publication, text: str, quechua: Mapping[str, str]
) -> list[str]:
    why = needs_second_person(in_use, text, path, context.of(conn).rules_folder)
    changed = _heard(text, quechua) != _heard(text, newest.quechua)
    return [*why, *([rule_drafts.QUECHUA_CHANGED] if changed else [])]


def _plain(text: str) -> str:
    return with_version(text, "0" * 10)


def _heard(text: str, quechua: Mapping[str, str]) -> dict[str, str]:
    """The Quechua of what this text says."""
    said = spoken_in(text)
    return {spanish: word for spanish, word in quechua.items() if word and spanish in said}


def _versions(past: list[Publication]) -> list[str]:
    return [one.version for one in past]


def _checked(path: str, text: str, version: str, check: Check) -> None:
    found = [*version_problems(text, path, version), *check(path, text)]
    errors = [problem for problem in found if problem.severity == ERROR]
    if errors:
        raise DefinitionErrors(errors)


def _earlier(past: list[Publication], number: int) -> tuple[str, Mapping[str, str]]:
    if not past:
        raise DraftRefused("number_unknown")
    if number == THE_FILE:
        if not past[-1].base_text:
            raise DraftRefused("no_file_before")
        return past[-1].base_text, {}
    found = next((one for one in past if one.number == number), None)
    if found is None:
        raise DraftRefused("number_unknown")
    return found.text, found.quechua


def _put(
    conn: Connection,
    path: str,
    version: str,
    text: str,
    quechua: Mapping[str, str],
    base: tuple[str, str],
    note: str,
    who: Mapping[str, str | None],
    now: datetime,
) -> Publication:
    """The new publication; those before it are no longer in use."""
    _retire(conn, path, now)
    row: dict[str, Any] = {"path": path, "version": version, "text": text, "sha256": fingerprint(text)}
    row |= {"quechua": dict(quechua), "based_on": base[0], "base_text": base[1], "note": note.strip(), **who}
    number = conn.execute(insert(_TABLE), row | {"published_at": now, "state": PUBLISHED}).inserted_primary_key[0]
    made = publication(conn, number)
    assert made is not None  # it was written in this transaction
    return made


def _retire(conn: Connection, path: str, now: datetime) -> None:
    """Publications of that file that were in use: closing while somebody is in the middle of one."""
    wanted = select(_TABLE.c.id, _TABLE.c.version).where(_TABLE.c.path == path, _TABLE.c.state == PUBLISHED)
    for row in conn.execute(wanted).all():
        busy = has_versions(path) and open_responses(conn, name_of(path), row.version)
        values = {"state": CLOSING} if busy else {"state": CLOSED, "ended_at": now}
        conn.execute(update(_TABLE).where(_TABLE.c.id == row.id).values(**values))


def _made(row: Mapping[str, Any]) -> Publication:
    values = {name: value for name, value in dict(row).items() if name not in ("id", "ended_at")}
    return Publication(number=row["id"], **values)


def _audit(conn: Connection, now: datetime, subtype: str, staff_id: str, made: Publication) -> None:
    detail = {"path": made.path, "version": made.version, "number": made.number}
    audit.record(conn, now, audit.CREATE, subtype, OBJECT, None, practitioner_id=staff_id, detail=detail)
