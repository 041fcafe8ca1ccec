"""`uyariq rules check`: mistakes and warnings apart, for people and programs; settings are checked for their shape."""

from __future__ import annotations

import json
import shutil
from argparse import Namespace
from pathlib import Path

import pytest

from screening.errors import WARNING, DefinitionError
from uyariq.commands import rules_check
from uyariq.settings_shape import SETTINGS, check_settings

RULES = Path(__file__).resolve().parents[2] / "screening_rules"
FOUND = [
    DefinitionError("key_unknown", "a.yml", 3, "No existe la clave «x».", "¿Quiso decir «y»?"),
    DefinitionError("hard_to_read", "a.yml", 5, "Cuesta leer.", "", WARNING),
]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A set of rules with one mistake and one warning."""
    monkeypatch.setattr(rules_check, "every_problem", lambda: FOUND)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """The programme's settings in a folder of their own."""
    for name in SETTINGS:
        shutil.copy(RULES / f"{name}.yml", tmp_path)
    return tmp_path


def _run(json: bool = False, errors: bool = False) -> int:
    return rules_check.run(Namespace(action="check", json=json, errors=errors))


def test_a_program_gets_mistakes_and_warnings_in_lists_of_their_own(
    found: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """With file, line, code and what to do."""
    assert _run(json=True) == 1
    said = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in said["errors"]] == ["key_unknown"]
    assert said["errors"][0]["line"] == 3
    assert said["errors"][0]["hint"] == "¿Quiso decir «y»?"
    assert [one["code"] for one in said["warnings"]] == ["hard_to_read"]


def test_a_person_sees_warnings_first_and_mistakes_last(found: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The end of a long list is what stays on the screen."""
    _run()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["aviso", "ERROR", "Reglas:"]
    _run(errors=True)
    assert "aviso a.yml" not in capsys.readouterr().out


def test_warnings_alone_do_not_fail_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are for a person to judge."""
    monkeypatch.setattr(rules_check, "every_problem", lambda: FOUND[1:])
    assert _run() == 0


def test_the_settings_as_they_are_have_the_right_shape(settings: Path) -> None:
    """Nothing to say about the published ones."""
    assert [str(problem) for problem in check_settings(settings)] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "hint"),
    [
        ("reports.yml", "hide_below:", "hide_bellow:", "key_unknown", "¿Quiso decir «hide_below»?"),
        ("working_hours.yml", "days: [sat]", "days: [sab]", "value_unknown", "¿Quiso decir «sat»?"),
        ("working_hours.yml", 'to: "20:00"', 'to: "28:00"', "type_wrong", "Hora"),
        ("retention.yml", '"30 d"', '"30 dias"', "type_wrong", "15 min"),
        ("message_templates.yml", ", status: none", ", status: aprobada", "value_unknown", "approved"),
        ("callback_rules.yml", "lease:", "leese:", "key_missing", "Agréguela."),
    ],
)
def test_a_setting_of_the_wrong_shape_is_named_with_its_line(
    settings: Path, file: str, old: str, new: str, code: str, hint: str
) -> None:
    """In Spanish, with what was meant."""
    path = settings / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    problems = [problem for problem in check_settings(settings) if problem.code == code]
    assert problems, [str(problem) for problem in check_settings(settings)]
    assert any(hint in problem.hint for problem in problems), [problem.hint for problem in problems]
    assert {problem.file for problem in problems} == {file}
    assert code == "key_missing" or line in {problem.line for problem in problems}
