"""What the clock does while the bot runs: writes what was spooled, gives back cases, alerts, forgets what is old."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import structlog

from followup.clocks import tick
from followup.database import Database
from followup.retention import forget_old
from followup.spool import Spool
from followup.turn import forget_said
from uyariq.clock import Clock

log = structlog.get_logger("uyariq.clock")
EVERY_SECONDS = 30
# Long enough for a server to come up again, short for words that may tell of a crisis.
SAID_IS_KEPT = timedelta(hours=1)


async def keep_time(database: Database, spool: Path, clock: Clock) -> None:
    """Look every half minute, until cancelled."""
    while True:
        try:
            await asyncio.to_thread(look, database, Spool(spool, database.vault), clock)
        except Exception as error:  # the clock must go on; the next look tries again
            log.error("clock.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


def look(database: Database, spool: Spool, clock: Clock) -> None:
    """One look."""
    written = spool.retry(database)
    if written:
        log.warning("clock.spool_written", turns=written)
    with database.begin() as conn:
        tick(conn, clock())
        forget_old(conn, clock())
        forget_said(conn, clock() - SAID_IS_KEPT)
