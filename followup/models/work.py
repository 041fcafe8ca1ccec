"""What is owed: needs for care, tasks with their clock, every change and every call. Histories are append-only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from followup.models.columns import JSON_VALUE, METADATA, UUID_TEXT, code, moment, of_patient, row_id, uuid_id

service_request = sa.Table(
    "service_request",
    METADATA,
    uuid_id(),
    of_patient(),
    code("kind"),
    code("status"),
    code("priority"),
    sa.Column("reasons", JSON_VALUE, nullable=False),
    code("rule"),
    moment("at"),
    sa.Index("ix_service_request_patient_id", "patient_id"),
    sa.Index("ix_service_request_at", "at"),
)

task = sa.Table(
    "task",
    METADATA,
    uuid_id(),
    of_patient(),
    code("kind"),
    code("status"),
    code("status_reason", nullable=True),
    code("priority"),
    # 0 crisis, 1 high, 2 moderate, 3 none: smallest first, so that one index gives the list in its order.
    sa.Column("risk_order", sa.SmallInteger, nullable=False),
    moment("created_at"),
    moment("due_at"),
    moment("closed_at", nullable=True),
    # FHIR restriction.period.start: not before this hour (a call agreed for later).
    moment("not_before", nullable=True),
    sa.Column("attempts", sa.SmallInteger, nullable=False),
    # What the person and we agreed, while the task waits (a disposition code).
    code("agreed", nullable=True),
    sa.Column("owner_id", UUID_TEXT, sa.ForeignKey("practitioner.id")),
    moment("lease_until", nullable=True),
    # The last call, for the card.
    sa.Column("last_by", UUID_TEXT, sa.ForeignKey("practitioner.id")),
    code("last_result", nullable=True),
    moment("last_attempt_at", nullable=True),
    sa.Column("reasons", JSON_VALUE, nullable=False),
    code("rule"),
    # When a supervisor was told: overdue at high risk, many failed tries, or a closing that needs a second person.
    moment("alerted_at", nullable=True),
    # When the team was told of that, and when it was warned that the time is nearly over.
    moment("told_at", nullable=True),
    moment("warned_at", nullable=True),
    # Number of this call in the series that follows a crisis; empty for all other tasks.
    sa.Column("series_no", sa.SmallInteger),
    # Copies of the person's row, kept in step, so that the list filters without a join.
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("variety", sa.String(8)),
    sa.Column("district", sa.String(6)),
    sa.Column("has_phone", sa.Boolean, nullable=False),
    sa.Index("ix_task_patient_id", "patient_id"),
    sa.Index("ix_task_created_at", "created_at"),
)


def _index(name: str, where: Any, *columns: Any, unique: bool = False) -> None:
    """An index over a part of the tasks; a long history of closed ones does not make the list slow."""
    sa.Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


_OPEN = task.c.closed_at.is_(None)
_index("uq_task_open_patient_id_kind", _OPEN, task.c.patient_id, task.c.kind, unique=True)
# In the order of the list; what the sections and filters ask for follows, so that rows are read only when shown.
_index(
    "ix_task_open_order",
    _OPEN,
    task.c.risk_order,
    task.c.due_at,
    task.c.created_at,
    task.c.id,
    task.c.language,
    task.c.has_phone,
    task.c.kind,
    task.c.agreed,
    task.c.not_before,
    task.c.owner_id,
    task.c.lease_until,
    task.c.variety,
    task.c.attempts,
)
_ORDER = task.c.risk_order, task.c.due_at, task.c.created_at, task.c.id
_index("ix_task_open_district", _OPEN, task.c.district, *_ORDER)
_index("ix_task_open_agreed", sa.and_(_OPEN, task.c.agreed.is_not(None)), *_ORDER)
_index("ix_task_open_alerted", sa.and_(_OPEN, task.c.alerted_at.is_not(None)), *_ORDER)
_index("ix_task_open_reason", sa.and_(_OPEN, task.c.status_reason.is_not(None)), task.c.status_reason, *_ORDER)
_index("ix_task_open_owner", sa.and_(_OPEN, task.c.owner_id.is_not(None)), task.c.owner_id, task.c.lease_until)
_index("ix_task_open_last_by", sa.and_(_OPEN, task.c.last_by.is_not(None)), task.c.last_by, task.c.status)
_index("ix_task_closed", task.c.closed_at.is_not(None), task.c.closed_at)

task_event = sa.Table(
    "task_event",
    METADATA,
    row_id(),
    sa.Column("task_id", UUID_TEXT, sa.ForeignKey("task.id"), nullable=False),
    moment("at"),
    sa.Column("actor_id", UUID_TEXT),
    code("event"),
    code("status"),
    sa.Column("detail", JSON_VALUE, nullable=False),
    sa.Column("note", sa.LargeBinary),
    sa.Index("ix_task_event_task_id", "task_id"),
)

call_attempt = sa.Table(
    "call_attempt",
    METADATA,
    uuid_id(),
    sa.Column("task_id", UUID_TEXT, sa.ForeignKey("task.id"), nullable=False),
    of_patient(),
    sa.Column("attempt_no", sa.SmallInteger, nullable=False),
    code("channel"),
    moment("started_at"),
    moment("at"),
    sa.Column("practitioner_id", UUID_TEXT, sa.ForeignKey("practitioner.id"), nullable=False),
    code("contact_result"),
    code("disposition", nullable=True),
    moment("next_at", nullable=True),
    sa.Column("note", sa.LargeBinary),
    sa.Column("is_final", sa.Boolean, nullable=False),
    # The task as it was before, for ten seconds of second thoughts.
    sa.Column("before", JSON_VALUE, nullable=False),
    moment("undone_at", nullable=True),
    sa.Index("ix_call_attempt_task_id", "task_id"),
    sa.Index("ix_call_attempt_patient_id", "patient_id"),
    sa.Index("ix_call_attempt_at", "at"),
)
