"""Sending a person to care and closing the loop: sent, accepted, attended or not, each step with who and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context, messages, referral_tasks
from followup.errors import ReferralRefused
from followup.health_centres import rules_of
from followup.models import (
    consent,
    contact_preference,
    health_centre,
    identity,
    patient,
    referral,
    referral_event,
    service_request,
)
from followup.referral_rules import CENTRE, DANGER, VISIT, Outcome, ReferralKind
from followup.tasks.advice import refer
from followup.tasks.history import HIGH
from screening.fields import LIMA

RULE = "console"
"""Names the counselor as the source of a need for care, where a rule of triage.yml would stand."""
AGREED, WITHOUT = "agreed", "danger"
"""What the person said to being referred: yes; or nobody could ask, and life is in danger."""
SENT, ACCEPTED = "requested", "accepted"
OPEN = (SENT, ACCEPTED)
ADDRESS = "address"
"""Kind of identity: where a person lives, as they gave it for a visit."""
REOPEN_WITHIN = timedelta(days=30)
# A need for care after a referral has ended; after a failed one it stands as before.
_NEED = {"completed": "completed", "cancelled": "revoked"}


@dataclass(frozen=True)
class NewReferral:
    """What a counselor fills in. reasons: codes of triage.yml. note and address are kept unreadable."""

    kind: str
    consent: str
    reasons: tuple[str, ...] = ()
    centre_code: str | None = None
    place: str = ""
    note: str = field(repr=False, default="")
    show_scores: bool = False
    appointment_at: datetime | None = None
    planned_on: date | None = None
    visitor: str = ""
    address: str = field(repr=False, default="")
    priority: str = "routine"


def send(conn: Connection, patient_id: str, new: NewReferral, by: str, now: datetime) -> str:
    """Id of the referral. The need that triage found is its beginning; without one the referral makes it.

    Raises ReferralRefused.
    """
    person = conn.execute(select(patient).where(patient.c.id == patient_id).with_for_update()).first()
    kind = rules_of(conn).kinds.get(new.kind)
    if person is None or kind is None:
        raise ReferralRefused("unknown_kind" if person else "unknown_person")
    _check(conn, person, kind, new, now)
    need = refer(conn, patient_id, new.kind, new.priority, new.reasons, RULE, now)
    _refuse_second(conn, need)
    _keep_consent(conn, patient_id, kind, new, now)
    if new.address.strip():
        _keep_address(conn, patient_id, new.address.strip(), now)
    referral_id = _insert(conn, patient_id, kind, new, need, by, now)
    _note(conn, referral_id, "sent", SENT, now, by)
    referral_tasks.follow(conn, patient_id, kind.to, now)
    detail = {"kind": new.kind, "centre": new.centre_code}
    audit.record(
        conn, now, audit.CREATE, "referral.sent", "ServiceRequest", referral_id, practitioner_id=by, detail=detail
    )
    return referral_id


def accept(
    conn: Connection, referral_id: str, by: str, now: datetime, appointment_at: datetime | None = None, note: str = ""
) -> None:
    """The receiver said yes, perhaps with an appointment. Raises ReferralRefused."""
    row = _lock_open(conn, referral_id)
    if appointment_at is not None and appointment_at <= now:
        raise ReferralRefused("past_time")
    kind = _kind(conn, row)
    at = appointment_at or row.appointment_at
    values = {"status": ACCEPTED, "accepted_at": row.accepted_at or now, "appointment_at": at}
    _change(conn, row, values | {"remind_at": _first_check(conn, kind, at, row.planned_on, now)})
    _step(conn, row, "accepted", ACCEPTED, kind, by, now, note)


def plan(conn: Connection, referral_id: str, by: str, now: datetime, day: date, visitor: str = "") -> None:
    """A visit gets another day, or another visitor. Raises ReferralRefused."""
    row = _lock_open(conn, referral_id)
    kind = _kind(conn, row)
    if kind.to != VISIT or day < _today(now):
        raise ReferralRefused("past_day" if kind.to == VISIT else "not_a_visit")
    values = {"planned_on": day, "visitor": visitor or row.visitor, "status": ACCEPTED}
    values |= {"accepted_at": row.accepted_at or now, "remind_at": _first_check(conn, kind, None, day, now)}
    _change(conn, row, values)
    _step(conn, row, "planned", ACCEPTED, kind, by, now)


def still_waiting(conn: Connection, referral_id: str, by: str, now: datetime, note: str = "") -> None:
    """Somebody asked and nothing is known yet: asked again later. Raises ReferralRefused."""
    row = _lock_open(conn, referral_id)
    kind = _kind(conn, row)
    again = context.of(conn).calendar().after(kind.again, now)
    _change(conn, row, {"remind_at": again, "checks": row.checks + 1})
    _step(conn, row, "checked", row.status, kind, by, now, note)


def end(conn: Connection, referral_id: str, outcome_code: str, by: str, now: datetime, note: str = "") -> None:
    """The loop is closed: attended or not, and how. Raises ReferralRefused."""
    row = _lock_open(conn, referral_id)
    kind = _kind(conn, row)
    outcome = rules_of(conn).outcomes.get(outcome_code)
    if outcome is None or kind.to not in outcome.targets:
        raise ReferralRefused("unknown_outcome")
    _change(conn, row, {"status": outcome.status, "outcome": outcome.code, "ended_at": now, "remind_at": None})
    _settle_need(conn, row, outcome)
    if outcome.call is not None:
        _keep_yes_to_calls(conn, row.patient_id, now)
    _step(conn, row, "ended", outcome.status, kind, by, now, note, outcome=outcome.code)
    referral_tasks.after_end(conn, row, outcome, now)


def reopen(conn: Connection, referral_id: str, by: str, now: datetime) -> None:
    """An ending that was a mistake is taken back, within thirty days. Raises ReferralRefused."""
    row = _lock(conn, referral_id)
    if row.ended_at is None:
        raise ReferralRefused("not_ended")
    if now - row.ended_at > REOPEN_WITHIN:
        raise ReferralRefused("ended_too_long_ago")
    _refuse_second(conn, row.service_request_id)
    kind = _kind(conn, row)
    status = ACCEPTED if row.accepted_at else SENT
    again = context.of(conn).calendar().after(kind.again, now)
    _change(conn, row, {"status": status, "outcome": None, "ended_at": None, "remind_at": again})
    need = service_request.c.id == row.service_request_id
    conn.execute(update(service_request).where(need).values(status="active"))
    _step(conn, row, "reopened", status, kind, by, now)


def forget_of(conn: Connection, patient_id: str) -> None:
    """Nothing is left of the person's referrals."""
    ours = select(referral.c.id).where(referral.c.patient_id == patient_id)
    conn.execute(delete(referral_event).where(referral_event.c.referral_id.in_(ours)))
    conn.execute(delete(referral).where(referral.c.patient_id == patient_id))


