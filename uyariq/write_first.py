"""Messages that the bot writes first: what is due goes to the dialogue for its words and to the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from bot.gateway.post_office import PostOffice
from followup import messages
from followup.clocks import DueMessage, due_messages, mark_failed, mark_sent
from followup.database import Database

log = structlog.get_logger("uyariq.write_first")
EVERY_SECONDS = 60
# Kind of a due message -> what the dialogue hears.
EVENTS = {
    messages.RESCREEN: "rescreen",
    messages.RESCREEN_REMINDER: "rescreen",
    messages.UNFINISHED: "reminder",
    messages.CALLBACK_MISSED: "callback_missed",
    messages.ASK_NUMBER: "ask_number",
}
NO_CHANNEL = "no_channel"
Templates = Mapping[tuple[str, str], dict[str, str]]


async def write_first(
    office: PostOffice, database: Database, now: Callable[[], datetime], templates: Callable[[], Templates]
) -> None:
    """Look every minute, until cancelled. templates: those that are approved at that moment."""
    while True:
        try:
            await look(office, database, now, templates())
        except Exception as error:  # the next look tries again
            log.error("write_first.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def look(office: PostOffice, database: Database, now: Callable[[], datetime], templates: Templates) -> int:
    """Hand over everything that is due; how many messages were."""
    with database.begin() as conn:
        due = due_messages(conn, now())
    return sum([await _one(office, database, now, templates, message) for message in due])


async def _one(
    office: PostOffice, database: Database, now: Callable[[], datetime], templates: Templates, message: DueMessage
) -> bool:
    template = templates.get((message.kind, message.language[:2]))
    try:
        begun = await office.begin(
            message.conversation_id, message.channel, EVENTS[message.kind], f"due:{message.id}", template
        )
        reason = None if begun else NO_CHANNEL
    except Exception as error:  # the dialogue could not word it
        reason = type(error).__name__
    with database.begin() as conn:
        if reason is None:
            mark_sent(conn, message.id, now())
        else:
            mark_failed(conn, message.id, reason, now(), retry=reason != NO_CHANNEL)
    return reason is None
