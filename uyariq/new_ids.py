"""Ids of conversations and what waits in the gateway, made anew with the newest key. Only while everything is stopped.

An id of a conversation is a person's number under the key: whoever has an old key and the database reads the numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlalchemy.engine import Connection

from bot.gateway import tables as gateway
from bot.gateway.identity import Identity, UnknownConversation
from bot.gateway.seal import Seal
from followup.database import Database
from followup.models import METADATA, conversation
from uyariq.outside_rows import TRACKER

BATCH = 200
GATEWAY_IDS = (gateway.inbox, gateway.outbox, gateway.contact, gateway.note, gateway.farewell)
GATEWAY_BODIES = (gateway.inbox, gateway.outbox, gateway.note)
Rename = Callable[[str], str | None]


def renew(database: Database, old: bytes, new: bytes) -> int:
    """How many conversations have a new id now. Each batch is a transaction; begun again, it goes on."""
    rename = renaming(Identity(old), Identity(new))
    there = set(sa.inspect(database.engine).get_table_names())
    with database.begin() as conn:
        if set(gateway.metadata.tables) <= there:
            for table in GATEWAY_BODIES:
                _reseal(conn, table, Seal(old), Seal(new), rename)
    done, last = 0, ""
    while True:
        with database.begin() as conn:
            wanted = sa.select(conversation.c.id).where(conversation.c.id > last).order_by(conversation.c.id)
            found = conn.execute(wanted.limit(BATCH)).scalars().all()
            done += sum(_rename_one(conn, one, fresh, there) for one in found if (fresh := rename(one)))
        if not found:
            break
        last = found[-1]
    return done + _rename_strangers(database, rename, there)


def renaming(old: Identity, new: Identity) -> Rename:
    """(an id made with the old key) -> the new one; None for anything else."""

    def rename(found: str) -> str | None:
        try:
            return new.conversation(*old.platform_id(found))
        except UnknownConversation:
            return None

    return rename


def children() -> list[sa.Column[Any]]:
    """Columns of our tables that point at a conversation."""
    return [
        column
        for table in METADATA.sorted_tables
        for column in table.columns
        if any(key.column is conversation.c.id for key in column.foreign_keys)
    ]


def _rename_one(conn: Connection, old: str, new: str, there: set[str]) -> int:
    """The row again under the new id, then what points at it, then the old row goes."""
    row = conn.execute(sa.select(conversation).where(conversation.c.id == old)).one()
    conn.execute(sa.insert(conversation), {**row._mapping, "id": new})
    for column in children():
        conn.execute(sa.update(column.table).where(column == old).values({column.name: new}))
    conn.execute(sa.delete(conversation).where(conversation.c.id == old))
    _rename_outside(conn, old, new, there)
    return 1


def _rename_outside(conn: Connection, old: str, new: str, there: set[str]) -> None:
    for table in GATEWAY_IDS:
        if table.name in there:
            conn.execute(sa.update(table).where(table.c.conversation == old).values(conversation=new))
    if TRACKER.name in there:
        changed = sa.update(TRACKER).where(TRACKER.c.conversation_id == old)
        conn.execute(changed.values(conversation_id=new))


def _rename_strangers(database: Database, rename: Rename, there: set[str]) -> int:
    """Conversations that only the gateway or Rasa knows: people who wrote and said nothing yet."""
    outside = [table.c.conversation for table in GATEWAY_IDS if table.name in there]
    if TRACKER.name in there:
        outside.append(TRACKER.c.conversation_id)
    done = 0
    with database.begin() as conn:
        found = {one for column in outside for one in conn.execute(sa.select(column).distinct()).scalars()}
        for one in found:
            fresh = rename(one)
            if fresh:
                _rename_outside(conn, one, fresh, there)
                done += 1
    return done


def _reseal(conn: Connection, table: sa.Table, old: Seal, new: Seal, rename: Rename) -> None:
    keys = list(table.primary_key.columns)
    for row in conn.execute(sa.select(table).where(table.c.body.is_not(None))).all():
        try:
            value = old.open(row.body)
        except InvalidTag:
            new.open(row.body)  # done before; anything else is a key that is none of ours
            continue
        mine = [key == getattr(row, key.name) for key in keys]
        conn.execute(sa.update(table).where(*mine).values(body=new.close(_with_new_ids(value, rename))))


def _with_new_ids(value: Any, rename: Rename) -> Any:
    """The same value with ids of conversations in it renamed."""
    if isinstance(value, str):
        return rename(value) or value
    if isinstance(value, list):
        return [_with_new_ids(one, rename) for one in value]
    if isinstance(value, dict):
        return {name: _with_new_ids(one, rename) for name, one in value.items()}
    return value
