"""People who may be one and the same: the same phone, or the same name in the same district. A supervisor decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from followup import audit, context
from followup.models import audit_event, conversation, identity, patient, questionnaire_response, task

PHONE, NAME = "phone", "name"
TOLD_APART = "duplicates.told_apart"
MOST = 50
_MOST_SHARING = 5
"""A phone that more people share is a community's, and no sign of anything."""


@dataclass(frozen=True)
class Candidate:
    """One of two, with what helps to compare. Names and phone only for those who may see them."""

    patient_id: str
    created_at: datetime
    last_at: datetime | None
    language: str
    variety: str | None
    age: int | None
    sex: str | None
    district: str | None
    channels: tuple[str, ...]
    screenings: int
    open_tasks: int
    name: str | None = field(repr=False, default=None)
    phone: str | None = field(repr=False, default=None)


@dataclass(frozen=True)
class Pair:
    """Two who may be one. same: PHONE or NAME; the first is known for longer, and stays."""

    first: Candidate
    second: Candidate
    same: tuple[str, ...]


def pairs(conn: Connection, now: datetime, viewer: str, limit: int = MOST) -> list[Pair]:
    """Pairs that nobody has decided on, those with the same phone first. Looking is recorded for each person shown."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for same, groups in ((PHONE, _sharing_phone(conn)), (NAME, _sharing_name(conn))):
        for members in groups:
            for pair in combinations(sorted(members), 2):
                reasons.setdefault((pair[0], pair[1]), []).append(same)
    apart = _told_apart(conn, {one for pair in reasons for one in pair})
    wanted = [pair for pair in reasons if pair not in apart][:limit]
    people = _candidates(conn, {one for pair in wanted for one in pair})
    for patient_id in people:
        audit.record(conn, now, audit.READ, "duplicates.read", "Patient", patient_id, practitioner_id=viewer)
    return [_pair(people[one], people[other], reasons[one, other]) for one, other in wanted]


def pair_of(conn: Connection, first: str, second: str) -> bool:
    """Whether these two still share something and nobody has told them apart."""
    ordered = (min(first, second), max(first, second))
    shares = any({first, second} <= set(members) for members in (*_sharing_phone(conn), *_sharing_name(conn)))
    return shares and ordered not in _told_apart(conn, ordered)


def tell_apart(conn: Connection, first: str, second: str, now: datetime, practitioner_id: str) -> None:
    """They are two: the pair is not shown again. Kept in the audit, on both."""
    for one, other in ((first, second), (second, first)):
        audit.record(
            conn,
            now,
            audit.UPDATE,
            TOLD_APART,
            "Patient",
            one,
            practitioner_id=practitioner_id,
            detail={"other": other},
        )


def _sharing_phone(conn: Connection) -> list[tuple[str, ...]]:
    """Groups with the same current phone: sealed, the same number gives the same bytes."""
    mine = identity.c.kind == PHONE, identity.c.current.is_(True)
    shared = select(identity.c.ciphertext).where(*mine).group_by(identity.c.ciphertext)
    shared = shared.having(func.count(identity.c.patient_id.distinct()).between(2, _MOST_SHARING))
    wanted = select(identity.c.ciphertext.label("key"), identity.c.patient_id).where(*mine)
    return _groups(conn, wanted.where(identity.c.ciphertext.in_(shared)))


def _sharing_name(conn: Connection) -> list[tuple[str, ...]]:
    """Groups with the same current name and district."""
    mine = identity.c.kind == NAME, identity.c.current.is_(True), patient.c.district.is_not(None)
    joined = identity.join(patient, patient.c.id == identity.c.patient_id)
    both = identity.c.ciphertext, patient.c.district
    shared = select(*both).select_from(joined).where(*mine).group_by(*both)
    shared = shared.having(func.count(identity.c.patient_id.distinct()).between(2, _MOST_SHARING)).subquery()
    same = (identity.c.ciphertext == shared.c.ciphertext) & (patient.c.district == shared.c.district)
    wanted = select(identity.c.ciphertext.label("key"), patient.c.district, identity.c.patient_id)
    return _groups(conn, wanted.select_from(joined.join(shared, same)).where(*mine))


def _groups(conn: Connection, wanted: Any) -> list[tuple[str, ...]]:
    found: dict[tuple[Any, ...], set[str]] = {}
    for row in conn.execute(wanted):
        found.setdefault((bytes(row.key), *row[1:-1]), set()).add(row.patient_id)
    return [tuple(members) for members in found.values() if len(members) > 1]


def _told_apart(conn: Connection, ids: Iterable[str]) -> set[tuple[str, str]]:
    listed = list(ids)
    if not listed:
        return set()
    said = audit_event.c.subtype == TOLD_APART, audit_event.c.object_id.in_(listed)
    rows = conn.execute(select(audit_event.c.object_id, audit_event.c.detail).where(*said))
    pairs_said = [sorted((row.object_id, str(row.detail["other"]))) for row in rows]
    return {(first, second) for first, second in pairs_said}


def _candidates(conn: Connection, ids: Iterable[str]) -> dict[str, Candidate]:
    listed = list(ids)
    rows = conn.execute(select(patient).where(patient.c.id.in_(listed))).all()
    hidden = _identities(conn, listed)
    return {row.id: _candidate(conn, row, hidden.get(row.id, {})) for row in rows}


def _candidate(conn: Connection, row: Any, hidden: dict[str, str]) -> Candidate:
    mine = conversation.c.patient_id == row.id
    talks = conn.execute(select(conversation.c.channel, conversation.c.last_message_at).where(mine)).all()
    filled = select(func.count()).select_from(questionnaire_response)
    owed = select(func.count()).select_from(task).where(task.c.patient_id == row.id, task.c.closed_at.is_(None))
    return Candidate(
        patient_id=row.id,
        created_at=row.created_at,
        last_at=max((talk.last_message_at for talk in talks), default=None),
        language=row.language,
        variety=row.variety,
        age=row.age,
        sex=row.sex,
        district=row.district,
        channels=tuple(sorted({talk.channel for talk in talks})),
        screenings=int(conn.execute(filled.where(questionnaire_response.c.patient_id == row.id)).scalar_one()),
        open_tasks=int(conn.execute(owed).scalar_one()),
        name=hidden.get(NAME),
        phone=hidden.get(PHONE),
    )


def _identities(conn: Connection, ids: list[str]) -> dict[str, dict[str, str]]:
    vault = context.of(conn).vault
    mine = identity.c.patient_id.in_(ids), identity.c.current.is_(True), identity.c.kind.in_((NAME, PHONE))
    found: dict[str, dict[str, str]] = {}
    for row in conn.execute(select(identity).where(*mine)):
        found.setdefault(row.patient_id, {})[row.kind] = vault.decrypt(row.ciphertext, row.kind)
    return found


def _pair(one: Candidate, other: Candidate, same: list[str]) -> Pair:
    first, second = sorted((one, other), key=lambda person: (person.created_at, person.patient_id))
    return Pair(first, second, tuple(same))
