"""What waits for somebody whose channel cannot be written to: the web page comes and asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.gateway.identity import Identity
from bot.gateway.seal import Seal
from bot.gateway.store import READY, SENT, Store
from bot.gateway.tables import make_tables, outbox

MOST = 20


class PulledMessages:
    """Bubbles of the outbox by person. engine: one that writes durably; it belongs to the caller."""

    def __init__(self, engine: Engine, seal: Seal, identity: Identity) -> None:
        make_tables(engine)
        self._engine = engine
        self._seal = seal
        self._identity = identity

    def waiting(self, channel: str, person: str, seen: int) -> list[tuple[int, dict[str, Any]]]:
        """(number, bubble) of what waits behind the number that the person has seen; what they have seen is sent."""
        conversation = self._identity.conversation(channel, person)
        waits = outbox.c.conversation == conversation, outbox.c.state == READY
        wanted = sa.select(outbox.c.number, outbox.c.body).where(*waits).order_by(outbox.c.number).limit(MOST)
        with self._engine.connect() as conn:
            rows = conn.execute(wanted).all()
        if any(row.number <= seen for row in rows):
            self._taken(conversation, seen)
        return [(int(row.number), self._seal.open(row.body)) for row in rows if row.number > seen]

    def erase(self, conversations: Iterable[str]) -> None:
        """Leave nothing in inbox and outbox of somebody who asked to be forgotten."""
        store = Store(self._engine, self._seal)
        for conversation in conversations:
            store.erase(conversation)

    def _taken(self, conversation: str, seen: int) -> None:
        """The page has shown them; their words are forgotten here."""
        mine = outbox.c.conversation == conversation, outbox.c.state == READY, outbox.c.number <= seen
        with self._engine.begin() as conn:
            conn.execute(sa.update(outbox).where(*mine).values(state=SENT, body=None))
