"""What a merge of two people changed, kept for as long as it may be undone: former values, and how all stood after.

Ids and codes only: names, phones and notes stay sealed in their own rows and are not copied.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Date, LargeBinary, Table, insert, select
from sqlalchemy.engine import Connection

from followup import context
from followup.models import (
    METADATA,
    UtcDateTime,
    patient,
    patient_merge,
    questionnaire_response,
    unknown_message,
)
from followup.unknown_messages import OWNER

_PEOPLE = "patient_id"
# When the team was told of a case is the clock's own mark, and says nothing about whose the case is.
_MARKS = frozenset({"alerted_at", "told_at", "warned_at", "seen_at"})
_DIGEST_BYTES = 6

Key = Any
Rows = dict[str, dict[Key, dict[str, Any]]]
"""Table -> key of the row -> its values."""


def tables() -> list[Table]:
    """Those whose rows are somebody's, in an order in which rows can be written."""
    return [table for table in METADATA.sorted_tables if _PEOPLE in table.c]


def key_of(table: Table) -> str:
    """The column that names a row of one person."""
    return "response_id" if table is questionnaire_response else "id"


def rows_of(conn: Connection, *people: str) -> Rows:
    """All rows of these people, with their values as JSON holds them; what is sealed is left out."""
    found = {table.name: _rows(conn, table, table.c[_PEOPLE].in_(people)) for table in tables()}
    found[patient.name] = _rows(conn, patient, patient.c.id.in_(people))
    return found


def unknown_of(conn: Connection, patient_id: str) -> list[int]:
    """Ids of the messages of that person that were not understood."""
    owned = unknown_message.c.owner.in_(context.of(conn).vault.lookups(patient_id, OWNER))
    return [int(found) for found in conn.execute(select(unknown_message.c.id).where(owned)).scalars()]


def keep(
    conn: Connection, gone_id: str, kept_id: str, before: Rows, unknown: list[int], now: datetime, practitioner_id: str
) -> None:
    """Keep what a merge that was just made has changed. before: the rows of both as they were."""
    after = rows_of(conn, kept_id)
    row: dict[str, Any] = {
        "id": context.of(conn).new_id(),
        "patient_id": kept_id,
        "kept_id": kept_id,
        "gone_id": gone_id,
    }
    row |= {"practitioner_id": practitioner_id, "at": now}
    changes = _changes(before, after, gone_id, kept_id) | {"unknown": unknown}
    conn.execute(insert(patient_merge), row | {"before": changes, "after": digests(after)})


def digests(rows: Rows) -> dict[str, dict[str, str]]:
    """Table -> key -> what the row said, in a few letters; of this journal nothing."""
    return {
        name: {str(key): _digest(row) for key, row in found.items()}
        for name, found in rows.items()
        if found and name != patient_merge.name
    }


def differing(now: Rows, after: Mapping[str, Mapping[str, str]]) -> set[str]:
    """Tables with rows that are new or other than they were. What was forgotten by age meanwhile is not missed."""
    return {
        name
        for name, found in digests(now).items()
        if any(after.get(name, {}).get(key) != digest for key, digest in found.items())
    }


def typed(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values out of JSON as the columns take them."""
    return {name: _typed(table.c[name], value) for name, value in values.items()}


def _rows(conn: Connection, table: Table, condition: Any) -> dict[Key, dict[str, Any]]:
    readable = [column for column in table.c if not isinstance(column.type, LargeBinary)]
    key = key_of(table)
    found: Iterable[Any] = conn.execute(select(*readable).where(condition))
    return {getattr(row, key): {name: _plain(value) for name, value in row._mapping.items()} for row in found}


def _changes(before: Rows, after: Rows, gone_id: str, kept_id: str) -> dict[str, Any]:
    """gone: the row of who is no more; kept, changed: former values; moved: keys of the rows that were theirs."""
    people = before.pop(patient.name)
    changed: dict[str, list[Any]] = {}
    moved: dict[str, list[Key]] = {}
    for name, rows in before.items():
        for key, row in rows.items():
            former = _former(row, after[name][key])
            if former.pop(_PEOPLE, None):
                moved.setdefault(name, []).append(key)
            if former:
                changed.setdefault(name, []).append([key, former])
    kept = _former(people[kept_id], after[patient.name][kept_id])
    return {"gone": people[gone_id], "kept": kept, "moved": moved, "changed": changed}


def _former(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in before.items() if value != after[name]}


def _digest(row: Mapping[str, Any]) -> str:
    said = json.dumps({name: value for name, value in row.items() if name not in _MARKS}, sort_keys=True)
    return blake2b(said.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime, date)) else value


def _typed(column: Any, value: Any) -> Any:
    if isinstance(value, str) and isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(value, str) and isinstance(column.type, Date) else value
