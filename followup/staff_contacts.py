"""Where a member of staff is told of what cannot wait: e-mail and Telegram, kept like the people's own numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from followup import audit, context
from followup.errors import StaffRefused
from followup.models import staff_contact

EMAIL, TELEGRAM = "email", "telegram"
KINDS = (EMAIL, TELEGRAM)
_FORMS = {EMAIL: re.compile(r"^[^@\s<>,;:]+@[^@\s<>,;:]+\.[^@\s<>,;:]+$"), TELEGRAM: re.compile(r"^[1-9]\d{3,15}$")}


def set_contact(conn: Connection, practitioner_id: str, kind: str, value: str, now: datetime, by: str) -> None:
    """The address, or none when the value is empty. Raises StaffRefused("bad_email" or "bad_telegram")."""
    wanted = value.strip()
    if wanted and not _FORMS[kind].match(wanted):
        raise StaffRefused(f"bad_{kind}")
    same = staff_contact.c.practitioner_id == practitioner_id, staff_contact.c.kind == kind
    conn.execute(delete(staff_contact).where(*same))
    if wanted:
        row = {"practitioner_id": practitioner_id, "kind": kind, "at": now}
        conn.execute(insert(staff_contact), row | {"ciphertext": _seal(conn, wanted, kind)})
    detail = {"kind": kind, "set": bool(wanted)}
    audit.record(
        conn, now, audit.UPDATE, "staff.contact", "Practitioner", practitioner_id, practitioner_id=by, detail=detail
    )


def contacts(conn: Connection, practitioner_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Addresses by person and kind."""
    vault, found = context.of(conn).vault, dict[str, dict[str, str]]()
    wanted = select(staff_contact).where(staff_contact.c.practitioner_id.in_(tuple(practitioner_ids)))
    for row in conn.execute(wanted):
        found.setdefault(row.practitioner_id, {})[row.kind] = vault.decrypt(row.ciphertext, sealed_as(row.kind))
    return found


def _seal(conn: Connection, value: str, kind: str) -> bytes:
    return context.of(conn).vault.encrypt(value, sealed_as(kind))


def sealed_as(kind: str) -> str:
    return f"staff_{kind}"
