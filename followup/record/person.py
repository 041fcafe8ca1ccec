"""Who the person is and how to reach them; what identifies them, or is in their own words, is encrypted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, update

from followup import tasks
from followup.good_hours import understood
from followup.models import contact_preference, identity, patient, profile_answer
from followup.record.recording import Recording, write
from screening import events as said

PROFILE_FIELDS = ("age", "sex", "district")
FREE_TEXT_PREFERENCES = frozenset({"word", "hours"})
"""Contact preferences in the person's own words; they are kept like a name."""
_UBIGEO = re.compile(r"^\d{6}$")


@write.register
def _(event: said.LanguageChosen, to: Recording) -> None:
    to.language = event.language
    where = patient.c.id == to.patient_id
    to.conn.execute(update(patient).where(where).values(language=event.language, variety=event.variety))
    tasks.copy_to_open(to.conn, to.patient_id, language=event.language, variety=event.variety)


def take_profile(to: Recording, facts: Mapping[str, Any]) -> None:
    """Keep what the person said of themselves before they consented in this turn."""
    _set_profile(to, {field: facts[field] for field in PROFILE_FIELDS if facts.get(field) is not None})
    to.profile_wanted = False


@write.register
def _(event: said.ProfileAnswered, to: Recording) -> None:
    if not to.consented:
        return
    if event.field in PROFILE_FIELDS:
        _set_profile(to, {event.field: event.value})
    else:
        _supersede(to, profile_answer, event.field, str(event.value), event.at)


def _set_profile(to: Recording, values: Mapping[str, Any]) -> None:
    kept = {field: value for field, value in values.items() if _fits(field, value)}
    if kept:
        to.conn.execute(update(patient).where(patient.c.id == to.patient_id).values(**kept))
    if "district" in kept:
        tasks.copy_to_open(to.conn, to.patient_id, district=kept["district"])


def _fits(field: str, value: Any) -> bool:
    """Whether it is a value, and not a "skipped" or "unsure"."""
    if field == "age":
        return isinstance(value, int) and not isinstance(value, bool)
    if field == "district":
        return bool(_UBIGEO.match(str(value)))
    return value not in ("skipped", "unsure")


@write.register
def _(event: said.IdentityGiven, to: Recording) -> None:
    _keep_identity(to, event.kind, event.value, event.at)
    if event.kind in ("phone", "guardian_phone"):
        to.conn.execute(update(patient).where(patient.c.id == to.patient_id).values(has_phone=True))
        tasks.phone_came(to.conn, to.patient_id, event.at)


def _keep_identity(to: Recording, kind: str, value: str, at: datetime) -> None:
    same = identity.c.patient_id == to.patient_id, identity.c.kind == kind
    to.conn.execute(update(identity).where(*same).values(current=False))
    row = {"patient_id": to.patient_id, "kind": kind, "at": at, "current": True}
    to.conn.execute(insert(identity), {**row, "ciphertext": to.context.vault.encrypt(value, kind)})


@write.register
def _(event: said.ContactPreferenceGiven, to: Recording) -> None:
    if event.field in FREE_TEXT_PREFERENCES:
        _keep_identity(to, f"contact_{event.field}", event.value, event.at)
    value = understood(event.value) if event.field == "hours" else event.value
    if event.field != "word" and value is not None:
        _supersede(to, contact_preference, event.field, value, event.at)


def _supersede(to: Recording, table: Table, field: str, value: str, at: datetime) -> None:
    """A new value of a field; the earlier one stays, not current any more."""
    same = table.c.patient_id == to.patient_id, table.c.field == field
    to.conn.execute(update(table).where(*same).values(current=False))
    row = {"patient_id": to.patient_id, "field": field, "value": value[:120], "at": at, "current": True}
    to.conn.execute(insert(table), row)
