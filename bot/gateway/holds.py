"""Who works on a person's messages: one worker at a time, also when several gateways share a database."""

from __future__ import annotations

import hashlib
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

# The first number of our locks, so that nobody else's locks in the same database are taken for them.
SPACE = 0x5579  # "Uy"


class Holds(Protocol):
    """The right to work on a conversation."""

    def take(self, conversation: str) -> bool:
        """Whether it is ours now."""

    def give_back(self, conversation: str) -> None:
        """Others may have it."""


class Alone:
    """The only gateway on its database, as on SQLite: within one process the post office has one worker a person."""

    def take(self, conversation: str) -> bool:
        """Always ours."""
        return True

    def give_back(self, conversation: str) -> None:
        """Nobody waits for it."""


class AdvisoryHolds:
    """PostgreSQL's advisory locks on a connection of our own: nothing is written; who dies gives all back at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def take(self, conversation: str) -> bool:
        """Whether it is ours now; another gateway may be at work on it."""
        return self._ask("SELECT pg_try_advisory_lock(:space, :key)", conversation)

    def give_back(self, conversation: str) -> None:
        """Others may have it."""
        self._ask("SELECT pg_advisory_unlock(:space, :key)", conversation)

    def close(self) -> None:
        """Give everything back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, question: str, conversation: str) -> bool:
        if self._connection is None:
            # Never from the pool's common stock: closing it there would keep the locks.
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection.detach()
        try:
            numbers = {"space": SPACE, "key": _number(conversation)}
            return bool(self._connection.execute(sa.text(question), numbers).scalar())
        except DBAPIError:
            # The server went away, and our locks with it; the next look makes a new connection.
            self._connection.invalidate()
            self._connection = None
            raise


def _number(conversation: str) -> int:
    """32 bits of a conversation's id; two people with the same number only wait for each other."""
    return int.from_bytes(hashlib.sha256(conversation.encode()).digest()[:4], "big", signed=True)
