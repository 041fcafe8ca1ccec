"""Inbox and outbox: every message is kept before it is confirmed, every answer before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.gateway.incoming import Incoming
from bot.gateway.notes import QUESTION, Notes, put_note
from bot.gateway.rows import aware, insert_new, upsert
from bot.gateway.seal import Seal
from bot.gateway.tables import contact, cursor, farewell, inbox, make_tables, note, outbox

NEW, DONE, FAILED = "new", "done", "failed"
SEASON = timedelta(days=180)
NEVER = datetime.min.replace(tzinfo=timezone.utc)
# How far a message got; the word is kept as the reason of a sent row.
RANKS = {"sent": 1, "delivered": 2, "read": 3, "played": 4}
READY, SENT, DEAD = "ready", "sent", "dead"

# What every message asks for is put together once: SQLAlchemy takes longer for that than the database for the answer.
_WHO, _NUMBER = sa.bindparam("who"), sa.bindparam("which")
_NEXT_RECEIVED = (
    sa.select(inbox.c.number, inbox.c.tries, inbox.c.body)
    .where(inbox.c.conversation == _WHO, inbox.c.state == NEW)
    .order_by(inbox.c.number)
    .limit(1)
)
_NEXT_OUTGOING = (
    sa.select(outbox.c.number, outbox.c.tries, outbox.c.not_before, outbox.c.body)
    .where(outbox.c.conversation == _WHO, outbox.c.state == READY)
    .order_by(outbox.c.number)
    .limit(1)
)
_BUTTONS = sa.select(contact.c.buttons_on).where(contact.c.conversation == _WHO)
_NO_BUTTONS = (
    sa.update(contact).where(contact.c.conversation == _WHO, contact.c.buttons_on.isnot(None)).values(buttons_on=None)
)
_HEARD = sa.select(contact.c.heard_at).where(contact.c.conversation == _WHO)
_ANSWERED = sa.update(inbox).where(inbox.c.number == _NUMBER).values(state=sa.bindparam("became"), body=sa.null())
_SENT = (
    sa.update(outbox)
    .where(outbox.c.number == _NUMBER)
    .values(state=SENT, platform_id=sa.bindparam("known_as"), body=sa.null())
)
_PUT = sa.insert(outbox)


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
        self.engine = engine
        self.notes = Notes(engine, seal)
        self._seal = seal

    def keep(
        self, messages: Iterable[tuple[str, Incoming]], now: datetime, position: tuple[str, int] | None = None
    ) -> int:
        """Keep messages of conversations; how many were new. position: channel and where to read on after them."""
        with self.engine.begin() as conn:
            new = [one for one in messages if self._keep(conn, *one, now)]
            if position is not None:
                channel, place = position
                upsert(conn, cursor, {"channel": channel}, {"position": place})
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
        if not insert_new(conn, inbox, row):
            return False
        # Whoever writes can be reached again.
        heard: dict[str, Any] = {"heard_at": now, "unreachable": None}
        upsert(conn, contact, {"conversation": conversation}, heard)
        if message.source:
            first = contact.c.conversation == conversation, contact.c.source.is_(None)
            conn.execute(sa.update(contact).where(*first).values(source=message.source))
        return True

    def position(self, channel: str) -> int:
        """Where to read a platform's updates on; 0 at the very beginning."""
        with self.engine.connect() as conn:
            place = conn.execute(sa.select(cursor.c.position).where(cursor.c.channel == channel)).scalar()
        return int(place or 0)

    def waiting(self) -> list[str]:
        """Conversations with something to answer or to send."""
        with self.engine.connect() as conn:
            rows = conn.execute(
                sa.select(inbox.c.conversation).where(inbox.c.state == NEW)
                .union(sa.select(outbox.c.conversation).where(outbox.c.state == READY))
            )  # fmt: skip
            return [row[0] for row in rows]

    def next_received(self, conversation: str) -> Received | None:
        """The oldest message of a conversation that has no answer yet."""
        with self.engine.connect() as conn:
            row = conn.execute(_NEXT_RECEIVED, {"who": conversation}).first()
        if row is None:
            return None
        return Received(row.number, conversation, row.tries, Incoming.from_dict(self._seal.open(row.body)))

    def answered(self, received: Received, bubbles: Iterable[dict[str, Any]], now: datetime, state: str = DONE) -> None:
        """A message is done, and its answers wait to be sent: both or neither. What was written is forgotten here."""
        with self.engine.begin() as conn:
            self._put_all(conn, received.conversation, list(bubbles), now)
            conn.execute(_NO_BUTTONS, {"who": received.conversation})
            conn.execute(_ANSWERED, {"which": received.number, "became": state})

    def listened(self, received: Received, bubbles: Iterable[dict[str, Any]], now: datetime) -> None:
        """As `answered`, of a message that answers nothing: the buttons of the running question stay."""
        with self.engine.begin() as conn:
            self._put_all(conn, received.conversation, list(bubbles), now)
            conn.execute(_ANSWERED, {"which": received.number, "became": DONE})

    def tried(self, received: Received) -> None:
        """Answering failed once more."""
        with self.engine.begin() as conn:
            again = sa.update(inbox).where(inbox.c.number == received.number)
            conn.execute(again.values(tries=inbox.c.tries + 1))

    def put(self, conversation: str, bubbles: Iterable[dict[str, Any]], now: datetime) -> None:
        """Bubbles that nobody's message asked for: reminders, a counselor's words."""
        with self.engine.begin() as conn:
            self._put_all(conn, conversation, list(bubbles), now)

    def _put_all(self, conn: Connection, conversation: str, bubbles: list[dict[str, Any]], now: datetime) -> None:
        """Bubbles to send; the last question is remembered, and a wish to be forgotten is."""
        for bubble in bubbles:
            row = {"conversation": conversation, "created_at": now, "state": READY, "body": self._seal.close(bubble)}
            conn.execute(_PUT, row)
            if (bubble.get("voice") or {}).get("question"):
                # To hear it once does not mean to hear it always.
                question = {name: value for name, value in bubble.items() if name != "aloud"}
                put_note(conn, self._seal, conversation, QUESTION, question, now)
            for gone in bubble.get("forget") or ():
                upsert(conn, farewell, {"conversation": gone}, {"at": now})

    def next_outgoing(self, conversation: str) -> Outgoing | None:
        """The oldest bubble of a conversation that was not sent."""
        with self.engine.connect() as conn:
            row = conn.execute(_NEXT_OUTGOING, {"who": conversation}).first()
        if row is None:
            return None
        return Outgoing(row.number, conversation, row.tries, aware(row.not_before), self._seal.open(row.body))

    def sent(self, outgoing: Outgoing, platform_id: str | None) -> None:
        """The platform took it."""
        with self.engine.begin() as conn:
            conn.execute(_SENT, {"which": outgoing.number, "known_as": platform_id})
            if outgoing.bubble.get("buttons"):
                keys = {"conversation": outgoing.conversation}
                upsert(conn, contact, keys, {"buttons_on": platform_id})

    def later(self, outgoing: Outgoing, reason: str, now: datetime, seconds: float) -> None:
        """Not now; again after so many seconds."""
        with self.engine.begin() as conn:
            again = sa.update(outbox).where(outbox.c.number == outgoing.number)
            wait = now + timedelta(seconds=seconds)
            conn.execute(again.values(tries=outbox.c.tries + 1, reason=reason, not_before=wait))

    def dead(self, outgoing: Outgoing, reason: str) -> None:
        """It can not be sent; staff see it, and may have it tried once more while its words are kept."""
        with self.engine.begin() as conn:
            conn.execute(sa.update(outbox).where(outbox.c.number == outgoing.number).values(state=DEAD, reason=reason))

    def unreachable(self, conversation: str, reason: str) -> None:
        """The person can not be written to, until they write: nothing that waits for them is tried again."""
        with self.engine.begin() as conn:
            upsert(conn, contact, {"conversation": conversation}, {"unreachable": reason})
            waits = outbox.c.conversation == conversation, outbox.c.state == READY
            conn.execute(sa.update(outbox).where(*waits).values(state=DEAD, reason=reason))

    def reachable(self, conversation: str) -> None:
        """The person can be written to again."""
        with self.engine.begin() as conn:
            upsert(conn, contact, {"conversation": conversation}, {"unreachable": None})

    def heard_at(self, conversation: str) -> datetime:
        """When the person last wrote; the beginning of time when they never did."""
        with self.engine.connect() as conn:
            found = conn.execute(_HEARD, {"who": conversation}).scalar()
        return aware(found) or NEVER

    def knows(self, conversation: str) -> bool:
        """Whether somebody wrote in this conversation, in the last season."""
        with self.engine.connect() as conn:
            return conn.execute(_HEARD, {"who": conversation}).first() is not None

    def delivered(self, platform_id: str, status: str) -> str | None:
        """Keep how far a message of ours got, never a step back; the conversation it went to, where it is known.

        status: sent, delivered, read or played; they come in any order.
        """
        with self.engine.begin() as conn:
            mine = outbox.c.platform_id == platform_id
            row = conn.execute(sa.select(outbox.c.conversation, outbox.c.reason).where(mine)).first()
            if row is None:
                return None
            if RANKS.get(status, 0) > RANKS.get(row.reason or "", 0):
                conn.execute(sa.update(outbox).where(mine).values(reason=status))
        return str(row.conversation)

    def not_delivered(self, platform_id: str, reason: str) -> str | None:
        """A message that the platform took did not arrive after all: a dead letter; whose it was, where it is known."""
        with self.engine.begin() as conn:
            mine = outbox.c.platform_id == platform_id
            whose = conn.execute(sa.select(outbox.c.conversation).where(mine)).scalar()
            if whose is not None:
                conn.execute(sa.update(outbox).where(mine).values(state=DEAD, reason=reason))
        return whose

    def buttons_on(self, conversation: str) -> str | None:
        """The platform's id of the message with the last buttons, until the next message is answered."""
        with self.engine.connect() as conn:
            found: str | None = conn.execute(_BUTTONS, {"who": conversation}).scalar()
        return found

    def forget(self, before: datetime) -> int:
        """Remove what was done or sent before a moment; how many rows. Dead letters and failures stay until seen.

        Who was not heard of for a season leaves nothing here either.
        """
        with self.engine.begin() as conn:
            gone = conn.execute(sa.delete(inbox).where(inbox.c.state == DONE, inbox.c.received_at < before)).rowcount
            gone += conn.execute(sa.delete(outbox).where(outbox.c.state == SENT, outbox.c.created_at < before)).rowcount
            old = outbox.c.state == DEAD, outbox.c.created_at < before, outbox.c.body.isnot(None)
            conn.execute(sa.update(outbox).where(*old).values(body=None))
            gone += conn.execute(sa.delete(note).where(note.c.at < before)).rowcount
            gone += conn.execute(sa.delete(contact).where(contact.c.heard_at < before - SEASON)).rowcount
        return int(gone)

    def erase(self, conversation: str) -> None:
        """Leave nothing of a person here but the ids of events, which keep an old message from being taken anew."""
        with self.engine.begin() as conn:
            erase_rows(conn, conversation)

    def leave(self) -> int:
        """Erase whoever asked to be forgotten and has been told so; how many conversations."""
        waits = sa.select(outbox.c.conversation).where(outbox.c.state == READY)
        wrote = sa.select(inbox.c.conversation).where(inbox.c.state == NEW)
        told = farewell.c.conversation.not_in(waits), farewell.c.conversation.not_in(wrote)
        with self.engine.connect() as conn:
            gone = conn.execute(sa.select(farewell.c.conversation).where(*told)).scalars().all()
        for conversation in gone:
            self.erase(conversation)
        return len(gone)

    def counts(self) -> dict[str, int]:
        """How much waits and how much failed: received, to_send, failed, dead, unreachable."""
        parts = {
            "received": (inbox, inbox.c.state == NEW),
            "failed": (inbox, inbox.c.state == FAILED),
            "to_send": (outbox, outbox.c.state == READY),
            "dead": (outbox, outbox.c.state == DEAD),
            "unreachable": (contact, contact.c.unreachable.isnot(None)),
        }
        with self.engine.connect() as conn:
            return {
                name: int(conn.execute(sa.select(sa.func.count()).select_from(table).where(where)).scalar() or 0)
                for name, (table, where) in parts.items()
            }


def erase_rows(conn: Connection, conversation: str) -> None:
    """As `Store.erase`, in a transaction of the caller's."""
    for table in (outbox, contact, note, farewell):
        conn.execute(sa.delete(table).where(table.c.conversation == conversation))
    mine = sa.update(inbox).where(inbox.c.conversation == conversation)
    conn.execute(mine.values(body=None, state=DONE, conversation=""))