def _today(now: datetime) -> date:
    return now.astimezone(LIMA).date()


def _check(conn: Connection, person: Row[Any], kind: ReferralKind, new: NewReferral, now: datetime) -> None:
    _check_consent(person, kind, new)
    if kind.to == CENTRE:
        _check_centre(conn, new, now)
    elif kind.to == VISIT:
        _check_visit(conn, person.id, new, now)


def _check_consent(person: Row[Any], kind: ReferralKind, new: NewReferral) -> None:
    """Without the person's yes only where life is in danger, and then with words that say why."""
    if new.consent == AGREED:
        return
    if new.consent != WITHOUT or kind.consent != DANGER:
        raise ReferralRefused("consent_needed")
    if kind.to == VISIT and person.risk_order > HIGH:
        raise ReferralRefused("consent_needed")
    if not new.note.strip():
        raise ReferralRefused("note_needed")


def _check_centre(conn: Connection, new: NewReferral, now: datetime) -> None:
    if new.appointment_at is not None and new.appointment_at <= now:
        raise ReferralRefused("past_time")
    if new.centre_code is None:
        if not new.place.strip():
            raise ReferralRefused("centre_needed")
        return
    is_active = select(health_centre.c.active).where(health_centre.c.code == new.centre_code)
    if not conn.execute(is_active).scalar():
        raise ReferralRefused("centre_unknown")


def _check_visit(conn: Connection, patient_id: str, new: NewReferral, now: datetime) -> None:
    if "community_visit" in messages.blocked(conn, patient_id):
        raise ReferralRefused("visit_not_safe")
    if new.planned_on is None:
        raise ReferralRefused("day_needed")
    if new.planned_on < _today(now):
        raise ReferralRefused("past_day")
    if not new.address.strip() and not has_address(conn, patient_id):
        raise ReferralRefused("address_needed")


def has_address(conn: Connection, patient_id: str) -> bool:
    """Whether an address of the person is kept."""
    kept = select(identity.c.id).where(
        identity.c.patient_id == patient_id, identity.c.kind == ADDRESS, identity.c.current.is_(True)
    )
    return conn.execute(kept.limit(1)).first() is not None


def _refuse_second(conn: Connection, need: str) -> None:
    standing = select(referral.c.id).where(referral.c.service_request_id == need, referral.c.ended_at.is_(None))
    if conn.execute(standing.limit(1)).first() is not None:
        raise ReferralRefused("already_sent")


def _insert(
    conn: Connection, patient_id: str, kind: ReferralKind, new: NewReferral, need: str, by: str, now: datetime
) -> str:
    found = conn.execute(select(service_request).where(service_request.c.id == need)).one()
    to_centre, is_visit = kind.to == CENTRE, kind.to == VISIT
    row = {
        "id": context.of(conn).new_id(),
        "patient_id": patient_id,
        "service_request_id": need,
        "kind": kind.code,
        "status": SENT,
        "priority": found.priority,
        "centre_code": new.centre_code if to_centre else None,
        "place": new.place.strip()[:200] or None,
        "reasons": list(new.reasons),
        "consent": new.consent,
        "show_scores": new.show_scores,
        "note": context.of(conn).vault.encrypt_note(new.note.strip()) if new.note.strip() else None,
        "appointment_at": None if is_visit else new.appointment_at,
        "planned_on": new.planned_on if is_visit else None,
        "visitor": (new.visitor.strip()[:80] or None) if is_visit else None,
        "created_by": by,
        "sent_at": now,
        "remind_at": _first_check(conn, kind, new.appointment_at, new.planned_on, now),
        "checks": 0,
    }
    conn.execute(insert(referral), row)
    return str(row["id"])


