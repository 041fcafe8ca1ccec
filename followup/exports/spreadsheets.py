"""Rows as CSV files and as one Excel workbook, each with the data dictionary; written row by row.

A text that a spreadsheet would run as a formula is disarmed: in CSV by an apostrophe before it, in Excel by its type.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from followup import context
from followup.exports.dictionary import TableWords, dictionary
from followup.exports.rows import Wanted, rows_of, score_names

DICTIONARY = "diccionario"
_HEAD = ("tabla", "columna", "qué contiene", "dice quién es")
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
ROWS_OF_A_SHEET = 1_048_575
"""Excel has no more, and one is the heading."""


def write_csv(conn: Connection, folder: Path, wanted: Wanted) -> dict[str, int]:
    """One file for each table; rows written by table. UTF-8 with a mark, so that Excel reads the accents."""
    tables, zone = _tables(conn, wanted), _zone(conn)
    with (folder / f"{DICTIONARY}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([_HEAD, *_dictionary_rows(tables)])
    return {table.name: _write_csv(conn, folder / f"{table.name}.csv", table, wanted, zone) for table in tables}


def write_workbook(conn: Connection, folder: Path, wanted: Wanted) -> dict[str, int]:
    """One sheet for each table, after the dictionary; a table longer than a sheet goes on in the next."""
    import xlsxwriter  # only who exports waits for it

    tables, zone = _tables(conn, wanted), _zone(conn)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": str(folder)}
    with xlsxwriter.Workbook(str(folder / "uyariq.xlsx"), options) as book:
        _Sheets(book, DICTIONARY, _HEAD).fill(_dictionary_rows(tables))
        return {table.name: _fill_sheets(conn, book, table, wanted, zone) for table in tables}


def disarmed(value: Any) -> Any:
    """The value, or its text with an apostrophe before it when a spreadsheet would take it for a formula."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_RUNS_AS_FORMULA):
        return f"'{value}"
    return value


def _write_csv(conn: Connection, path: Path, table: TableWords, wanted: Wanted, zone: ZoneInfo) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in table.columns])
        for cells in _cells(conn, table, wanted):
            writer.writerow([disarmed(_as_text(value, zone)) for value in cells])
            count += 1
    return count


def _as_text(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    return "" if value is None else value


def _fill_sheets(conn: Connection, book: Any, table: TableWords, wanted: Wanted, zone: ZoneInfo) -> int:
    sheets = _Sheets(book, table.name, [column.name for column in table.columns], zone)
    sheets.fill(_cells(conn, table, wanted))
    return sheets.rows


class _Sheets:
    """The sheets of one table."""

    def __init__(self, book: Any, name: str, head: Sequence[str], zone: ZoneInfo | None = None) -> None:
        self.rows = 0
        self._book, self._name, self._head, self._zone = book, name, head, zone
        self._bold = book.add_format({"bold": True})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._sheet: Any = None

    def fill(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write them all."""
        self._begin()
        for cells in rows:
            place = self.rows % ROWS_OF_A_SHEET
            if self.rows and not place:
                self._begin()
            for column, value in enumerate(cells):
                self._write(place + 1, column, value)
            self.rows += 1

    def _begin(self) -> None:
        number = self.rows // ROWS_OF_A_SHEET + 1
        self._sheet = self._book.add_worksheet(self._name if number == 1 else f"{self._name} {number}")
        self._sheet.freeze_panes(1, 0)
        self._sheet.write_row(0, 0, self._head, self._bold)

    def _write(self, row: int, column: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, datetime):
            local = value.astimezone(self._zone).replace(tzinfo=None)
            self._sheet.write_datetime(row, column, local, self._moment)
        elif isinstance(value, bool):
            self._sheet.write_boolean(row, column, value)
        elif isinstance(value, (int, float)):
            self._sheet.write_number(row, column, value)
        else:
            self._sheet.write_string(row, column, str(value))


def _tables(conn: Connection, wanted: Wanted) -> list[TableWords]:
    scores = score_names(conn)
    return [table.for_scores(scores, identity=wanted.identity) for table in dictionary()]


def _cells(conn: Connection, table: TableWords, wanted: Wanted) -> Iterator[list[Any]]:
    for row in rows_of(conn, table.name, wanted):
        yield [row.get(column.name) for column in table.columns]


def _dictionary_rows(tables: Sequence[TableWords]) -> list[tuple[str, str, str, str]]:
    return [
        (table.name, column.name, column.about, "sí" if column.identity else "")
        for table in tables
        for column in table.columns
    ]


def _zone(conn: Connection) -> ZoneInfo:
    return context.of(conn).calendar().zone
