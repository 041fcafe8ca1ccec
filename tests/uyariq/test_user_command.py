"""Accounts by command line: for the day on which nobody can get into the console."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from pathlib import Path

import pytest

from followup import staff
from uyariq.__main__ import main
from uyariq.rooms import open_database
from uyariq.settings import read_settings

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own."""
    monkeypatch.setenv("UYARIQ_HOME", str(tmp_path))
    monkeypatch.delenv("UYARIQ_DATABASE_URL", raising=False)
    return tmp_path


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
    """All accounts by user name."""
    capsys.readouterr()
    assert main(["user", "list"]) == 0
    return {row["username"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}


def test_an_account_lives_through_its_whole_life(capsys: pytest.CaptureFixture[str]) -> None:
    """Made, changed, given a password, closed and opened."""
    assert main(["user", "add", "luz", "--role", "admin"]) == 0
    assert main(["user", "add", "ana", "--name", "Ana Quispe", "--languages", "es,quy", "--pii"]) == 0
    ana = listed(capsys)["ana"]
    assert (ana["role"], ana["view_pii"], ana["languages"], ana["active"]) == ("counselor", True, ["es", "quy"], True)
    assert main(["user", "change", "ana", "--role", "supervisor", "--no-pii"]) == 0
    assert main(["user", "close", "ana"]) == 0
    ana = listed(capsys)["ana"]
    assert (ana["role"], ana["view_pii"], ana["active"]) == ("supervisor", False, False)
    assert main(["user", "open", "ana"]) == 0
    assert main(["user", "password", "ana"]) == 0
    found = re.search(r"contraseña (\S+) \(no", capsys.readouterr().out)
    assert found
    database = open_database(read_settings())
    for _ in range(staff.TRIES_BEFORE_LOCK):
        staff.authenticate(database, "ana", "no es esta", NOW)
    assert staff.authenticate(database, "ana", found[1], NOW) is None
    assert main(["user", "unlock", "ana"]) == 0
    assert main(["user", "no-second-step", "ana"]) == 0
    assert staff.authenticate(database, "ana", found[1], NOW) is not None
    database.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["user", "close", "luz"], "única cuenta"),
        (["user", "change", "luz", "--role", "king"], "no existe"),
        (["user", "change", "luz"], "qué cambiar"),
        (["user", "unlock", "nadie"], "user list"),
        (["user", "add"], "Falta el nombre"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """Exit status 1, and nothing is changed."""
    main(["user", "add", "luz", "--role", "admin"])
    before = listed(capsys)
    assert main(arguments) == 1
    assert words in capsys.readouterr().err
    assert listed(capsys) == before


def test_what_is_kept_how_long_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON object a line, with stable names."""
    assert main(["db", "retention"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["code"] for row in rows} >= {"identities", "people", "audit", "message_ids", "unknown_messages"}
    assert set(rows[0]) == {"code", "days", "file", "due", "forgotten"}
