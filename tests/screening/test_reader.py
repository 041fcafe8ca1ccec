"""Reading files: versions side by side, YAML as staff write it, lines for every mistake."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.calendar import AlwaysOpen, due_at
from screening.due import is_due, parse_due
from screening.engine import Engine
from screening.errors import DefinitionError, DefinitionErrors
from screening.fold import fold
from screening.places import Gazetteer, label_of
from screening.read.positions import Mapping, parse
from screening.reader import load_library, read_folder
from screening.triage import holding, outcome
from tests.screening.conftest import RULES
from tests.screening.talk import NOW, Talk


def test_yes_and_no_are_words_and_hours_are_text() -> None:
    """Of YAML's guesses only true, false, null, numbers and dates are kept."""
    problems: list[DefinitionError] = []
    made = parse(
        "yes: no\non: off\nhour: 07:00\nnumber: 12\ntruth: true\nday: 2026-11-22\nnone: ~\nfloat: 1.5",
        "x.yml",
        problems,
    )
    assert problems == []
    assert dict(made) == {
        "yes": "no", "on": "off", "hour": "07:00", "number": 12, "truth": True,
        "day": datetime(2026, 11, 22).date(), "none": None, "float": 1.5,  # noqa: DTZ001 - a date has no zone
    }  # fmt: skip
    assert isinstance(made, Mapping)
    assert made.lines["hour"] == 3


@pytest.mark.parametrize("text", ["a: [", "a: 'b", "\t- x", "a: &x [*x]", "a: b: c", "- a\nb: c"])
def test_what_is_no_yaml_is_said_to_be_none(text: str) -> None:
    """With the line, if the parser knows it."""
    problems: list[DefinitionError] = []
    parse(text, "x.yml", problems)
    assert [problem.code for problem in problems] == ["yaml_syntax"]


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    """A value, or problems that each name the file."""
    problems: list[DefinitionError] = []
    parse(text, "x.yml", problems)
    assert all(problem.file == "x.yml" for problem in problems)


def test_mistakes_forbid_the_use_of_the_rules_all_at_once(tmp_path: Path) -> None:
    """One error that holds them all, sorted by file and line."""
    shutil.copytree(RULES, tmp_path / "rules")
    for name in ("call", "stop"):
        path = tmp_path / "rules" / "flows" / f"{name}.yml"
        path.write_text(path.read_text(encoding="utf-8").replace("proposal: true", "proposl: true"), encoding="utf-8")
    with pytest.raises(DefinitionErrors) as errors:
        load_library(tmp_path / "rules")
    assert [(problem.file, problem.code) for problem in errors.value.problems] == [
        ("flows/call.yml", "source_missing"), ("flows/call.yml", "key_unknown"),
        ("flows/stop.yml", "source_missing"), ("flows/stop.yml", "key_unknown"),
    ]  # fmt: skip
    assert "flows/call.yml:6: key_unknown" in str(errors.value)


def test_a_file_that_is_not_utf8_is_a_mistake(tmp_path: Path) -> None:
    """It says what to do."""
    (tmp_path / "triage.yml").write_bytes("title: año".encode("latin-1"))
    _, problems = read_folder(tmp_path)
    assert "yaml_syntax" in [problem.code for problem in problems]


def test_two_versions_stand_side_by_side_and_nobody_changes_horses(tmp_path: Path) -> None:
    """A conversation ends on the version it began with; a new one begins with the newest."""
    shutil.copytree(RULES, tmp_path / "rules")
    julio = Talk(Engine(load_library(tmp_path / "rules"), AlwaysOpen()))
    julio.open("instrument:short")
    new = tmp_path / "rules" / "instruments" / "short.yml"
    text = new.read_text(encoding="utf-8")
    new.rename(new.with_name("short@2026010101.yml"))
    new.write_text(
        text.replace("2026010101", "2026020101").replace("¿Se siente triste?", "¿Está triste?"), encoding="utf-8"
    )
    library = load_library(tmp_path / "rules")
    julio.engine = Engine(library, AlwaysOpen())
    julio.say("no")
    assert julio.open_question.text == "¿Se siente triste?"
    ana = Talk(julio.engine)
    ana.open("instrument:short")
    ana.say("no")
    assert ana.open_question.text == "¿Está triste?"
    assert sorted(library.instruments["short"]) == ["2026010101", "2026020101"]


def test_the_newest_active_version_is_in_use(tmp_path: Path) -> None:
    """A draft of the next version is not."""
    shutil.copytree(RULES, tmp_path / "rules")
    old = tmp_path / "rules" / "instruments" / "long.yml"
    draft = (
        old.read_text(encoding="utf-8").replace("2026010101", "2027010101").replace("status: active", "status: draft")
    )
    old.with_name("long@2027010101.yml").write_text(draft, encoding="utf-8")
    used = load_library(tmp_path / "rules").instrument("long")
    assert used
    assert used.version == "2026010101"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("15 min", timedelta(minutes=15)),
        ("24 h", timedelta(days=1)),
        ("3 d", timedelta(days=3)),
        ("8 wh", timedelta(hours=8)),
    ],
)
def test_due_strings(text: str, span: timedelta) -> None:
    """Clock time, or working hours by the host's calendar (this one never closes)."""
    assert due_at(text, NOW, AlwaysOpen()) == NOW + span
    assert AlwaysOpen().is_open(NOW)


@pytest.mark.parametrize("text", ["", "8", "h 8", "8 hours", "-3 d", "1.5 h", "99999 d"])
def test_what_is_no_due_string(text: str) -> None:
    """Refused when the rules are read."""
    assert not is_due(text)
    with pytest.raises(ValueError, match="due"):
        parse_due(text)


def test_working_hours_are_the_calendars_business() -> None:
    """The engine asks; the host knows nights and holidays."""

    class Tomorrow:
        def working(self, now: datetime, hours: float) -> datetime:
            return now + timedelta(days=1, hours=hours)

        def is_open(self, now: datetime) -> bool:
            return False

    assert due_at("8 wh", NOW, Tomorrow()) == NOW + timedelta(days=1, hours=8)
    assert due_at("8 h", NOW, Tomorrow()) == NOW + timedelta(hours=8)


def test_text_is_folded_for_comparison() -> None:
    """Letters only, small, without accents."""
    assert fold("  ¡SÍ, Señorita!  ") == "si senorita"
    assert fold("Siiiii") == "si"
    assert fold("hayk'aqpas p’unchay") == "haykaqpas punchay"
    assert fold("👍🏽") == "👍"
    assert len(fold("x" * 10_000 + "y")) <= 1


def test_triage_of_several_rules_the_strongest_counts() -> None:
    """By level, then by priority; every rule is named."""
    triage = load_library(RULES).triage
    result = outcome(
        holding(triage, {"short.s3": 1, "short.common.positive": True, "probe.p2": 1, "risk.violence": "crisis"})
    )
    assert [rule.id for rule in result.rules] == ["TR-001", "TR-004", "TR-006", "TR-007"]
    assert result.level == "imminent"
    assert [(rule.id, len(rules)) for rule, rules in result.tasks] == [("TR-006", 3), ("TR-007", 1)]
    assert result.opens == ("danger", "violence")
    assert outcome([]).level == "none"


def test_a_long_district_fits_its_button() -> None:
    """The province tells equal names apart."""
    library = load_library(RULES)
    labels = [label_of(place) for place in library.places]
    assert all(len(label) <= 24 for label in labels)
    assert "Santa Rosa, Melgar" in labels
    assert Gazetteer(library.places).find("") == []
