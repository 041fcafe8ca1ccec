"""Tables of the gateway: what came in, what is to go out, and how each person can be reached."""

from __future__ import annotations

import sqlite3
import time

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine, make_url

BUSY_SECONDS = 30
metadata = sa.MetaData()

inbox = sa.Table(
    "gateway_inbox",
    metadata,
    # The order in which events came; the platform's own id makes them unique.
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    # Blank once it is done.
    sa.Column("body", sa.LargeBinary),
    sa.UniqueConstraint("channel", "event_id", name="gateway_inbox_event"),
    sa.Index("gateway_inbox_waiting", "state", "conversation", "number"),
)
outbox = sa.Table(
    "gateway_outbox",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_before", sa.DateTime(timezone=True)),
    # Why it could not be sent, or how far it got: a code, never words of the platform.
    sa.Column("reason", sa.Text),
    sa.Column("platform_id", sa.Text),
    sa.Column("body", sa.LargeBinary),
    sa.Index("gateway_outbox_waiting", "state", "conversation", "number"),
    sa.Index("gateway_outbox_platform_id", "platform_id"),
)
contact = sa.Table(
    "gateway_contact",
    metadata,
    sa.Column("conversation", sa.Text, primary_key=True),
    sa.Column("heard_at", sa.DateTime(timezone=True)),
    sa.Column("unreachable", sa.Text),
    sa.Column("source", sa.Text),
    # The message with the last buttons, so that they can be taken away after the answer.
    sa.Column("buttons_on", sa.Text),
)
cursor = sa.Table(
    "gateway_cursor",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
)


def open_engine(url: str) -> Engine:
    """An engine with the tables in place. url: SQLAlchemy address; SQLite is used durably, in WAL mode."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        engine = sa.create_engine(address, future=True, hide_parameters=True, pool_pre_ping=True)
    else:
        in_memory = address.database in (None, "", ":memory:")
        engine = sa.create_engine(
            address,
            future=True,
            hide_parameters=True,
            poolclass=sa.pool.StaticPool if in_memory else sa.pool.QueuePool,
            connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
        )
        event.listen(engine, "connect", _durably)
        event.listen(engine, "begin", _lock_at_once)
    metadata.create_all(engine)
    return engine


def _durably(connection, _record) -> None:  # type: ignore[no-untyped-def]
    connection.isolation_level = None
    _into_wal(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _into_wal(connection) -> None:  # type: ignore[no-untyped-def]
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


def _lock_at_once(connection: sa.engine.Connection) -> None:
    # A lock that is taken later than the first read fails when somebody has written in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
