"""What others than the follow-up room keep of a conversation in the same database: the gateway, and Rasa's tracker."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.gateway.store import erase_rows
from bot.gateway.tables import metadata

# As bot/tracker_store.py makes it; importing that would load Rasa. A test holds the two against each other.
TRACKER = sa.table("bot_tracker", sa.column("conversation_id"))


def forget_conversations(conn: Connection, conversations: Iterable[str]) -> None:
    """Nothing is left of these conversations outside the follow-up room, in the caller's transaction."""
    listed = list(conversations)
    if not listed:
        return
    there = set(sa.inspect(conn).get_table_names())
    with_gateway = set(metadata.tables) <= there
    for conversation in listed:
        if with_gateway:
            erase_rows(conn, conversation)
        if TRACKER.name in there:
            conn.execute(sa.delete(TRACKER).where(TRACKER.c.conversation_id == conversation))
