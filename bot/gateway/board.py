"""How the gateway is doing, for staff and machines: counts, dead letters without their words, open alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.gateway.rows import aware
from bot.gateway.store import DEAD, FAILED, NEW, READY
from bot.gateway.tables import alert, contact, inbox, make_tables, outbox

# More than this on a page helps nobody: then something bigger is broken.
MOST = 200
# Anybody can write anything behind a link; the campaigns of a programme are few.
MOST_SOURCES = 30


@dataclass(frozen=True)
class DeadLetter:
    """A bubble that could not be sent. reason: a code; can_retry: whether its words are still kept."""

    number: int
    channel: str
    conversation: str
    created_at: datetime
    reason: str
    can_retry: bool


@dataclass(frozen=True)
class Figures:
    """Counts of now. Keys of the mappings: channel, or (channel, reason); of sources the campaign."""

    waiting: dict[str, int]
    oldest_seconds: float
    to_send: dict[str, int]
    dead: dict[tuple[str, str], int]
    failed: dict[str, int]
    unreachable: dict[str, int]
    refused: dict[str, tuple[str, datetime]]
    sources: dict[str, int]


class Board:
    """Looks into inbox and outbox. engine: of the installation's database."""

    def __init__(self, engine: Engine) -> None:
        make_tables(engine)
        self._engine = engine

    def figures(self, now: datetime) -> Figures:
        """All counts, in one look."""
        with self._engine.connect() as conn:
            first = aware(
                conn.execute(sa.select(sa.func.min(inbox.c.received_at)).where(inbox.c.state == NEW)).scalar()
            )
            return Figures(
                waiting=_by_channel(conn, inbox, inbox.c.state == NEW),
                oldest_seconds=max(0.0, (now - first).total_seconds()) if first else 0.0,
                to_send=_by_channel(conn, outbox, outbox.c.state == READY),
                dead=_dead(conn),
                failed=_by_channel(conn, inbox, inbox.c.state == FAILED),
                unreachable=_by_channel(conn, contact, contact.c.unreachable.isnot(None)),
                refused={row.channel: (row.reason, aware(row.since) or now) for row in conn.execute(sa.select(alert))},
                sources=_sources(conn),
            )

    def dead_letters(self) -> list[DeadLetter]:
        """The newest dead letters."""
        asked = sa.select(outbox).where(outbox.c.state == DEAD).order_by(outbox.c.number.desc()).limit(MOST)
        with self._engine.connect() as conn:
            return [_letter(row) for row in conn.execute(asked)]

    def retry(self, number: int) -> bool:
        """Whether a dead letter waits to be sent once more."""
        mine = outbox.c.number == number, outbox.c.state == DEAD, outbox.c.body.isnot(None)
        again = sa.update(outbox).where(*mine).values(state=READY, tries=0, not_before=None, reason=None)
        with self._engine.begin() as conn:
            return bool(conn.execute(again).rowcount)

    def put_away(self, number: int) -> bool:
        """Whether a dead letter that somebody has seen was removed."""
        with self._engine.begin() as conn:
            gone = sa.delete(outbox).where(outbox.c.number == number, outbox.c.state == DEAD)
            return bool(conn.execute(gone).rowcount)


def _letter(row: Any) -> DeadLetter:
    return DeadLetter(
        number=row.number,
        channel=_channel(row.conversation),
        conversation=row.conversation,
        created_at=aware(row.created_at) or row.created_at,
        reason=row.reason or "",
        can_retry=row.body is not None,
    )


def _channel(conversation: str) -> str:
    """What stands before the sealed part of a conversation's id."""
    return conversation.partition("-")[0]


def _by_channel(conn: Connection, table: sa.Table, where: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    # At most some thousands: what is done is not counted here.
    for (conversation,) in conn.execute(sa.select(table.c.conversation).where(where)):
        found[_channel(conversation)] = found.get(_channel(conversation), 0) + 1
    return found


def _sources(conn: Connection) -> dict[str, int]:
    people = sa.func.count().label("people")
    asked = sa.select(contact.c.source, people).where(contact.c.source.isnot(None)).group_by(contact.c.source)
    rows = conn.execute(asked.order_by(people.desc(), contact.c.source).limit(MOST_SOURCES))
    return {row.source: int(row.people) for row in rows}


def _dead(conn: Connection) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for row in conn.execute(sa.select(outbox.c.conversation, outbox.c.reason).where(outbox.c.state == DEAD)):
        key = _channel(row.conversation), row.reason or ""
        found[key] = found.get(key, 0) + 1
    return found
