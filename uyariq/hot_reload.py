"""Published rules reach every running process within seconds: each looks whether there is a newer revision."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import structlog

from followup import rule_processes, rule_publications
from screening.overlay import standing
from uyariq.rules_in_use import RulesInUse

log = structlog.get_logger("uyariq.hot_reload")
EVERY_SECONDS = 2.0
# How often a process says that it is alive, in looks.
REPORT_EVERY = 30


class Reporter:
    """Writes down which rules this process answers with. part: all, bot, actions, console, gateway or clock."""

    def __init__(self, rules: RulesInUse, part: str, now: Callable[[], datetime]) -> None:
        self._rules = rules
        self._part = part
        self._now = now
        self._id = str(uuid4())
        self._said: tuple[int, int | None, str] | None = None
        self._looks = 0

    def look(self) -> None:
        """Write when something changed, and now and then that this process is alive."""
        state = self._state()
        self._looks += 1
        if state == self._said and self._looks % REPORT_EVERY:
            return
        self._rules.hold_folder()
        with self._rules.database.begin() as conn:
            rule_processes.note(conn, self._id, self._part, *state, self._now())
        self._said = state

    def _state(self) -> tuple[int, int | None, str]:
        """Revision in use, the one that could not be taken, and why. Words that could not be read belong to both."""
        revision, failed = self._rules.revision, self._rules.failed
        unread = "\n".join(self._rules.unread.values())
        if failed is not None:
            return revision, failed.revision, "\n".join(filter(None, (unread, failed.problem)))
        return revision, revision if unread else None, unread

    def stop(self) -> None:
        """This process no longer answers."""
        with self._rules.database.begin() as conn:
            rule_processes.gone(conn, self._id)


async def keep_rules(rules: RulesInUse, part: str, now: Callable[[], datetime], every: float = EVERY_SECONDS) -> None:
    """Look again and again, until cancelled. Loading is done beside the conversations, the swap between two turns."""
    reporter = Reporter(rules, part, now)
    try:
        _without_failing(lambda: mark_superseded(rules, now()))
        while True:
            await _look(rules, reporter, now)
            await asyncio.sleep(every)
    finally:
        _without_failing(reporter.stop)


async def _look(rules: RulesInUse, reporter: Reporter, now: Callable[[], datetime]) -> None:
    try:
        loaded = await asyncio.to_thread(rules.newer)
        if loaded is not None and loaded.revision >= rules.revision:
            rules.use(loaded)
            await asyncio.to_thread(mark_superseded, rules, now())
        await asyncio.to_thread(reporter.look)
    except Exception as error:  # the database may be away for a while: the rules at hand hold
        log.error("rules.look_failed", error=type(error).__name__)


def mark_superseded(rules: RulesInUse, now: datetime) -> None:
    """Tell staff of publications that the files outran."""
    with rules.database.read() as conn:
        publications = rule_publications.all_of(conn)
    outrun = {one.number for one in standing(rules.base, publications).superseded}
    open_ = {one.number for one in publications if one.state in rule_publications.IN_USE}
    if outrun & open_:
        with rules.database.begin() as conn:
            rule_publications.mark_superseded(conn, outrun & open_, now)


def _without_failing(step: Callable[[], None]) -> None:
    try:
        step()
    except Exception as error:
        log.warning("rules.not_reported", error=type(error).__name__)
