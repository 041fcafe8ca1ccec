"""What the team writes goes to the channels, and conversations that nobody goes on with go back to the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.gateway.post_office import PostOffice
from followup import staff_messages
from followup.database import Database
from followup.staff_messages import Say, Waiting
from followup.staff_texts import staff_texts

log = structlog.get_logger("uyariq.staff_talk")
# Somebody waits for these words with the telephone in hand.
EVERY_SECONDS = 1.0
WINDOW_CLOSED = "window_closed"


async def carry_staff_messages(office: PostOffice, database: Database, say: Say, now: Callable[[], datetime]) -> None:
    """Look every second, until cancelled."""
    while True:
        try:
            look(office, database, say, now())
        except Exception as error:  # the next look tries again
            log.error("staff_talk.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


def look(office: PostOffice, database: Database, say: Say, now: datetime) -> int:
    """Hand over all that waits; how many messages were."""
    if not _anything(database, now):
        return 0
    with database.begin() as conn:
        staff_messages.end_of_time(conn, say, now)
        waiting = staff_messages.take_waiting(conn, now)
    return sum([_one(office, database, message, now) for message in waiting])


def _anything(database: Database, now: datetime) -> bool:
    """A look that takes no lock: nearly always there is nothing."""
    with database.read() as conn:
        return staff_messages.anything_waits(conn, now)


def _one(office: PostOffice, database: Database, message: Waiting, now: datetime) -> bool:
    closed = _window_closed(office, database, message, now)
    if not closed:
        bubble = {"text": message.text, "buttons": []}
        office.write(message.conversation_id, [bubble | ({"template": message.template} if message.template else {})])
    with database.begin() as conn:
        if closed:
            staff_messages.mark_failed(conn, message.id, WINDOW_CLOSED, retry=False)
        else:
            staff_messages.mark_sent(conn, message.id)
    return not closed


def _window_closed(office: PostOffice, database: Database, message: Waiting, now: datetime) -> bool:
    """Whether the platform lets nobody be written to any more: what the team reads must not only look sent."""
    window = staff_texts(database.rules).windows.get(message.conversation_id.partition("-")[0])
    if window is None or message.template:
        return False
    return now > office.store.heard_at(message.conversation_id) + window
