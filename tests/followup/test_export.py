"""An export from beginning to end: the audit knows of it before anybody has the file."""

from __future__ import annotations

import stat
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from followup import audit
from followup.database import Database
from followup.exports import export
from followup.exports.export import CSV, DHIS2, FHIR, XLSX, Order, export_to
from followup.exports.spreadsheets import write_csv
from followup.models import audit_event
from screening.definitions import Library
from tests.followup.cohort import Programme, fill

NO_RULES = Library()


def exported(database: Database) -> list[Any]:
    """The audit rows of exports."""
    with database.read() as conn:
        wanted = select(audit_event).where(audit_event.c.subtype == "data.exported").order_by(audit_event.c.id)
        return list(conn.execute(wanted))


@pytest.mark.parametrize("form", [CSV, XLSX, FHIR])
def test_who_took_what_and_how_much_is_recorded(
    database: Database, ana: str, now: datetime, tmp_path: Path, form: str
) -> None:
    """With counts and the period, and nothing of anybody; the files are for their owner only."""
    fill(database, Programme(screened=12, positive=8, pfa=5, referred=2), now)
    order = Order(form, date(2026, 11, 1), date(2026, 11, 30), practitioner_id=ana)
    made = export_to(database, order, now, NO_RULES, tmp_path / "out")
    (row,) = exported(database)
    assert (row.actor_id, row.action, row.object_kind) == (ana, audit.READ, "Export")
    assert row.detail == {
        "format": form,
        "identity": False,
        "period": {"from": "2026-11-01", "to": "2026-11-30"},
        "rows": dict(made.rows),
    }
    assert made.rows["screenings" if form != FHIR else "QuestionnaireResponse"] == 12
    assert sorted(made.files) == sorted((tmp_path / "out").iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in made.files} == {0o600}


def test_without_an_audit_row_there_is_no_file(
    database: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be recorded is not handed over, and nothing is left lying about."""

    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(export.audit, "record", fails)
    with pytest.raises(RuntimeError):
        export_to(database, Order(CSV), now, NO_RULES, tmp_path)
    assert list(tmp_path.glob("*.csv")) == []
    assert list(tmp_path.glob(".uyariq-export-*")) == []


def test_a_refused_export_is_not_recorded(database: Database, now: datetime, tmp_path: Path) -> None:
    """Codes are missing, so nothing left."""
    with pytest.raises(Exception, match=r"dhis2\.yml faltan códigos"):
        export_to(database, Order(DHIS2), now, NO_RULES, tmp_path)
    assert exported(database) == []


def test_many_rows_do_not_fill_the_memory(sqlite_database: Database, now: datetime, tmp_path: Path) -> None:
    """Ten times as many people need hardly more memory: rows are written as they come."""
    import tracemalloc

    def peak(programme: Programme, folder: Path) -> int:
        with sqlite_database.begin() as conn:
            for table in ("observation", "questionnaire_response", "conversation", "patient"):
                conn.exec_driver_sql(f"DELETE FROM {table}")
        fill(sqlite_database, programme, now)
        folder.mkdir()
        tracemalloc.start()
        with sqlite_database.read() as conn:
            write_csv(conn, folder, export.Wanted())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    few = peak(Programme(screened=300, positive=0, pfa=0, referred=0), tmp_path / "few")
    many = peak(Programme(screened=3000, positive=0, pfa=0, referred=0), tmp_path / "many")
    assert many < 2 * few + 1_000_000
