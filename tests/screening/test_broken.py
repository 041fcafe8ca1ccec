"""Every mistake that a person can make in the rules is found, and only that one: one file per mistake in `broken/`.

A file holds what is added to the small rules (`# file:` names the place), or stands alone (`# alone`). Its name is the
code that it must produce.
"""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from screening.checks import check_folder
from screening.errors import DefinitionError
from screening.reader import read_folder

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "broken").glob("*.yml"))
TODAY = date(2026, 11, 23)
PART = re.compile(r"^---\n# file: (\S+)\n", re.MULTILINE)
# What the file lacks beside the mistake that it is about.
WITHOUT_CASES = "cases_missing"


def lay_out(broken: Path, folder: Path) -> None:
    """Write the broken rules into a folder."""
    text = broken.read_text(encoding="utf-8")
    head, *parts = PART.split(text)
    if "# alone" in head:
        folder.mkdir()
    else:
        shutil.copytree(HERE / "rules", folder)
    for place, body in zip(parts[::2], parts[1::2], strict=True):
        path = (folder / place).resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")


def problems_of(broken: Path, folder: Path) -> list[DefinitionError]:
    """What is found, without the cases that broken files do not have."""
    lay_out(broken, folder)
    found = check_folder(folder, TODAY, folder.parent / "locale")
    return [one for one in found if one.code != WITHOUT_CASES or broken.stem == WITHOUT_CASES]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda path: path.stem)
def test_a_broken_definition_gives_its_own_code_and_no_other(broken: Path, tmp_path: Path) -> None:
    """The file's name is the one code that is reported."""
    problems = problems_of(broken, tmp_path / "rules")
    assert {problem.code for problem in problems} == {broken.stem}, [str(problem) for problem in problems]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda path: path.stem)
def test_every_message_names_the_file_and_says_something_in_spanish(broken: Path, tmp_path: Path) -> None:
    """A person who is no programmer knows where to look."""
    for problem in problems_of(broken, tmp_path / "rules"):
        assert (tmp_path / "rules" / problem.file).exists()
        assert problem.message_es.endswith((".", "?")) or problem.hint.endswith((".", "?")), str(problem)


def test_there_are_no_fewer_broken_files_than_codes() -> None:
    """Whoever adds a check adds its broken file; version_line is complained of when something is published."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (HERE.parent.parent / "screening").rglob("*.py"))
    codes = set(re.findall(r"(?:DefinitionError|complain|ConditionError|_problem)\(\s*\"([a-z_]+)\"", sources))
    codes |= set(re.findall(r"code(?:, what)? = .*?\"([a-z]+_unknown)\"", sources))
    assert codes - {broken.stem for broken in BROKEN} == {"folder_missing", "version_line"}


def test_the_small_rules_themselves_are_clean() -> None:
    """Otherwise the broken files would prove nothing."""
    assert check_folder(HERE / "rules", TODAY) == []


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    """A typing mistake in the folder's name is not an empty set of rules."""
    _, problems = read_folder(tmp_path / "nowhere")
    assert [problem.code for problem in problems] == ["folder_missing"]


def test_a_misspelt_fact_gets_a_suggestion(tmp_path: Path) -> None:
    """A near miss is answered with what was meant."""
    (problem,) = problems_of(HERE / "broken" / "fact_unknown.yml", tmp_path / "rules")
    assert problem.hint == "¿Quiso decir «age»?"


def test_all_mistakes_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    """Nobody has to check six times to find six mistakes."""
    text = (HERE / "broken" / "key_unknown.yml").read_text(encoding="utf-8").replace("type: choice", "type: choise")
    many = tmp_path / "many.yml"
    many.write_text(text.replace('explain: "', 'explian: "'), encoding="utf-8")
    codes = [problem.code for problem in problems_of(many, tmp_path / "rules")]
    assert sorted(set(codes)) == ["explain_missing", "key_unknown", "value_unknown"]


def test_a_mistake_is_found_on_its_own_line(tmp_path: Path) -> None:
    """The line is the one a person has to change."""
    (problem,) = problems_of(HERE / "broken" / "fact_value_unknown.yml", tmp_path / "rules")
    lines = (tmp_path / "rules" / problem.file).read_text(encoding="utf-8").splitlines()
    assert "later" in lines[problem.line - 1]
