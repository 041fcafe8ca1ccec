"""The time for everyone in this process; a replay may set it."""

from __future__ import annotations

from datetime import datetime, timezone


class Clock:
    """Says the time, aware and in UTC."""

    def __init__(self) -> None:
        self._set: datetime | None = None

    def __call__(self) -> datetime:
        """Now, or the time that was set."""
        return self._set or datetime.now(timezone.utc)

    def set(self, moment: datetime | None) -> None:
        """Stand still at this moment; None lets it run again."""
        self._set = moment.astimezone(timezone.utc) if moment else None
