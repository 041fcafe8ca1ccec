"""What the clock does while the bot runs: writes what was spooled, gives back cases, alerts, forgets what is old."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import structlog

from console.staff_language import told_in
from followup.clocks import tick
from followup.database import Database
from followup.forgetting import forget_by_age
from followup.notices import forget_old as forget_notices
from followup.notifiers import Notifier, send_due
from followup.referral_tasks import remind
from followup.retention import forget_old
from followup.rule_publications import close_finished
from followup.spool import Spool
from followup.turn import forget_said
from uyariq.clock import Clock
from uyariq.outside_rows import forget_conversations

log = structlog.get_logger("uyariq.clock")
EVERY_SECONDS = 30
# Long enough for a server to come up again, short for words that may tell of a crisis.
SAID_IS_KEPT = timedelta(hours=1)


async def keep_time(database: Database, spool: Path, clock: Clock, ways: Mapping[str, Notifier] | None = None) -> None:
    """Look every half minute, until cancelled. ways: by which the team is told of what cannot wait."""
    while True:
        try:
            await asyncio.to_thread(look, database, Spool(spool, database.vault), clock)
            _, failed = await asyncio.to_thread(send_due, database, ways or {}, clock, told_in)
            if failed:
                log.warning("clock.notices_not_sent", turns=failed)
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
        remind(conn, clock())
        forget_old(conn, clock())
        forget_notices(conn, clock())
        forget_said(conn, clock() - SAID_IS_KEPT)
        close_finished(conn, clock())
    with database.begin() as conn:
        forget_conversations(conn, forget_by_age(conn, clock()).conversations)
