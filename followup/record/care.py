"""Risks, tasks and referrals, with or without consent; first aid and what is to be asked again, with it."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from followup import messages, tasks
from followup.models import first_aid_delivery, flag
from followup.record.recording import Recording, write
from followup.tasks.flags import LEVEL_ORDER
from screening import events as said


@write.register
def _(event: said.RiskIdentified, to: Recording) -> None:
    row = {"code": event.code, "level": event.level, "rule": event.rule, "source": event.source}
    to.conn.execute(insert(flag), {**row, "patient_id": to.patient_id, "status": "active", "at": event.at})
    tasks.raise_risk(to.conn, to.patient_id, LEVEL_ORDER.get(event.level, 1), event.at)


@write.register
def _(event: said.TaskAdvised, to: Recording) -> None:
    advice = tasks.Advice(event.kind, event.priority, event.due_at, tuple(event.reasons), event.rule)
    tasks.advise(to.conn, to.patient_id, advice, event.at)


@write.register
def _(event: said.ReferralAdvised, to: Recording) -> None:
    tasks.refer(to.conn, to.patient_id, event.kind, event.priority, tuple(event.reasons), event.rule, event.at)


@write.register
def _(event: said.FirstAidStarted, to: Recording) -> None:
    if to.consented:
        row = {"patient_id": to.patient_id, "script": event.script, "version": event.version, "started_at": event.at}
        to.conn.execute(insert(first_aid_delivery), row)


@write.register
def _(event: said.FirstAidCompleted, to: Recording) -> None:
    latest = (
        select(first_aid_delivery.c.id)
        .where(
            first_aid_delivery.c.patient_id == to.patient_id,
            first_aid_delivery.c.script == event.script,
            first_aid_delivery.c.completed_at.is_(None),
        )
        .order_by(first_aid_delivery.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    done = update(first_aid_delivery).where(first_aid_delivery.c.id == latest)
    to.conn.execute(done.values(completed_at=event.at, helped=event.helped))


@write.register
def _(event: said.RescreenScheduled, to: Recording) -> None:
    if to.consented:
        messages.schedule(to.conn, to.patient_id, messages.RESCREEN, event.due_at, event.at)
