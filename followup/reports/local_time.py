"""The programme's days and hours in SQL, in the words of each database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, cast, extract, func
from sqlalchemy.engine import Connection

from followup import context


def local_day(conn: Connection, moment: Any) -> Any:
    """The day of a column of moments; read it with `as_day`."""
    if conn.dialect.name == "postgresql":
        return func.date(func.timezone(str(_zone(conn)), moment))
    return func.date(moment, _shift(conn))


def local_hour(conn: Connection, moment: Any) -> Any:
    """The hour of the day, 0 to 23, of a column of moments."""
    if conn.dialect.name == "postgresql":
        return cast(extract("hour", func.timezone(str(_zone(conn)), moment)), Integer)
    return cast(func.strftime("%H", moment, _shift(conn)), Integer)


def as_day(value: Any) -> date:
    """What `local_day` gave: SQLite has it as text."""
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def _zone(conn: Connection) -> ZoneInfo:
    return context.of(conn).calendar().zone


def _shift(conn: Connection) -> str:
    """SQLite knows no time zones. Peru has one offset the whole year."""
    offset = datetime(2026, 1, 1, tzinfo=_zone(conn)).utcoffset() or timedelta()
    return f"{int(offset.total_seconds() // 60):+d} minutes"
