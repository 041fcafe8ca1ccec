"""What is asked of a text before it is published: its own mistakes, what it breaks elsewhere, and its cases."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from followup import rule_check
from followup.rule_check import Check, checker
from screening.errors import ERROR, WARNING, DefinitionError

ROOT = Path(__file__).resolve().parents[2]
SHORT = "instruments/short.yml"
CALLS = "callback_rules.yml"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The small rules, with real rules for calls."""
    folder = Path(shutil.copytree(ROOT / "tests" / "screening" / "rules", tmp_path / "rules"))
    shutil.copy(ROOT / "screening_rules" / CALLS, folder)
    return folder


@pytest.fixture
def check(base: Path) -> Check:
    """As of a day."""
    return checker(base, date(2026, 11, 23))


def by_severity(found: list[DefinitionError], severity: str) -> set[str]:
    """Codes of that weight."""
    return {one.code for one in found if one.severity == severity}


def test_a_sound_change_has_no_errors(base: Path, check: Check) -> None:
    """A new version beside the one in use is no duplicate."""
    text = (base / SHORT).read_text(encoding="utf-8")
    assert by_severity(check(SHORT, text.replace("¿Duerme mal?", "¿Le cuesta dormir?")), ERROR) == set()


def test_a_case_that_no_longer_comes_out_is_a_warning(base: Path, check: Check) -> None:
    """Rules and their cases are changed one after the other; the hint says so."""
    text = (base / SHORT).read_text(encoding="utf-8")
    found = check(SHORT, text.replace("positive_at: 2", "positive_at: 1", 1))
    assert by_severity(found, ERROR) == set()
    failed = [one for one in found if one.code == "case_failed"]
    assert {one.severity for one in failed} == {WARNING}
    assert all("archivo de casos" in one.hint for one in failed)


def test_an_error_of_form_is_found_with_its_line(base: Path, check: Check) -> None:
    """Before any case is run."""
    text = (base / SHORT).read_text(encoding="utf-8").replace("options: yes_no", "options: si_no", 1)
    (problem,) = [one for one in check(SHORT, text) if one.code == "options_unknown"]
    assert (problem.severity, problem.file) == (ERROR, SHORT)
    assert "si_no" in text.splitlines()[problem.line - 1]


def test_settings_are_read_by_those_who_use_them(base: Path, check: Check) -> None:
    """What the engine does not read is checked, too."""
    text = (base / CALLS).read_text(encoding="utf-8")
    assert check(CALLS, text) == []
    assert by_severity(check(CALLS, text.replace('lease: "60 min"', 'lease: "pronto"')), ERROR) == {"setting_wrong"}


class Interrupted(str):
    """A path during whose second looking-up another thread has its turn."""

    asked = 0
    other: Check

    def __hash__(self) -> int:
        """Of the path."""
        self.asked += 1
        if self.asked == 2:
            type(self).other(CALLS, "x")
        return super().__hash__()


def test_two_threads_each_get_their_own_answer(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people publish at once: what one of them asks does not take the other's answer away."""
    monkeypatch.setattr(rule_check, "_found", lambda _base, path, *_: [DefinitionError("one", path, 1, "Algo.")])
    check = checker(base, date(2026, 11, 23))
    monkeypatch.setattr(Interrupted, "other", staticmethod(check), raising=False)
    check(SHORT, "x")
    assert [one.file for one in check(Interrupted(SHORT), "x")] == [SHORT]


def test_nothing_is_written_to_the_rules(base: Path, check: Check) -> None:
    """They are in use meanwhile."""
    before = {path: path.read_bytes() for path in base.rglob("*") if path.is_file()}
    text = (base / SHORT).read_text(encoding="utf-8")
    check(SHORT, text.replace("¿Duerme mal?", "¿Le cuesta dormir?"))
    assert {path: path.read_bytes() for path in base.rglob("*") if path.is_file()} == before
