"""`uyariq export`: files for those who run the programme, refusals in one sentence."""

from __future__ import annotations

import csv
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import select

from followup import staff
from followup.models import audit_event
from screening import events as said
from uyariq.__main__ import main
from uyariq.rooms import open_database
from uyariq.settings import read_settings

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=timezone.utc)
PHONE = "+51987654321"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, with one person and two members of staff."""
    monkeypatch.setenv("UYARIQ_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("UYARIQ_DATABASE_URL", raising=False)
    database = open_database(read_settings())
    database.migrate()
    with database.turn("web-rosa", "m1", NOW) as turn:
        turn.record(
            [
                said.ConsentGiven(at=NOW, kind="screening", version="1"),
                said.IdentityGiven(at=NOW, kind="phone", value=PHONE),
            ]
        )
        turn.save({"id": "abcd", "language": "es", "status": "completed"})
    with database.begin() as conn:
        for name, role, sees in (("luz", "supervisor", True), ("ciego", "admin", False), ("ana", "counselor", True)):
            staff.add(conn, name, name, "una clave larga", role, NOW, view_pii=sees)
    database.close()
    return tmp_path


def audited() -> list[dict]:
    """Exports that the audit knows of."""
    database = open_database(read_settings())
    with database.read() as conn:
        rows = conn.execute(select(audit_event).where(audit_event.c.subtype == "data.exported")).mappings().all()
    database.close()
    return [dict(row) for row in rows]


@pytest.mark.parametrize(
    ("form", "file"), [("csv", "people.csv"), ("xlsx", "uyariq.xlsx"), ("fhir", "bundle-0001.json")]
)
def test_the_files_are_in_the_folder_and_the_counts_are_printed(
    home: Path, capsys: pytest.CaptureFixture[str], form: str, file: str
) -> None:
    """With a word on how to treat them, and without any phone."""
    assert main(["export", form, "--out", str(home / "out")]) == 0
    printed = capsys.readouterr()
    assert ("Patient: 1" if form == "fhir" else "people: 1") in printed.out.splitlines()
    assert "confidenciales" in printed.err
    assert (home / "out" / file).exists()
    assert b"987654321" not in b"".join(path.read_bytes() for path in (home / "out").iterdir())
    (row,) = audited()
    assert (row["actor_kind"], row["detail"]["format"]) == ("system", form)
    assert row["detail"]["account"]


def test_names_need_an_account_with_the_right(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither nobody, nor an administrator without it, nor a counselor with it."""
    command = ["export", "csv", "--out", str(home / "out"), "--identity"]
    assert main(command) == 2
    assert main([*command, "--user", "ciego"]) == 2
    assert main([*command, "--user", "ana"]) == 2
    assert audited() == []
    assert main([*command, "--user", "luz"]) == 0
    with (home / "out" / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["phone"] for row in csv.DictReader(file)] == [f"'{PHONE}"]
    (row,) = audited()
    assert (row["actor_kind"], row["detail"]["identity"]) == ("practitioner", True)
    assert "account" not in row["detail"]


def test_dhis2_without_codes_says_which_are_missing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, status 1, no file."""
    assert main(["export", "dhis2", "--out", str(home / "out")]) == 1
    said_so = capsys.readouterr().err
    assert "screening_rules/dhis2.yml faltan códigos (data_set," in said_so
    assert len(said_so.strip().splitlines()) == 1
    assert list((home / "out").iterdir()) == []


def test_what_cannot_be_meant_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A day that is none, names for DHIS2, a folder that is a file."""
    out = str(home / "out")
    assert main(["export", "csv", "--out", out, "--from", "ayer"]) == 2
    assert main(["export", "dhis2", "--out", out, "--identity", "--user", "luz"]) == 2
    (home / "file").write_text("x")
    assert main(["export", "csv", "--out", str(home / "file")]) == 1
    assert audited() == []
