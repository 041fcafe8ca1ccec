"""The command line: the shapes that programmes script against, and errors in one sentence."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from screening.events import ConsentGiven, IdentityGiven, TaskAdvised
from uyariq.__main__ import main
from uyariq.rooms import open_database
from uyariq.settings import read_settings

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=timezone.utc)
PHONE = "+51987654321"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, with one person who waits for a call."""
    monkeypatch.setenv("UYARIQ_HOME", str(tmp_path))
    monkeypatch.delenv("UYARIQ_DATABASE_URL", raising=False)
    database = open_database(read_settings())
    database.migrate()
    with database.turn("web-rosa", "m1", NOW, language="qu") as turn:
        turn.record(
            [
                ConsentGiven(at=NOW, kind="callback", version="1"),
                IdentityGiven(at=NOW, kind="phone", value=PHONE),
                TaskAdvised(
                    at=NOW,
                    kind="callback",
                    priority="urgent",
                    due_at=NOW + timedelta(hours=24),
                    reasons=("asked_for_call",),
                    rule="TR-001",
                ),
            ]
        )
        turn.save({"id": "abcd", "language": "qu", "status": "completed"})
    database.close()
    return tmp_path


def test_tasks_are_printed_without_name_or_phone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON object a line, with exactly the fields of the interface."""
    assert main(["tasks", "--json"]) == 0
    printed = capsys.readouterr().out
    (task,) = [json.loads(line) for line in printed.splitlines()]
    assert set(task) == {
        "id", "kind", "status", "priority", "created_at", "due_at", "language", "patient", "reasons",
    }  # fmt: skip
    assert (task["kind"], task["priority"], task["language"]) == ("callback", "urgent", "qu")
    assert PHONE not in printed


def test_report_counts_by_language(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The funnel has the same measures in total and for each language."""
    assert main(["report", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report) == {"period", "total", "by_language"}
    assert set(report["total"]) == {
        "screened", "positive", "pfa", "referred", "callback_due", "called_back", "rescreened",
    }  # fmt: skip
    assert report["total"]["callback_due"] == report["by_language"]["qu"]["callback_due"] == 1


def test_report_with_a_wrong_date_says_how_to_write_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage is exit code 2 and one sentence."""
    assert main(["report", "--json", "--from", "ayer"]) == 2
    assert "2026-11-22" in capsys.readouterr().err


def test_erasing_a_person_leaves_no_task_and_no_phone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Afterwards the work list is empty; erasing again says that there is nobody."""
    main(["tasks", "--json"])
    patient = json.loads(capsys.readouterr().out)["patient"]
    assert main(["erase", patient]) == 0
    capsys.readouterr()
    main(["tasks", "--json"])
    assert capsys.readouterr().out == ""
    assert main(["erase", patient]) == 1


def test_added_user_may_sign_in_with_the_password_shown(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The password is shown once, works, and must be changed."""
    from followup import staff

    assert main(["user", "add", "ana", "--name", "Ana Q.", "--role", "counselor", "--languages", "es,qu"]) == 0
    password = capsys.readouterr().out.split("contraseña ")[1].split(" ")[0]
    person = staff.authenticate(open_database(read_settings()), "ana", password, datetime.now(timezone.utc))
    assert person is not None
    assert person.must_change_password
    assert person.languages == ("es", "qu")


def test_user_who_exists_is_refused_in_words(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No trace of a program in the answer."""
    main(["user", "add", "ana"])
    assert main(["user", "add", "ana"]) == 1
    assert "Ya hay alguien" in capsys.readouterr().err


def test_unknown_command_is_wrong_usage() -> None:
    """argparse's own exit code is the interface's."""
    with pytest.raises(SystemExit) as error:
        main(["bogus"])
    assert error.value.code == 2


def test_rules_of_the_project_are_without_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    """Every file, every case, every example of a risk phrase."""
    assert main(["rules", "check"]) == 0
    assert "0 errores" in capsys.readouterr().out


def test_quechua_catalog_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    """Every text exists in both languages from the same commit."""
    assert main(["texts", "check"]) == 0
