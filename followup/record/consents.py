"""What the person allowed; a no takes back what was kept under an earlier yes."""

from __future__ import annotations

from sqlalchemy import insert, update

from followup import retention, tasks
from followup.models import consent, patient
from followup.record.recording import Recording, write
from screening import events as said


@write.register
def _(event: said.ConsentGiven, to: Recording) -> None:
    _keep_consent(to, event, "active")
    if event.kind == "screening":
        to.profile_wanted = not to.consented
        to.screening_consent = "yes"
    elif event.kind == "callback":
        to.callback_consent = "yes"


@write.register
def _(event: said.ConsentRefused, to: Recording) -> None:
    _keep_consent(to, event, "rejected")
    if event.kind == "screening":
        to.screening_consent = "no"
        retention.forget_screening(to.conn, to.patient_id, event.at)
    elif event.kind == "callback":
        to.callback_consent = "no"
        tasks.withdraw_callback(to.conn, to.patient_id, event.at)


def _keep_consent(to: Recording, event: said.ConsentGiven | said.ConsentRefused, status: str) -> None:
    standing = consent.c.patient_id == to.patient_id, consent.c.kind == event.kind, consent.c.ended_at.is_(None)
    to.conn.execute(update(consent).where(*standing).values(ended_at=event.at))
    row = {"patient_id": to.patient_id, "kind": event.kind, "status": status, "version": event.version, "at": event.at}
    to.conn.execute(insert(consent), row)
    column = {"screening": "consent_screening", "callback": "consent_callback"}.get(event.kind)
    if column:
        said_yes = "yes" if status == "active" else "no"
        to.conn.execute(update(patient).where(patient.c.id == to.patient_id).values({column: said_yes}))
