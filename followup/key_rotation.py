"""What the vault has sealed is sealed again with the newest key, some rows at a time, while everybody goes on working.

Which columns are sealed, and how, is written here; a test walks all tables and fails for a column that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import LargeBinary, Table, delete, func, select, update
from sqlalchemy.engine import Connection

from followup import audit, context, staff_contacts, unknown_messages
from followup.database import Database
from followup.models import (
    break_glass,
    call_attempt,
    first_aid_session,
    identity,
    practitioner,
    referral,
    referral_event,
    staff_contact,
    staff_message,
    task_event,
    turn,
    unknown_message,
    vault_check,
    voice_note,
)
from followup.vault import Vault

BATCH = 500
NOTE = None
"""A column whose values each carry a random part; all others are sealed as a kind, so that they can be looked up."""

KindOf = Callable[[Any], str]
SEALED: Mapping[Table, Mapping[str, KindOf | None]] = {
    identity: {"ciphertext": lambda row: str(row.kind)},
    staff_contact: {"ciphertext": lambda row: staff_contacts.sealed_as(row.kind)},
    unknown_message: {"owner": lambda row: unknown_messages.OWNER, "text": NOTE},
    task_event: {"note": NOTE},
    call_attempt: {"note": NOTE},
    referral: {"note": NOTE},
    referral_event: {"note": NOTE},
    first_aid_session: {"note": NOTE},
    voice_note: {"sound": NOTE, "note": NOTE},
    staff_message: {"text": NOTE},
    turn: {"said": NOTE},
    break_glass: {"reason": NOTE, "review_note": NOTE},
    practitioner: {"totp_secret": NOTE},
}
HASHES = {
    "turn.key",
    "staff_session.token_hash",
    "voice_note.message",
    "unknown_message.fingerprint",
    "staff_message.key",
    "staff_recovery_code.code_hash",
    "vault_check.token",
}
"""Bytes that are not sealed: hashes, and the token by which a key is known."""


def reseal(database: Database, batch: int = BATCH, tell: Callable[[str, int], None] = lambda table, rows: None) -> int:
    """How many values were sealed again. Each batch is a transaction of its own; begun again, it goes on.

    A row that somebody changes at the same moment stays theirs; they write with the newest key by then.
    """
    done = 0
    for table, columns in SEALED.items():
        for name, kind_of in columns.items():
            changed = _reseal_column(database, table, name, kind_of, batch)
            if changed:
                tell(f"{table.name}.{name}", changed)
            done += changed
    return done


def waiting(conn: Connection) -> int:
    """How many values older keys have sealed."""
    vault = context.of(conn).vault
    counted = [
        select(func.count()).select_from(table).where(*_by_older_key(table, name, vault))
        for table, columns in SEALED.items()
        for name in columns
    ]
    return sum(int(conn.execute(one).scalar_one()) for one in counted)


def keys_known(conn: Connection) -> list[int]:
    """Numbers of the keys that this database was written with and that were not retired."""
    return list(conn.execute(select(vault_check.c.key_number).order_by(vault_check.c.key_number)).scalars())


def forget_older_keys(conn: Connection, now: Any) -> None:
    """The database asks for the newest key only. Raises RuntimeError while something is sealed with another."""
    if waiting(conn):
        raise RuntimeError("values are still sealed with an older key")
    number = context.of(conn).vault.key_number
    conn.execute(delete(vault_check).where(vault_check.c.key_number < number))
    audit.record(conn, now, audit.EXECUTE, "keys.retired", "Vault", None, detail={"key": number})


def _reseal_column(database: Database, table: Table, name: str, kind_of: KindOf | None, batch: int) -> int:
    (key,) = table.primary_key.columns
    last, done = None, 0
    while True:
        with database.begin() as conn:
            wanted = select(table).where(*_by_older_key(table, name, database.vault)).order_by(key).limit(batch)
            rows = conn.execute(wanted if last is None else wanted.where(key > last)).all()
            for row in rows:
                done += _reseal_row(conn, table, name, row, kind_of, database.vault)
        if not rows:
            return done
        last = getattr(rows[-1], key.name)


def _reseal_row(conn: Connection, table: Table, name: str, row: Any, kind_of: KindOf | None, vault: Vault) -> int:
    stored: bytes = getattr(row, name)
    if kind_of is None:
        renewed = vault.encrypt_note(vault.decrypt_note(stored))
    else:
        renewed = vault.encrypt(vault.decrypt(stored, kind_of(row)), kind_of(row))
    (key,) = table.primary_key.columns
    same = key == getattr(row, key.name), table.c[name] == stored
    return int(conn.execute(update(table).where(*same).values({name: renewed})).rowcount)


def _by_older_key(table: Table, name: str, vault: Vault) -> tuple[Any, ...]:
    column = table.c[name]
    first_byte = func.substr(column, 1, 1, type_=LargeBinary)
    return column.is_not(None), first_byte != bytes([vault.key_number])
