"""A merge of two people taken back: both as they were, as long as nothing happened since that nobody could divide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context, merge_journal
from followup.errors import MergeStands
from followup.models import (
    conversation,
    patient,
    patient_merge,
    practitioner,
    questionnaire_response,
    task,
    unknown_message,
)
from followup.retention_rules import MERGES, retention_rules
from followup.tasks.history import note
from followup.unknown_messages import OWNER

UNDONE = "unmerged"
MOST = 50
_AT_ONCE = 500
# Why a merge stands, the strongest reason first: tables whose rows are new or changed since.
_SINCE: tuple[tuple[str, frozenset[str]], ...] = (
    ("called_since", frozenset({"call_attempt", "first_aid_session", "phone_screening"})),
    ("referred_since", frozenset({"referral", "service_request"})),
    ("written_to_since", frozenset({"staff_message", "handover", "communication"})),
    (
        "wrote_since",
        frozenset({"conversation", "answer", "questionnaire_response", "observation", "flag", "voice_note"})
        | {"first_aid_delivery", "profile_answer", "consent", "identity", "contact_preference"},
    ),
    ("case_changed_since", frozenset({"task"})),
)


@dataclass(frozen=True)
class RecentMerge:
    """A merge that is not too old. until: None when it may be undone for good; refused: code of why it cannot be."""

    id: str
    kept_id: str
    at: datetime
    until: datetime | None
    by: str
    refused: str | None


def time_to_undo(conn: Connection) -> timedelta | None:
    """For how long a merge may be undone; None: for good."""
    return retention_rules(context.of(conn).rules_folder).days(MERGES)


def recent(conn: Connection, now: datetime) -> list[RecentMerge]:
    """The newest merges that may still be undone, or could if nothing had happened since."""
    allowed = time_to_undo(conn)
    named = select(patient_merge, practitioner.c.name).select_from(patient_merge.join(practitioner))
    wanted = named.order_by(patient_merge.c.at.desc())
    if allowed is not None:
        wanted = wanted.where(patient_merge.c.at >= now - allowed)
    return [
        RecentMerge(
            id=row.id,
            kept_id=row.kept_id,
            at=row.at,
            until=None if allowed is None else row.at + allowed,
            by=row.name,
            refused=_why_it_stands(conn, row),
        )
        for row in conn.execute(wanted.limit(MOST)).all()
    ]


def undo(conn: Connection, merge_id: str, now: datetime, practitioner_id: str) -> tuple[str, str]:
    """Ids of the two who are two again, who stayed first. Raises MergeStands."""
    row = conn.execute(select(patient_merge).where(patient_merge.c.id == merge_id).with_for_update()).first()
    allowed = time_to_undo(conn)
    if row is None or (allowed is not None and row.at < now - allowed):
        raise MergeStands("merge_too_old")
    _lock(conn, row.kept_id)
    refused = _why_it_stands(conn, row)
    if refused:
        raise MergeStands(refused)
    _bring_back(conn, row)
    _note_tasks(conn, row, now, practitioner_id)
    conn.execute(delete(patient_merge).where(patient_merge.c.id == merge_id))
    for subject, other in ((row.kept_id, row.gone_id), (row.gone_id, row.kept_id)):
        _record(conn, subject, other, now, practitioner_id)
    return row.kept_id, row.gone_id


def _lock(conn: Connection, kept_id: str) -> None:
    """Nobody writes of the person until the end: first their conversations, as a turn does, then cases and person."""
    for table, whose in ((conversation, conversation.c.patient_id), (task, task.c.patient_id), (patient, patient.c.id)):
        conn.execute(select(table.c.id).where(whose == kept_id).order_by(table.c.id).with_for_update()).all()


def _why_it_stands(conn: Connection, row: Row[Any]) -> str | None:
    if row.patient_id != row.kept_id:
        return "merged_since"
    changed = merge_journal.differing(merge_journal.rows_of(conn, row.kept_id), row.after)
    if not changed:
        return None
    return next((reason for reason, names in _SINCE if names & changed), "changed_since")


def _bring_back(conn: Connection, row: Row[Any]) -> None:
    before: Mapping[str, Any] = row.before
    conn.execute(insert(patient), merge_journal.typed(patient, before["gone"]))
    responses = before["moved"].get(questionnaire_response.name, [])
    _copy_responses(conn, responses, row)
    for table in merge_journal.tables():
        if table is not questionnaire_response:
            _bring_back_rows(conn, table, before, row.gone_id)
    theirs = questionnaire_response.c.patient_id == row.kept_id
    for some in _parts(responses):
        conn.execute(delete(questionnaire_response).where(theirs, questionnaire_response.c.response_id.in_(some)))
    if before["kept"]:
        values = merge_journal.typed(patient, before["kept"])
        conn.execute(update(patient).where(patient.c.id == row.kept_id).values(**values))
    _bring_back_messages(conn, before["unknown"], row.gone_id)


def _copy_responses(conn: Connection, responses: list[str], row: Row[Any]) -> None:
    """Answers hang on their questionnaire by both ids: it has to be there before they come."""
    theirs = questionnaire_response.c.patient_id == row.kept_id
    for some in _parts(responses):
        wanted = select(questionnaire_response).where(theirs, questionnaire_response.c.response_id.in_(some))
        for one in conn.execute(wanted).all():
            conn.execute(insert(questionnaire_response), {**one._mapping, "patient_id": row.gone_id})


def _bring_back_rows(conn: Connection, table: Table, before: Mapping[str, Any], gone_id: str) -> None:
    """A row that has moved and changed gets both back in one statement: some are unique by person and kind."""
    moved = set(before["moved"].get(table.name, ()))
    for key, former in before["changed"].get(table.name, ()):
        values = merge_journal.typed(table, former) | ({"patient_id": gone_id} if key in moved else {})
        conn.execute(update(table).where(table.c.id == key).values(**values))
        moved.discard(key)
    for some in _parts(sorted(moved)):
        conn.execute(update(table).where(table.c.id.in_(some)).values(patient_id=gone_id))


def _bring_back_messages(conn: Connection, ids: list[int], gone_id: str) -> None:
    owner = context.of(conn).vault.encrypt(gone_id, OWNER)
    for some in _parts(ids):
        conn.execute(update(unknown_message).where(unknown_message.c.id.in_(some)).values(owner=owner))


def _note_tasks(conn: Connection, row: Row[Any], now: datetime, practitioner_id: str) -> None:
    """The history of a case only grows: that it is as before the merge is said in it."""
    for task_id, _former in row.before["changed"].get(task.name, ()):
        status = conn.execute(select(task.c.status).where(task.c.id == task_id)).scalar()
        if status is not None:
            note(conn, task_id, UNDONE, status, now, actor_id=practitioner_id)


def _record(conn: Connection, subject: str, other: str, now: datetime, practitioner_id: str) -> None:
    detail = {"other": other}
    audit.record(
        conn, now, audit.UPDATE, "patient.unmerged", "Patient", subject, practitioner_id=practitioner_id, detail=detail
    )


def _parts(keys: list[Any]) -> Iterable[list[Any]]:
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