def _first_check(
    conn: Connection, kind: ReferralKind, appointment_at: datetime | None, planned_on: date | None, now: datetime
) -> datetime:
    """When somebody should ask what became of it: after the appointment or the visit, where their day is known."""
    rules, calendar = rules_of(conn), context.of(conn).calendar()
    if kind.to == VISIT and planned_on is not None:
        evening = datetime.combine(planned_on, time(18), LIMA).astimezone(timezone.utc)
        return calendar.after(kind.check, max(now, evening))
    if appointment_at is not None:
        return calendar.after(rules.after_appointment, appointment_at)
    return calendar.after(kind.check, now)


def _keep_consent(conn: Connection, patient_id: str, kind: ReferralKind, new: NewReferral, now: datetime) -> None:
    """The person's yes, said to the counselor."""
    if new.consent != AGREED:
        return
    _replace_consent(conn, patient_id, "visit" if kind.to == VISIT else "referral", now)
    if kind.to == VISIT:
        ours = contact_preference.c.patient_id == patient_id, contact_preference.c.field == "visit"
        conn.execute(update(contact_preference).where(*ours).values(current=False))
        said = {"patient_id": patient_id, "field": "visit", "value": "yes", "at": now, "current": True}
        conn.execute(insert(contact_preference), said)


def _replace_consent(conn: Connection, patient_id: str, kind: str, now: datetime) -> None:
    standing = consent.c.patient_id == patient_id, consent.c.kind == kind, consent.c.ended_at.is_(None)
    conn.execute(update(consent).where(*standing).values(ended_at=now))
    row = {"patient_id": patient_id, "kind": kind, "status": "active", "version": RULE, "at": now}
    conn.execute(insert(consent), row)


def _keep_yes_to_calls(conn: Connection, patient_id: str, now: datetime) -> None:
    _replace_consent(conn, patient_id, "callback", now)
    conn.execute(update(patient).where(patient.c.id == patient_id).values(consent_callback="yes"))


def _keep_address(conn: Connection, patient_id: str, address: str, now: datetime) -> None:
    ours = identity.c.patient_id == patient_id, identity.c.kind == ADDRESS
    conn.execute(update(identity).where(*ours).values(current=False))
    sealed = context.of(conn).vault.encrypt(address, ADDRESS)
    row = {"patient_id": patient_id, "kind": ADDRESS, "ciphertext": sealed, "at": now, "current": True}
    conn.execute(insert(identity), row)


def _settle_need(conn: Connection, row: Row[Any], outcome: Outcome) -> None:
    need = service_request.c.id == row.service_request_id
    status = _NEED.get(outcome.status)
    if outcome.status == "entered-in-error":
        rule = conn.execute(select(service_request.c.rule).where(need)).scalar()
        # A need that triage found stands, although its referral was a slip.
        status = "entered-in-error" if rule == RULE else None
    if status:
        conn.execute(update(service_request).where(need).values(status=status))


def _lock(conn: Connection, referral_id: str) -> Row[Any]:
    row = conn.execute(select(referral).where(referral.c.id == referral_id).with_for_update()).first()
    if row is None:
        raise ReferralRefused("unknown_referral")
    return row


def _lock_open(conn: Connection, referral_id: str) -> Row[Any]:
    row = _lock(conn, referral_id)
    if row.ended_at is not None:
        raise ReferralRefused("ended")
    return row


def _kind(conn: Connection, row: Row[Any]) -> ReferralKind:
    kind = rules_of(conn).kinds.get(row.kind)
    if kind is None:
        raise ReferralRefused("unknown_kind")
    return kind


def _change(conn: Connection, row: Row[Any], values: dict[str, Any]) -> None:
    conn.execute(update(referral).where(referral.c.id == row.id).values(**values))


def _step(
    conn: Connection,
    row: Row[Any],
    event: str,
    status: str,
    kind: ReferralKind,
    by: str,
    now: datetime,
    note: str = "",
    **detail: Any,
) -> None:
    """What every change leaves: a line of history, the task in step, a row of audit."""
    _note(conn, row.id, event, status, now, by, note, **detail)
    referral_tasks.follow(conn, row.patient_id, kind.to, now)
    audit.record(conn, now, audit.UPDATE, f"referral.{event}", "ServiceRequest", row.id, practitioner_id=by)


def _note(
    conn: Connection, referral_id: str, event: str, status: str, now: datetime, by: str, note: str = "", **detail: Any
) -> None:
    sealed = context.of(conn).vault.encrypt_note(note.strip()) if note.strip() else None
    row = {"referral_id": referral_id, "at": now, "actor_id": by, "event": event, "status": status}
    conn.execute(insert(referral_event), row | {"detail": detail, "note": sealed})
