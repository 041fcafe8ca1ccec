"""The health centre near a person, as the directory names it."""

from __future__ import annotations

import structlog

from actions.context import Context
from followup.health_centres import nearest_for_conversation
from screening.fields import LIMA

log = structlog.get_logger("uyariq.actions")
LONGEST = 190
"""Letters of the name and the address together: the bubble around them stays within its 300."""


def nearest_centre(context: Context, conversation_id: str) -> str:
    """Name and address of the nearest centre whose entry was checked in time; empty where none is known."""
    today = context.now().astimezone(LIMA).date()
    try:
        with context.database.read() as conn:
            entry = nearest_for_conversation(conn, conversation_id, today)
    except Exception as error:  # the numbers are said all the same when the database is away
        log.warning("services.directory_away", error=type(error).__name__)
        return ""
    return entry.named(LONGEST) if entry else ""
