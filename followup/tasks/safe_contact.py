"""How the person can be reached without danger, asked again in each call: new answers take the place of old ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, select, true, update
from sqlalchemy.engine import Connection

from followup import context
from followup.errors import TaskRefused
from followup.good_hours import FIELD, understood
from followup.models import contact_preference, identity

HOURS = FIELD
YES_NO = ("yes", "no")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "safe_phone": YES_NO,
    "shared": YES_NO,
    "answers": ("ask_for_me", "hang_up"),
    "voicemail": YES_NO,
    "say_who": YES_NO,
    "messages": YES_NO,
    "visit": YES_NO,
}
"""What is asked, in this order, and the answers there are; the hours are said in words."""
_WORDS_OF_HOURS = "contact_hours"
_TABLES: Mapping[str, Table] = {"contact_preference": contact_preference, "identity": identity}


@dataclass
class Replaced:
    """Ids of new rows, and of those that are not current any more, by table; both are needed to take it back."""

    made: dict[str, list[Any]] = field(default_factory=dict)
    old: dict[str, list[Any]] = field(default_factory=dict)


def keep(conn: Connection, patient_id: str, answers: Mapping[str, str], now: datetime) -> Replaced:
    """Keep what was answered now. Raises TaskRefused("bad_safe_contact" or "bad_hours")."""
    replaced = Replaced()
    for name, value in answers.items():
        if name == HOURS:
            _keep_hours(conn, patient_id, value, now, replaced)
        elif value in FIELDS.get(name, ()):
            row = {"field": name, "value": value}
            _supersede(conn, contact_preference, contact_preference.c.field == name, row, patient_id, now, replaced)
        else:
            raise TaskRefused("bad_safe_contact")
    return replaced


def take_back(conn: Connection, made: Mapping[str, list[Any]], old: Mapping[str, list[Any]]) -> None:
    """As it was before `keep`."""
    for name, table in _TABLES.items():
        if made.get(name):
            conn.execute(delete(table).where(table.c.id.in_(made[name])))
        if old.get(name):
            conn.execute(update(table).where(table.c.id.in_(old[name])).values(current=True))


def _keep_hours(conn: Connection, patient_id: str, said: str, now: datetime, replaced: Replaced) -> None:
    meant = understood(said)
    if meant is None:
        raise TaskRefused("bad_hours")
    row = {"field": HOURS, "value": meant[:120]}
    _supersede(conn, contact_preference, contact_preference.c.field == HOURS, row, patient_id, now, replaced)
    sealed = {"kind": _WORDS_OF_HOURS, "ciphertext": context.of(conn).vault.encrypt(said, _WORDS_OF_HOURS)}
    _supersede(conn, identity, identity.c.kind == _WORDS_OF_HOURS, sealed, patient_id, now, replaced)


def _supersede(
    conn: Connection,
    table: Table,
    same: Any,
    row: Mapping[str, Any],
    patient_id: str,
    now: datetime,
    replaced: Replaced,
) -> None:
    standing = table.c.patient_id == patient_id, same, table.c.current == true()
    old = conn.execute(select(table.c.id).where(*standing)).scalars().all()
    conn.execute(update(table).where(table.c.id.in_(old)).values(current=False))
    made = conn.execute(insert(table), {**row, "patient_id": patient_id, "at": now, "current": True})
    replaced.made.setdefault(table.name, []).append(made.inserted_primary_key[0])
    replaced.old.setdefault(table.name, []).extend(old)
