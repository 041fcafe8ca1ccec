"""What was sent and what became of it, for looking: one referral, those of a person, and all that are still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Row

from followup import context
from followup.health_centres import CentreEntry, centre, rules_of
from followup.models import health_centre, patient, practitioner, referral, referral_event, service_request, task
from followup.referral_rules import CENTRE


@dataclass(frozen=True)
class Step:
    """One line of a referral's history."""

    at: datetime
    event: str
    status: str
    by: str | None
    detail: Mapping[str, Any]
    note: str | None = field(repr=False, default=None)


@dataclass(frozen=True)
class ReferralView:
    """A referral with its centre and its history, oldest step first. to: centre, team or visit."""

    id: str
    patient_id: str
    kind: str
    to: str
    status: str
    outcome: str | None
    priority: str
    centre: CentreEntry | None
    place: str | None
    reasons: tuple[str, ...]
    consent: str
    show_scores: bool
    appointment_at: datetime | None
    planned_on: date | None
    visitor: str | None
    created_by: str
    sent_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    remind_at: datetime | None
    checks: int
    steps: tuple[Step, ...]
    note: str | None = field(repr=False, default=None)

    @property
    def is_open(self) -> bool:
        """Whether nobody knows yet how it ended."""
        return self.ended_at is None


@dataclass(frozen=True)
class Need:
    """A need for care that was found and that nobody has sent on yet."""

    id: str
    kind: str
    priority: str
    reasons: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class OpenReferral:
    """One line of the list of open referrals, without names."""

    id: str
    patient_id: str
    kind: str
    status: str
    priority: str
    place: str
    district: str | None
    language: str
    sent_at: datetime
    remind_at: datetime | None
    appointment_at: datetime | None
    planned_on: date | None


def one(conn: Connection, referral_id: str, today: date, *, with_notes: bool = False) -> ReferralView | None:
    """The referral; notes only for those who may see names."""
    row = conn.execute(_referrals().where(referral.c.id == referral_id)).first()
    return _view(conn, row, today, with_notes) if row else None


def of_person(conn: Connection, patient_id: str, today: date, *, with_notes: bool = False) -> list[ReferralView]:
    """The person's referrals: open ones first, then the latest."""
    rows = conn.execute(_referrals().where(referral.c.patient_id == patient_id)).all()
    found = [_view(conn, row, today, with_notes) for row in rows]
    return sorted(found, key=lambda view: (not view.is_open, -view.sent_at.timestamp()))


def needs(conn: Connection, patient_id: str) -> list[Need]:
    """Needs for care of the person without an open referral, the most urgent first as they were found."""
    sent = select(referral.c.service_request_id).where(
        referral.c.patient_id == patient_id, referral.c.ended_at.is_(None)
    )
    wanted = select(service_request).where(
        service_request.c.patient_id == patient_id,
        service_request.c.status == "active",
        service_request.c.id.not_in(sent),
    )
    rows = conn.execute(wanted.order_by(service_request.c.at)).all()
    return [Need(row.id, row.kind, row.priority, tuple(row.reasons), row.at) for row in rows]


def is_known(conn: Connection, patient_id: str) -> bool:
    """Whether there is such a person."""
    return conn.execute(select(patient.c.id).where(patient.c.id == patient_id)).first() is not None


def open_priorities(conn: Connection, patient_id: str) -> list[str]:
    """Priorities of the person's open tasks."""
    wanted = select(task.c.priority).where(task.c.patient_id == patient_id, task.c.closed_at.is_(None))
    return [str(found) for found in conn.execute(wanted).scalars()]


def open_referrals(conn: Connection, limit: int = 200) -> list[OpenReferral]:
    """All that nobody knows the end of yet, in the order in which they must be asked about."""
    wanted = (
        select(referral, patient.c.district, patient.c.language, health_centre.c.name.label("centre_name"))
        .join(patient, patient.c.id == referral.c.patient_id)
        .outerjoin(health_centre, health_centre.c.code == referral.c.centre_code)
        .where(referral.c.ended_at.is_(None))
        .order_by(referral.c.remind_at, referral.c.id)
        .limit(limit)
    )
    names = ("id", "patient_id", "kind", "status", "priority", "district", "language", "sent_at", "remind_at")
    return [
        OpenReferral(
            **{name: getattr(row, name) for name in (*names, "appointment_at", "planned_on")},
            place=row.centre_name or row.place or "",
        )
        for row in conn.execute(wanted)
    ]


def story(conn: Connection, patient_id: str) -> list[tuple[datetime, dict[str, Any]]]:
    """Every step of the person's referrals: when, and what happened to which."""
    wanted = (
        select(referral_event, referral.c.kind, referral.c.place, health_centre.c.name, practitioner.c.name.label("by"))
        .join(referral, referral.c.id == referral_event.c.referral_id)
        .outerjoin(health_centre, health_centre.c.code == referral.c.centre_code)
        .outerjoin(practitioner, practitioner.c.id == referral_event.c.actor_id)
        .where(referral.c.patient_id == patient_id)
    )
    return [
        (
            row.at,
            {
                "kind": row.kind,
                "event": row.event,
                "place": row.name or row.place or "",
                "by": row.by or "",
                "outcome": row.detail.get("outcome"),
            },
        )
        for row in conn.execute(wanted)
    ]


def count_open(conn: Connection) -> int:
    """How many referrals have no end yet."""
    wanted = select(func.count()).select_from(referral).where(referral.c.ended_at.is_(None))
    return int(conn.execute(wanted).scalar_one())


def _referrals() -> Any:
    return select(referral, practitioner.c.name.label("sender")).join(
        practitioner, practitioner.c.id == referral.c.created_by
    )


def _view(conn: Connection, row: Row[Any], today: date, with_notes: bool) -> ReferralView:
    kind = rules_of(conn).kinds.get(row.kind)
    vault = context.of(conn).vault
    names = ("id", "patient_id", "kind", "status", "outcome", "priority", "place", "consent", "show_scores")
    times = ("appointment_at", "planned_on", "visitor", "sent_at", "accepted_at", "ended_at", "remind_at", "checks")
    return ReferralView(
        **{name: getattr(row, name) for name in (*names, *times)},
        to=kind.to if kind else CENTRE,
        centre=centre(conn, row.centre_code, today) if row.centre_code else None,
        reasons=tuple(row.reasons),
        created_by=row.sender,
        steps=_steps(conn, row.id, with_notes),
        note=vault.decrypt_note(row.note) if with_notes and row.note else None,
    )


def _steps(conn: Connection, referral_id: str, with_notes: bool) -> tuple[Step, ...]:
    vault = context.of(conn).vault
    wanted = (
        select(referral_event, practitioner.c.name.label("by"))
        .outerjoin(practitioner, practitioner.c.id == referral_event.c.actor_id)
        .where(referral_event.c.referral_id == referral_id)
        .order_by(referral_event.c.id)
    )
    return tuple(
        Step(
            row.at,
            row.event,
            row.status,
            row.by,
            row.detail,
            vault.decrypt_note(row.note) if with_notes and row.note else None,
        )
        for row in conn.execute(wanted)
    )
