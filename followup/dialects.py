"""Inserts that give way to a row that is already there, in the words of each database."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Table, bindparam, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


@lru_cache(maxsize=64)
def _ignoring(table: Table, columns: tuple[str, ...]) -> Any:
    # Both databases say it in these words; SQLAlchemy's own construct is compiled anew at each use.
    values = ", ".join(f":{name}" for name in columns)
    # Names of our own tables and columns, no value among them.
    words = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({values}) ON CONFLICT DO NOTHING"  # noqa: S608
    return text(words).bindparams(*(bindparam(name, type_=table.c[name].type) for name in columns))


def insert_or_ignore(conn: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Whether the row is new; an existing one with the same key stays as it is."""
    return bool(conn.execute(_ignoring(table, tuple(row)), row).rowcount == 1)


def insert_or_add(conn: Connection, table: Table, row: dict[str, Any], column: str) -> None:
    """Insert the row, or add its number to the one with the same key."""
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(row)
    keys = [key.name for key in table.primary_key.columns]
    total = {column: table.c[column] + statement.excluded[column]}
    conn.execute(statement.on_conflict_do_update(index_elements=keys, set_=total))
