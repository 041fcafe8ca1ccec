"""Column kinds that all tables share, so that SQLite and PostgreSQL keep the same things in the same way."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(sa.types.TypeDecorator):  # type: ignore[misc]  # SQLAlchemy 1.4 has no types
    """An aware moment, kept in UTC; a naive one is refused because nobody knows which hour it means."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """The moment as the database keeps it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        utc = value.astimezone(timezone.utc)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """The moment, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


JSON_VALUE = sa.JSON().with_variant(JSONB(), "postgresql")
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UUID_TEXT = sa.String(36)
CODE = sa.String(40)


def row_id() -> Any:
    """A running number as primary key."""
    return sa.Column("id", ROW_NUMBER, primary_key=True, autoincrement=True)


def uuid_id() -> Any:
    """An opaque id as primary key; the application makes it."""
    return sa.Column("id", UUID_TEXT, primary_key=True)


def moment(name: str, *, nullable: bool = False) -> Any:
    """An aware moment."""
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def code(name: str, *, nullable: bool = False) -> Any:
    """A code of a closed list, in FHIR's spelling where FHIR has one."""
    return sa.Column(name, CODE, nullable=nullable)


def of_patient() -> Any:
    """Whose row this is."""
    return sa.Column("patient_id", UUID_TEXT, sa.ForeignKey("patient.id"), nullable=False)
