"""Cases beside the definitions, and playing a definition in the terminal."""

from __future__ import annotations

import builtins
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.__main__ import main
from screening.cases import run_cases
from screening.definitions import Library
from screening.engine import Engine
from screening.errors import DefinitionUnavailable
from screening.play import play, shown
from screening.reader import load_library
from tests.screening.conftest import RULES
from tests.screening.talk import NOW

SHORT = "instruments/short.cases.yml"
STOP = "flows/stop.cases.yml"


def failures(tmp_path: Path, file: str, cases: str) -> list[str]:
    """What is said about a folder in which that case file stands."""
    shutil.copytree(RULES, tmp_path / "rules")
    (tmp_path / "rules" / file).write_text(cases, encoding="utf-8")
    return [problem.message_es for problem in run_cases(load_library(tmp_path / "rules"))]


@pytest.mark.parametrize(
    ("file", "case", "said"),
    [
        (SHORT, "answers: {default: 'no'}, expect: {scores: {common: {value: 1}}}", "salió 0"),
        (SHORT, "answers: {default: 'no'}, expect: {scores: {comon: {value: 1}}}", "«comon»"),
        (SHORT, "answers: {s9: 'no'}, expect: {}", "«s9»"),
        (SHORT, "answers: {default: maybe}, expect: {}", "«maybe»"),
        (SHORT, "answers: {default: 'no'}, expect: {risks: [suicide]}", "risks"),
        (SHORT, "answers: {s1: 'no'}, expect: {status: completed}", "status"),
        (SHORT, "answers: {s1: 'no'}, corrections: {s2: 'no'}, expect: {}", "corregir «s2»"),
        (STOP, "replies: ['quizás'], expect: {}", "no se entendió la respuesta 1"),
        (STOP, "replies: [{choice: stop}, {choice: stop}], expect: {}", "no había ninguna pregunta"),
        (STOP, "replies: [], expect: {said: [choose, go_on]}", "«go_on»"),
        (STOP, "replies: [{choice: stop}], expect: {events: [TaskAdvised]}", "no ocurrió TaskAdvised"),
        (STOP, "replies: [{choice: rest}], expect: {status: stopped}", "salió paused"),
        (STOP, "replies: [{choice: rest}], expect: {facts: {age: 3}}", "age = 3 y salió null"),
        ("triage.cases.yml", "facts: {short.s3: 1}, expect: {rules: []}", "TR-001"),
        ("triage.cases.yml", "facts: {short.s3: 1}, expect: {rules: [TR-001], level: none}", "level"),
        ("triage.cases.yml", "facts: {short.s3: 1}, expect: {rules: [TR-001], referral: csmc}", "referral"),
        ("triage.cases.yml", "facts: {short.s3: 1}, expect: {rules: [TR-001], opens: violence}", "opens"),
    ],
)  # fmt: skip
def test_a_case_that_does_not_come_out_says_what_was_expected(tmp_path: Path, file: str, case: str, said: str) -> None:
    """And what came instead."""
    kind = file.split("/")[0] if "/" in file else "triage"
    (message,) = failures(tmp_path, file, f"{kind}:\n  - {{name: prueba, {case}}}\n")
    assert "prueba" in message
    assert said in message


def test_a_case_can_do_all_that_a_person_can(tmp_path: Path) -> None:
    """Write, tap, wish, speak of danger, change the language, open another flow."""
    cases = """flows:
  - name: todo
    replies: [{text: "sí pues", intent: affirm}, {command: explain}, "34", {risk: suicide}, {choice: "yes"},
      {language: qu}, {open: menu}, {choice: skip}, {command: repeat}]
    expect:
      facts: {age: 34, risk.suicide: crisis}
      said: [consent, age, help, alone, p1, pick, p1]
      events: [RiskIdentified, LanguageChosen]
      status: in-progress
"""
    assert failures(tmp_path, "flows/visit.cases.yml", cases) == []


def test_all_small_cases_come_out(library: Library) -> None:
    """As written beside the small rules."""
    assert run_cases(library) == []


def test_a_definition_is_played_with_words_numbers_and_wishes(engine: Engine) -> None:
    """A generator that is sent what the person writes, until nothing is asked."""
    played = play(engine, "short", "es", lambda: NOW)
    turn = next(played)
    assert shown(turn.say[-1]).splitlines() == ["(1/4) ¿Duerme mal?", "   1. Sí", "   2. No", "   3. No entiendo"]
    assert played.send("/explain").say[0].context == "short.s1.explain"
    assert not played.send("/fly").understood
    assert played.send("2").say[-1].context == "short.s2"
    for text in ("no", "no"):
        played.send(text)
    last = played.send("no")
    assert last.session.status == "completed"
    with pytest.raises(StopIteration):
        next(played)


def test_what_is_played_shows_its_fields_and_the_names_of_responses(engine: Engine) -> None:
    """Words of the domain are not known here."""
    turn = next(play(engine, "visit", "es", lambda: NOW))
    assert shown(turn.say[0]) == "Hola. Si hay peligro, llame a Línea 113, opción 5."
    assert shown(engine.command(turn.session, "skip", NOW).say[0]) == "[utter_cannot_skip]"


def test_what_does_not_exist_cannot_be_played(engine: Engine) -> None:
    """A typed error, which the command line words."""
    with pytest.raises(DefinitionUnavailable):
        next(play(engine, "nowhere", "es", lambda: NOW))


def test_the_command_line_checks(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Exit code 0 when all is well, 1 when there is a mistake."""
    assert main(["check", str(RULES)]) == 0
    assert capsys.readouterr().out.endswith("0 errores, 0 avisos.\n")
    assert main(["check", str(tmp_path / "nowhere")]) == 1
    assert "folder_missing" in capsys.readouterr().out


def test_the_command_line_plays(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the person has nothing more to say; an unknown name lists those that exist."""
    lines: Iterator[str] = iter(["xyz", "2"])

    def typed(prompt: str) -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr(builtins, "input", typed)
    assert main(["play", "short", "--folder", str(RULES)]) == 0
    output = capsys.readouterr().out
    assert "¿Duerme mal?" in output
    assert "[no se entendió]" in output
    assert "¿Se siente triste?" in output
    assert main(["play", "nowhere", "--folder", str(RULES)]) == 2
    assert "visit" in capsys.readouterr().err
