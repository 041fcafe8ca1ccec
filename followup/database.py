"""The follow-up database: one door for all who read or write it, on SQLite or PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.pool import QueuePool, StaticPool

from followup import context
from followup.place import session_of
from followup.ruleset import RULES_FOLDER
from followup.turn import Turn, take_turn
from followup.vault import Secrets, Vault

BUSY_SECONDS = 10
"""How long a writer waits for another one on SQLite before it gives up."""

_PRAGMAS = (
    # NORMAL would be faster, but a power cut could take back an answer that the person believes given.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
    # Erased rows are overwritten, not only unlinked.
    "PRAGMA secure_delete=ON",
)


class Database:
    """An engine with its key and its rules. Close it when done."""

    def __init__(self, engine: Engine, vault: Vault, rules: Path, new_id: Callable[[], str]) -> None:
        self.vault = vault
        self.new_id = new_id
        self.engine = engine
        self.use_rules(rules)

    def use_rules(self, rules: Path) -> None:
        """From now on the settings in that folder count; a transaction that is open ends with those it began with."""
        self.rules = rules
        self._reading = {context.OPTION: context.Context(self.vault, rules, self.new_id)}
        self._writing = self._reading | {context.WRITES: True}

    def migrate(self) -> None:
        """Bring the tables to the newest form; safe to call from several processes at once. Raises WrongKey."""
        from followup.migrations import upgrade

        upgrade(self)

    @property
    def writer(self) -> Engine:
        """The engine for others who keep something in the same database: it locks before it reads, as a turn does."""
        return self.engine.execution_options(**self._writing)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that may write: commit at the end, rollback on an exception."""
        with self._connect(self._writing) as conn, conn.begin():
            yield conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction for looking only; on SQLite it does not wait for writers. Nothing is kept."""
        with self._connect(self._reading) as conn:
            yield conn

    @contextmanager
    def turn(
        self, conversation_id: str, message_id: str, now: datetime, channel: str = "web", language: str = "es"
    ) -> Iterator[Turn]:
        """All that one message causes, in one transaction; turns of one conversation wait for each other.

        message_id: the platform's id of the message; the same one again gives a turn with `repeated`.
        language: of a person who writes for the first time.
        """
        with self._connect(self._writing) as conn, conn.begin() as transaction:
            turn = take_turn(conn, conversation_id, message_id, now, channel, language)
            yield turn
            if turn.left:
                transaction.rollback()
            else:
                turn.finish()

    def session(self, conversation_id: str) -> dict[str, Any] | None:
        """Where the engine stands in a conversation, without touching it."""
        with self.read() as conn:
            return session_of(conn, conversation_id)

    def compact(self) -> None:
        """Give the space of erased rows back and empty the write-ahead log. For the night: it locks the file."""
        if self.engine.dialect.name != "sqlite":
            return  # PostgreSQL's autovacuum does it.
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("VACUUM")
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    def _connect(self, options: dict[str, Any]) -> Connection:
        # Options of the connection, not of the engine: an engine with options pays for it at each statement.
        return self.engine.connect().execution_options(**options)

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def open_database(
    url: str,
    key: bytes | Secrets | Callable[[], Secrets],
    *,
    rules: Path = RULES_FOLDER,
    new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
) -> Database:
    """A database at the address ("sqlite:///var/uyariq.db", "postgresql://…").

    key: its secret key, several from the oldest to the newest, or what gives them.
    """
    address = make_url(url)
    engine = _sqlite_engine(address) if address.get_backend_name() == "sqlite" else _server_engine(address)
    return Database(engine, Vault(key), rules, new_id)


def _server_engine(address: Any) -> Engine:
    return create_engine(address, future=True, hide_parameters=True, pool_size=10, max_overflow=20, pool_pre_ping=True)


def _sqlite_engine(address: Any) -> Engine:
    in_memory = address.database in (None, "", ":memory:")
    engine = create_engine(
        address,
        future=True,
        hide_parameters=True,
        poolclass=StaticPool if in_memory else QueuePool,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin too late to lock before the first read.
    connection.isolation_level = None
    _into_wal(connection)
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _into_wal(connection: Any) -> None:
    """SQLite does not wait by itself when another process is making the same file ready at this moment."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def _begin_sqlite(conn: Connection) -> None:
    # A transaction that will write takes the lock at once: taking it later fails when another has written since.
    conn.exec_driver_sql("BEGIN IMMEDIATE" if context.writes(conn) else "BEGIN")
