"""A moment that was typed into a form, as the clock in Peru shows it."""

from __future__ import annotations

from datetime import datetime, timezone

from console.clockwords import LIMA
from followup.errors import TaskRefused


def typed_moment(typed: str) -> datetime | None:
    """The moment, aware; None when nothing was typed. Raises TaskRefused("bad_time")."""
    if not typed:
        return None
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=LIMA).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise TaskRefused("bad_time") from None


def local_minute(moment: datetime) -> str:
    """The moment as a field for day and hour takes it."""
    return moment.astimezone(LIMA).strftime("%Y-%m-%dT%H:%M")
