"""The data dictionary (columns.yml): tables, their columns in order, and what each holds, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "columns.yml"
ANY = "*"
"""Stands in a column's name for the name of a score."""


@dataclass(frozen=True)
class Column:
    """identity: tells who the person is."""

    name: str
    about: str
    identity: bool = False


@dataclass(frozen=True)
class TableWords:
    """One table."""

    name: str
    about: str
    columns: tuple[Column, ...]

    def for_scores(self, scores: Sequence[str], *, identity: bool) -> TableWords:
        """The table with a column for each score, and without what tells who somebody is unless that is wanted."""
        kept = (column for column in self.columns if identity or not column.identity)
        named = tuple(one for column in kept for one in _named(column, scores))
        return TableWords(self.name, self.about, named)


@lru_cache(maxsize=1)
def dictionary() -> tuple[TableWords, ...]:
    """All tables in order."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))["tables"]
    return tuple(
        TableWords(
            name,
            table["about"],
            tuple(Column(column, row["about"], bool(row.get("identity"))) for column, row in table["columns"].items()),
        )
        for name, table in data.items()
    )


def _named(column: Column, scores: Sequence[str]) -> list[Column]:
    if ANY not in column.name:
        return [column]
    return [Column(column.name.replace(ANY, score), f"{column.about} ({score})") for score in scores]
