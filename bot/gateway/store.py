"""Inbox and outbox: every message is kept before it is confirmed, every answer before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from bot.gateway.incoming import Incoming
from bot.gateway.seal import Seal
from bot.gateway.tables import contact, cursor, inbox, make_tables, outbox

NEW, DONE, FAILED = "new", "done", "failed"
SEASON = timedelta(days=180)
NEVER = datetime.min.replace(tzinfo=timezone.utc)
# How far a message got; the word is kept as the reason of a sent row.
RANKS = {"sent": 1, "delivered": 2, "read": 3, "played": 4}
READY, SENT, DEAD = "ready", "sent", "dead"


@dataclass(frozen=True)
class Received:
    """A message that waits to be answered. number: its place in the order in which messages came."""

    number: int
    conversation: str
    tries: int
    message: Incoming


@dataclass(frozen=True)
class Outgoing:
    """A bubble that waits to be sent. not_before: aware; None when it may go at once."""

    number: int
    conversation: str
    tries: int
    not_before: datetime | None
    bubble: dict[str, Any] = field(repr=False)


class Store:
    """What the gateway must not forget. Each method is one transaction.

    engine: one that writes durably and locks before it reads; it belongs to the caller.
    """

    def __init__(self, engine: Engine, seal: Seal) -> None:
        make_tables(engine)
        self._engine = engine
        self._seal = seal

    def keep(
        self, messages: Iterable[tuple[str, Incoming]], now: datetime, position: tuple[str, int] | None = None
    ) -> int:
        """Keep messages of conversations; how many were new. position: channel and where to read on after them."""
        with self._engine.begin() as conn:
            new = [one for one in messages if self._keep(conn, *one, now)]
            if position is not None:
                channel, place = position
                _upsert(conn, cursor, {"channel": channel}, {"position": place})
        return len(new)

    def _keep(self, conn: Connection, conversation: str, message: Incoming, now: datetime) -> bool:
        row = {
            "channel": message.channel,
            "event_id": message.event_id,
            "conversation": conversation,
            "received_at": now,
            "state": NEW,
            "body": self._seal.close(message.to_dict()),
        }
        if not conn.execute(_insert(conn, inbox).values(row).on_conflict_do_nothing()).rowcount:
            return False
        # Whoever writes can be reached again.
        heard: dict[str, Any] = {"heard_at": now, "unreachable": None}
        _upsert(conn, contact, {"conversation": conversation}, heard)
        if message.source:
            first = contact.c.conversation == conversation, contact.c.source.is_(None)
            conn.execute(sa.update(contact).where(*first).values(source=message.source))
        return True

    def position(self, channel: str) -> int:
        """Where to read a platform's updates on; 0 at the very beginning."""
        with self._engine.connect() as conn:
            place = conn.execute(sa.select(cursor.c.position).where(cursor.c.channel == channel)).scalar()
        return int(place or 0)

    def waiting(self) -> list[str]:
        """Conversations with something to answer or to send."""
        with self._engine.connect() as conn:
            rows = conn.execute(
                sa.select(inbox.c.conversation).where(inbox.c.state == NEW)
                .union(sa.select(outbox.c.conversation).where(outbox.c.state == READY))
            )  # fmt: skip
            return [row[0] for row in rows]

    def next_received(self, conversation: str) -> Received | None:
        """The oldest message of a conversation that has no answer yet."""
        asked = (
            sa.select(inbox.c.number, inbox.c.tries, inbox.c.body)
            .where(inbox.c.conversation == conversation, inbox.c.state == NEW)
            .order_by(inbox.c.number)
            .limit(1)
        )
        with self._engine.connect() as conn:
            row = conn.execute(asked).first()
        if row is None:
            return None
        return Received(row.number, conversation, row.tries, Incoming.from_dict(self._seal.open(row.body)))

    def answered(self, received: Received, bubbles: Iterable[dict[str, Any]], now: datetime, state: str = DONE) -> None:
        """A message is done, and its answers wait to be sent: both or neither. What was written is forgotten here."""
        with self._engine.begin() as conn:
            for bubble in bubbles:
                self._put(conn, received.conversation, bubble, now)
            done = sa.update(inbox).where(inbox.c.number == received.number)
            conn.execute(done.values(state=state, body=None))

    def tried(self, received: Received) -> None:
        """Answering failed once more."""
        with self._engine.begin() as conn:
            again = sa.update(inbox).where(inbox.c.number == received.number)
            conn.execute(again.values(tries=inbox.c.tries + 1))

    def put(self, conversation: str, bubbles: Iterable[dict[str, Any]], now: datetime) -> None:
        """Bubbles that nobody's message asked for: reminders, a counselor's words."""
        with self._engine.begin() as conn:
            for bubble in bubbles:
                self._put(conn, conversation, bubble, now)

    def _put(self, conn: Connection, conversation: str, bubble: dict[str, Any], now: datetime) -> None:
        row = {"conversation": conversation, "created_at": now, "state": READY, "body": self._seal.close(bubble)}
        conn.execute(sa.insert(outbox), row)

    def next_outgoing(self, conversation: str) -> Outgoing | None:
        """The oldest bubble of a conversation that was not sent."""
        asked = (
            sa.select(outbox.c.number, outbox.c.tries, outbox.c.not_before, outbox.c.body)
            .where(outbox.c.conversation == conversation, outbox.c.state == READY)
            .order_by(outbox.c.number)
            .limit(1)
        )
        with self._engine.connect() as conn:
            row = conn.execute(asked).first()
        if row is None:
            return None
        return Outgoing(row.number, conversation, row.tries, _aware(row.not_before), self._seal.open(row.body))

    def sent(self, outgoing: Outgoing, platform_id: str | None) -> None:
        """The platform took it."""
        with self._engine.begin() as conn:
            self._close(conn, outgoing, state=SENT, platform_id=platform_id)
            if outgoing.bubble.get("buttons"):
                keys = {"conversation": outgoing.conversation}
                _upsert(conn, contact, keys, {"buttons_on": platform_id})

    def later(self, outgoing: Outgoing, reason: str, now: datetime, seconds: float) -> None:
        """Not now; again after so many seconds."""
        with self._engine.begin() as conn:
            again = sa.update(outbox).where(outbox.c.number == outgoing.number)
            wait = now + timedelta(seconds=seconds)
            conn.execute(again.values(tries=outbox.c.tries + 1, reason=reason, not_before=wait))

    def dead(self, outgoing: Outgoing, reason: str) -> None:
        """It can not be sent, ever; staff see it."""
        with self._engine.begin() as conn:
            self._close(conn, outgoing, state=DEAD, reason=reason)

    def unreachable(self, conversation: str, reason: str) -> None:
        """The person can not be written to, until they write: nothing that waits for them is tried again."""
        with self._engine.begin() as conn:
            _upsert(conn, contact, {"conversation": conversation}, {"unreachable": reason})
            waits = outbox.c.conversation == conversation, outbox.c.state == READY
            conn.execute(sa.update(outbox).where(*waits).values(state=DEAD, reason=reason, body=None))

    def reachable(self, conversation: str) -> None:
        """The person can be written to again."""
        with self._engine.begin() as conn:
            _upsert(conn, contact, {"conversation": conversation}, {"unreachable": None})

    def heard_at(self, conversation: str) -> datetime:
        """When the person last wrote; the beginning of time when they never did."""
        with self._engine.connect() as conn:
            found = conn.execute(sa.select(contact.c.heard_at).where(contact.c.conversation == conversation)).scalar()
        return _aware(found) or NEVER

    def delivered(self, platform_id: str, status: str) -> str | None:
        """Keep how far a message of ours got, never a step back; the conversation it went to, where it is known.

        status: sent, delivered, read or played; they come in any order.
        """
        with self._engine.begin() as conn:
            mine = outbox.c.platform_id == platform_id
            row = conn.execute(sa.select(outbox.c.conversation, outbox.c.reason).where(mine)).first()
            if row is None:
                return None
            if RANKS.get(status, 0) > RANKS.get(row.reason or "", 0):
                conn.execute(sa.update(outbox).where(mine).values(reason=status))
        return str(row.conversation)

    def not_delivered(self, platform_id: str, reason: str) -> str | None:
        """A message that the platform took did not arrive after all: a dead letter; whose it was, where it is known."""
        with self._engine.begin() as conn:
            mine = outbox.c.platform_id == platform_id
            whose = conn.execute(sa.select(outbox.c.conversation).where(mine)).scalar()
            if whose is not None:
                conn.execute(sa.update(outbox).where(mine).values(state=DEAD, reason=reason))
        return whose

    def take_buttons(self, conversation: str) -> str | None:
        """The platform's id of the message with the last buttons, once."""
        with self._engine.begin() as conn:
            mine = contact.c.conversation == conversation
            found: str | None = conn.execute(sa.select(contact.c.buttons_on).where(mine)).scalar()
            if found is not None:
                conn.execute(sa.update(contact).where(mine).values(buttons_on=None))
        return found

    def forget(self, before: datetime) -> int:
        """Remove what was done or sent before a moment; how many rows. Dead letters and failures stay until seen.

        Who was not heard of for a season leaves nothing here either.
        """
        with self._engine.begin() as conn:
            gone = conn.execute(sa.delete(inbox).where(inbox.c.state == DONE, inbox.c.received_at < before)).rowcount
            gone += conn.execute(sa.delete(outbox).where(outbox.c.state == SENT, outbox.c.created_at < before)).rowcount
            gone += conn.execute(sa.delete(contact).where(contact.c.heard_at < before - SEASON)).rowcount
        return int(gone)

    def erase(self, conversation: str) -> None:
        """Leave nothing of a person here but the ids of events, which keep an old message from being taken anew."""
        with self._engine.begin() as conn:
            conn.execute(sa.delete(outbox).where(outbox.c.conversation == conversation))
            conn.execute(sa.delete(contact).where(contact.c.conversation == conversation))
            mine = sa.update(inbox).where(inbox.c.conversation == conversation)
            conn.execute(mine.values(body=None, state=DONE))

    def counts(self) -> dict[str, int]:
        """How much waits and how much failed: received, to_send, failed, dead, unreachable."""
        parts = {
            "received": (inbox, inbox.c.state == NEW),
            "failed": (inbox, inbox.c.state == FAILED),
            "to_send": (outbox, outbox.c.state == READY),
            "dead": (outbox, outbox.c.state == DEAD),
            "unreachable": (contact, contact.c.unreachable.isnot(None)),
        }
        with self._engine.connect() as conn:
            return {
                name: int(conn.execute(sa.select(sa.func.count()).select_from(table).where(where)).scalar() or 0)
                for name, (table, where) in parts.items()
            }

    @staticmethod
    def _close(conn: Connection, outgoing: Outgoing, **values: Any) -> None:
        conn.execute(sa.update(outbox).where(outbox.c.number == outgoing.number).values(body=None, **values))


def _insert(conn: Connection, table: sa.Table) -> Any:
    dialects = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    return dialects[conn.dialect.name](table)


def _upsert(conn: Connection, table: sa.Table, keys: dict[str, Any], values: dict[str, Any]) -> None:
    wish = _insert(conn, table).values({**keys, **values})
    conn.execute(wish.on_conflict_do_update(index_elements=list(keys), set_=values))


def _aware(moment: datetime | None) -> datetime | None:
    """SQLite gives times back without their zone; they are in UTC."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=timezone.utc)
