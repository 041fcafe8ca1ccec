"""Puts a row into every table for one person and one member of staff, whatever tables there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from followup.models import METADATA
from followup.models.columns import UtcDateTime

_numbers = count(10_000)
Value = Callable[[sa.Table, sa.Column[Any]], Any]


def fill(
    conn: Connection, now: datetime, given: dict[str, Any], special: Value | None = None
) -> dict[str, dict[str, Any]]:
    """The rows by table. given: values for columns of these names ("patient.id"); foreign keys follow by themselves."""
    rows: dict[str, dict[str, Any]] = {}
    for table in METADATA.sorted_tables:
        row = {}
        for column in table.columns:
            name = f"{table.name}.{column.name}"
            if name in given:
                row[column.name] = given[name]
            elif column.foreign_keys:
                row[column.name] = _pointed(table, column, rows)
            elif column.name == "patient_id":
                row[column.name] = rows["patient"]["id"]
            else:
                found = special(table, column) if special else None
                row[column.name] = _value(column, now) if found is None else found
        conn.execute(sa.insert(table), row)
        rows[table.name] = row
    return rows


def _pointed(table: sa.Table, column: sa.Column[Any], rows: dict[str, dict[str, Any]]) -> Any:
    key = next(iter(column.foreign_keys))
    return rows[key.column.table.name][key.column.name]


def _value(column: sa.Column[Any], now: datetime) -> Any:
    # A type that differs by database stands for the one it is on most of them.
    kind = column.type.impl if isinstance(column.type, sa.types.Variant) else column.type
    number = next(_numbers)
    if isinstance(kind, UtcDateTime):
        return now
    if isinstance(kind, sa.Date):
        return date(2026, 1, 1 + number % 28)
    if isinstance(kind, sa.Boolean):
        return True
    if isinstance(kind, (sa.Integer, sa.Numeric)):
        return number
    if isinstance(kind, sa.LargeBinary):
        return number.to_bytes(16, "big")
    if isinstance(kind, sa.String):
        return str(number)[: kind.length or 40]
    return []
