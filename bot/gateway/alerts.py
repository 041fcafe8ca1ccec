"""Which platforms let us in no more: known in this process, and kept where the console finds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.gateway.rows import upsert
from bot.gateway.tables import alert


class Alerts(dict[str, str]):
    """Platform -> why it refuses us. What does not change is not written again."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._engine = engine
        self._now = now

    def __setitem__(self, channel: str, reason: str) -> None:
        if self.get(channel) == reason:
            return
        super().__setitem__(channel, reason)
        with self._engine.begin() as conn:
            upsert(conn, alert, {"channel": channel}, {"reason": reason, "since": self._now()})

    def recall(self, channel: str) -> None:
        """Take over what an earlier process found; the first success settles it."""
        with self._engine.connect() as conn:
            reason = conn.execute(sa.select(alert.c.reason).where(alert.c.channel == channel)).scalar()
        if reason is not None:
            super().__setitem__(channel, reason)

    def settled(self, channel: str) -> None:
        """The platform takes us again."""
        if self.pop(channel, None) is not None:
            with self._engine.begin() as conn:
                conn.execute(sa.delete(alert).where(alert.c.channel == channel))
