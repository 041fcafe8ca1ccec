"""Writing rows in the same words on SQLite and PostgreSQL, which both know them; each statement is made once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection


def upsert(conn: Connection, table: sa.Table, keys: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """The row under these keys, made or changed."""
    conn.execute(_upsert(table, tuple(keys), tuple(values)), {**keys, **values})


def insert_new(conn: Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Whether the row was not there yet."""
    return bool(conn.execute(_insert_new(table, tuple(row)), dict(row)).rowcount)


def aware(moment: datetime | None) -> datetime | None:
    """SQLite gives times back without their zone; they are in UTC."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=timezone.utc)


# Names of tables and columns only, all of them ours; SQLAlchemy's own form is compiled anew at each execution.
@lru_cache(maxsize=64)
def _upsert(table: sa.Table, keys: tuple[str, ...], values: tuple[str, ...]) -> Any:
    changes = ", ".join(f"{name} = excluded.{name}" for name in values)
    return _bound(table, (*keys, *values), f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}")


@lru_cache(maxsize=64)
def _insert_new(table: sa.Table, names: tuple[str, ...]) -> Any:
    return _bound(table, names, "ON CONFLICT DO NOTHING")


def _bound(table: sa.Table, names: tuple[str, ...], ending: str) -> Any:
    values = ", ".join(f":{name}" for name in names)
    sql = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values}) {ending}"  # noqa: S608
    return sa.text(sql).bindparams(*(sa.bindparam(name, type_=table.c[name].type) for name in names))
