"""Two rows that are one person become one: everything of the one moves to the other, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context, merge_journal
from followup.models import (
    METADATA,
    answer,
    consent,
    contact_preference,
    conversation,
    first_aid_session,
    identity,
    observation,
    patient,
    profile_answer,
    questionnaire_response,
    task,
    unknown_message,
)
from followup.tasks.advice import Advice, advise
from followup.tasks.history import close
from followup.unknown_messages import OWNER

MERGED = "merged"
_OF_RESPONSES = (answer, observation)
_NOT_SIMPLY = (questionnaire_response, *_OF_RESPONSES)
# Of these only one row is the one that counts, by these columns.
_CURRENT = {identity: "kind", contact_preference: "field", profile_answer: "field"}
_FILLED = ("variety", "age", "sex", "district")


def merge_conversations(conn: Connection, first: str, second: str, now: datetime, *, by_patient: bool = True) -> bool:
    """Make one person of two conversations; whether they are one now. The one we have known for longer stays."""
    asked = select(patient).join(conversation, conversation.c.patient_id == patient.c.id)
    rows = [conn.execute(asked.where(conversation.c.id == one)).first() for one in (first, second)]
    if None in rows:
        return False
    older, younger = sorted(rows, key=lambda row: (row.created_at, row.id))
    if older.id != younger.id:
        merge(conn, younger.id, older.id, now, by_patient=by_patient)
    return True


def merge(
    conn: Connection,
    gone_id: str,
    kept_id: str,
    now: datetime,
    *,
    practitioner_id: str | None = None,
    by_patient: bool = False,
) -> None:
    """Everything of one patient goes to the other, and the first is no more. Raises LookupError for an unknown one.

    What a member of staff merges can be undone for some time (`unmerge`); who joins their own talks has said so.
    """
    # In the order of their ids, so that two who merge the same do not wait for each other.
    locked = conn.execute(
        select(patient).where(patient.c.id.in_((gone_id, kept_id))).order_by(patient.c.id).with_for_update()
    ).all()
    rows = {row.id: row for row in locked}
    if len(rows) != 2:
        raise LookupError("two patients are merged, and one is not there")
    undoable = practitioner_id is not None
    before = merge_journal.rows_of(conn, gone_id, kept_id) if undoable else {}
    unknown = merge_journal.unknown_of(conn, gone_id) if undoable else []
    _join_tasks(conn, gone_id, kept_id, now)
    _one_current(conn, gone_id, kept_id)
    _move_responses(conn, gone_id, kept_id)
    _renumber(conn, gone_id, kept_id)
    for table in METADATA.sorted_tables:
        if "patient_id" in table.c and table not in _NOT_SIMPLY:
            conn.execute(update(table).where(table.c.patient_id == gone_id).values(patient_id=kept_id))
    _move_unknown_messages(conn, gone_id, kept_id)
    conn.execute(delete(patient).where(patient.c.id == gone_id))
    _complete(conn, rows[gone_id], rows[kept_id])
    if practitioner_id is not None:
        merge_journal.keep(conn, gone_id, kept_id, before, unknown, now, practitioner_id)
    for subject, detail in ((gone_id, {"into": kept_id}), (kept_id, {"from": gone_id})):
        audit.record(
            conn,
            now,
            audit.UPDATE,
            "patient.merged",
            "Patient",
            subject,
            practitioner_id=practitioner_id,
            by_patient=by_patient,
            detail=detail,
        )


def _join_tasks(conn: Connection, gone_id: str, kept_id: str, now: datetime) -> None:
    """Of two open tasks of a kind the kept person's takes over the other's urgency and reasons."""
    open_now = task.c.closed_at.is_(None)
    theirs = conn.execute(select(task).where(task.c.patient_id == gone_id, open_now)).all()
    standing = set(conn.execute(select(task.c.kind).where(task.c.patient_id == kept_id, open_now)).scalars())
    for row in theirs:
        if row.kind in standing:
            close(conn, row.id, "cancelled", MERGED, now)
            advice = Advice(row.kind, row.priority, row.due_at, tuple(row.reasons), row.rule, row.series_no)
            advise(conn, kept_id, advice, now)


def _one_current(conn: Connection, gone_id: str, kept_id: str) -> None:
    """Two numbers, two districts: the one that was said last counts, the other stays as said before."""
    for table, column in _CURRENT.items():
        for name in _both(conn, table, table.c[column], table.c.current.is_(True), gone_id, kept_id):
            same = table.c.patient_id.in_((gone_id, kept_id)), table.c[column] == name, table.c.current.is_(True)
            newest = select(table.c.id).where(*same).order_by(table.c.at.desc(), table.c.id.desc()).limit(1)
            last = conn.execute(newest).scalar_one()
            conn.execute(update(table).where(*same, table.c.id != last).values(current=False))
    for kind in _both(conn, consent, consent.c.kind, consent.c.ended_at.is_(None), gone_id, kept_id):
        same = consent.c.patient_id.in_((gone_id, kept_id)), consent.c.kind == kind, consent.c.ended_at.is_(None)
        rows = conn.execute(select(consent).where(*same).order_by(consent.c.at.desc(), consent.c.id.desc())).all()
        for row in rows[1:]:
            conn.execute(update(consent).where(consent.c.id == row.id).values(ended_at=rows[0].at))


def _both(conn: Connection, table: Table, column: Any, where: Any, gone_id: str, kept_id: str) -> set[str]:
    """What both have a standing row of."""
    of = [
        set(conn.execute(select(column).where(table.c.patient_id == one, where)).scalars())
        for one in (gone_id, kept_id)
    ]
    return of[0] & of[1]


def _move_responses(conn: Connection, gone_id: str, kept_id: str) -> None:
    """Answers hang on their questionnaire by both ids: first its row again, then they, then the old row goes."""
    for row in conn.execute(select(questionnaire_response).where(questionnaire_response.c.patient_id == gone_id)).all():
        conn.execute(insert(questionnaire_response), {**row._mapping, "patient_id": kept_id})
    for table in _OF_RESPONSES:
        conn.execute(update(table).where(table.c.patient_id == gone_id).values(patient_id=kept_id))
    conn.execute(delete(questionnaire_response).where(questionnaire_response.c.patient_id == gone_id))


def _renumber(conn: Connection, gone_id: str, kept_id: str) -> None:
    """First aid by phone is counted by person: the moved sessions follow those that are there."""
    number = first_aid_session.c.number
    last = conn.execute(select(func.max(number)).where(first_aid_session.c.patient_id == kept_id)).scalar() or 0
    moved = select(first_aid_session.c.id, number).where(first_aid_session.c.patient_id == gone_id)
    for row in conn.execute(moved).all():
        values = {"patient_id": kept_id, "number": row.number + last}
        conn.execute(update(first_aid_session).where(first_aid_session.c.id == row.id).values(**values))


def _move_unknown_messages(conn: Connection, gone_id: str, kept_id: str) -> None:
    vault = context.of(conn).vault
    theirs = unknown_message.c.owner.in_(vault.lookups(gone_id, OWNER))
    conn.execute(update(unknown_message).where(theirs).values(owner=vault.encrypt(kept_id, OWNER)))


def _complete(conn: Connection, gone: Row[Any], kept: Row[Any]) -> None:
    """What only the other knew; the greater danger; of consents the one said last."""
    values: dict[str, Any] = {name: getattr(gone, name) for name in _FILLED if getattr(kept, name) is None}
    values["risk_order"] = min(gone.risk_order, kept.risk_order)
    values["has_phone"] = gone.has_phone or kept.has_phone
    standing = select(consent.c.kind, consent.c.status).where(
        consent.c.patient_id == kept.id, consent.c.ended_at.is_(None)
    )
    for row in conn.execute(standing):
        column = {"screening": "consent_screening", "callback": "consent_callback"}.get(row.kind)
        if column:
            values[column] = "yes" if row.status == "active" else "no"
    conn.execute(update(patient).where(patient.c.id == kept.id).values(**values))
    copies = {name: values[name] for name in ("district", "has_phone") if name in values}
    ours = task.c.patient_id == kept.id, task.c.closed_at.is_(None)
    conn.execute(update(task).where(*ours).values(**copies))


__all__ = ["MERGED", "merge", "merge_conversations"]
