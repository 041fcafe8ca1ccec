"""Fixtures of the follow-up tests: Rosa's conversation, three members of staff, and a look into the tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from followup import models
from followup.database import Database
from tests.followup.people import Talk, add_staff


@pytest.fixture
def talk(database: Database, now: datetime) -> Callable[[str], Talk]:
    """Begins a conversation under that id."""
    return lambda conversation_id: Talk(database, conversation_id, now)


@pytest.fixture
def rosa(database: Database, now: datetime) -> Talk:
    """Rosa, who has not said anything yet."""
    return Talk(database, "conversation-rosa", now)


@pytest.fixture
def ana(database: Database) -> str:
    """Ana, a counselor."""
    return add_staff(database, "ana", view_pii=True)


@pytest.fixture
def benito(database: Database) -> str:
    """Benito, another counselor."""
    return add_staff(database, "benito")


@pytest.fixture
def carmen(database: Database) -> str:
    """Carmen, a supervisor."""
    return add_staff(database, "carmen", "supervisor")


@pytest.fixture
def rows(database: Database) -> Callable[..., list[dict[str, Any]]]:
    """All rows of a table as they are now, by a column."""

    def read(table: str, **equal: Any) -> list[dict[str, Any]]:
        found = models.METADATA.tables[table]
        wanted = select(found).filter_by(**equal).order_by(*found.primary_key.columns)
        with database.read() as conn:
            return [dict(row) for row in conn.execute(wanted).mappings()]

    return read


@pytest.fixture
def count(database: Database) -> Callable[[str], int]:
    """How many rows a table has."""

    def read(table: str) -> int:
        with database.read() as conn:
            found = select(func.count()).select_from(models.METADATA.tables[table])
            return int(conn.execute(found).scalar_one())

    return read
