"""One export from beginning to end: made in a hidden place, written into the audit, and only then handed over."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from followup import audit
from followup.database import Database
from followup.exports.dhis2 import write_dhis2
from followup.exports.rows import Wanted
from followup.exports.spreadsheets import write_csv, write_workbook
from followup.fhir.bundles import write_fhir
from followup.reports import days
from screening.definitions import Library

FHIR, CSV, XLSX, DHIS2 = FORMATS = ("fhir", "csv", "xlsx", "dhis2")
_ONLY_THE_OWNER = 0o600


@dataclass(frozen=True)
class Order:
    """What somebody wants to take away. identity: with names and phones. account: who, outside the console."""

    format: str
    first: date | None = None
    last: date | None = None
    identity: bool = False
    practitioner_id: str | None = None
    account: str | None = None


@dataclass(frozen=True)
class Exported:
    """The files, and how many rows, resources or values they hold by kind."""

    files: tuple[Path, ...]
    rows: Mapping[str, int]


@contextmanager
def exporting(
    database: Database, order: Order, now: datetime, library: Library, near: Path | None = None
) -> Iterator[Exported]:
    """The files of an order in a folder of their own, recorded in the audit; they are gone at the end.

    near: the folder is made in this one, so that files can be moved from it at once.
    """
    with tempfile.TemporaryDirectory(prefix=".uyariq-export-", dir=near) as name:
        folder = Path(name)
        with database.read() as conn:
            rows = _write(conn, folder, order, now, library)
        files = tuple(sorted(folder.iterdir()))
        for file in files:
            file.chmod(_ONLY_THE_OWNER)
        with database.begin() as conn:
            _record(conn, order, rows, now)
        yield Exported(files, rows)


def export_to(database: Database, order: Order, now: datetime, library: Library, folder: Path) -> Exported:
    """The files of an order in that folder, in the place of earlier ones of the same name."""
    folder.mkdir(parents=True, exist_ok=True)
    with exporting(database, order, now, library, folder) as made:
        for file in made.files:
            os.replace(file, folder / file.name)
        return Exported(tuple(folder / file.name for file in made.files), made.rows)


def as_one_file(made: Exported, name: str) -> Path:
    """The one file, or an archive of several in the same folder."""
    if len(made.files) == 1:
        return made.files[0]
    folder = made.files[0].parent
    packed = Path(shutil.make_archive(str(folder.parent / f"{folder.name}-{name}"), "zip", folder))
    packed.chmod(_ONLY_THE_OWNER)
    return packed


def _write(conn: Connection, folder: Path, order: Order, now: datetime, library: Library) -> Mapping[str, int]:
    if order.format == DHIS2:
        handed = write_dhis2(conn, folder, order.first, order.last, now)
        return {"values": handed.values, "left_out": handed.left_out, "hidden": handed.hidden}
    start, end = days(conn, order.first, order.last)
    wanted = Wanted(start, end, order.identity)
    if order.format == FHIR:
        return write_fhir(conn, folder, wanted, library)
    return write_csv(conn, folder, wanted) if order.format == CSV else write_workbook(conn, folder, wanted)


def _record(conn: Connection, order: Order, rows: Mapping[str, int], now: datetime) -> None:
    period = {"from": order.first, "to": order.last}
    detail = {
        "format": order.format,
        "identity": order.identity,
        "period": {name: day.isoformat() if day else None for name, day in period.items()},
        "rows": dict(rows),
    }
    if order.account:
        detail["account"] = order.account
    audit.record(
        conn, now, audit.READ, "data.exported", "Export", None, practitioner_id=order.practitioner_id, detail=detail
    )
