"""What the gateway remembers of a conversation for a while, sealed, under a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.gateway.rows import upsert
from bot.gateway.seal import Seal
from bot.gateway.tables import make_tables, note

# The last question that was asked, with its buttons: to hear it again.
QUESTION = "question"


class Notes:
    """Named values of conversations. engine: one that writes durably; it belongs to the caller."""

    def __init__(self, engine: Engine, seal: Seal) -> None:
        make_tables(engine)
        self._engine = engine
        self._seal = seal

    def put(self, conversation: str, name: str, value: Any, now: datetime) -> None:
        """Remember a value; an older one under this name is forgotten."""
        with self._engine.begin() as conn:
            put_note(conn, self._seal, conversation, name, value, now)

    def get(self, conversation: str, name: str, since: datetime | None = None) -> Any:
        """The value, or None when there is none that is young enough."""
        asked = sa.select(note.c.body).where(note.c.conversation == conversation, note.c.name == name)
        if since is not None:
            asked = asked.where(note.c.at >= since)
        with self._engine.connect() as conn:
            body = conn.execute(asked).scalar()
        return None if body is None else self._seal.open(body)

    def drop(self, conversation: str, name: str) -> bool:
        """Forget a value; whether there was one. Of two who drop the same, one hears yes."""
        gone = sa.delete(note).where(note.c.conversation == conversation, note.c.name == name)
        with self._engine.begin() as conn:
            return bool(conn.execute(gone).rowcount)

    def named(self, prefix: str) -> list[tuple[str, str, Any]]:
        """(conversation, name, value) of every note whose name begins so, the oldest first."""
        asked = sa.select(note).where(note.c.name.startswith(prefix, autoescape=True)).order_by(note.c.at)
        with self._engine.connect() as conn:
            rows = conn.execute(asked).all()
        return [(row.conversation, row.name, self._seal.open(row.body)) for row in rows]

    def forget(self, prefix: str, before: datetime) -> int:
        """Remove notes of such names that are older; how many."""
        old = sa.delete(note).where(note.c.name.startswith(prefix, autoescape=True), note.c.at < before)
        with self._engine.begin() as conn:
            return int(conn.execute(old).rowcount)


def put_note(conn: Connection, seal: Seal, conversation: str, name: str, value: Any, now: datetime) -> None:
    """As `Notes.put`, in a transaction of the caller's."""
    upsert(conn, note, {"conversation": conversation, "name": name}, {"at": now, "body": seal.close(value)})
