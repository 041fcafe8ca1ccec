"""The rules of callbacks are read whole or refused with the place of the mistake."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from followup.errors import RulesError
from followup.rules_reader import read_rules
from followup.ruleset import RULES_FOLDER, callback_rules, load_yaml

SHIPPED = load_yaml(RULES_FOLDER / "callback_rules.yml")


def changed(*path: Any, value: Any) -> dict[str, Any]:
    """The shipped rules with one place changed."""
    data: Any = copy.deepcopy(SHIPPED)
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return data


def test_the_shipped_rules_can_be_read() -> None:
    """The programme's own file; every code has a label for the screen."""
    rules = callback_rules()
    assert all(result.label for result in rules.contact_results.values())
    assert all(disposition.label for disposition in rules.dispositions.values())


def test_each_ladder_ends_and_each_step_before_has_its_next_try() -> None:
    """Nobody falls out between two attempts."""
    rules = callback_rules()
    for ladder in rules.ladders.values():
        assert [rung.next is None for rung in ladder] == [False] * (len(ladder) - 1) + [True]


def test_attempts_beyond_the_ladder_count_as_its_last_step() -> None:
    """A task whose priority was raised late may be beyond the end of its new ladder."""
    rules = callback_rules()
    assert rules.rung("routine", 99) == rules.ladders["routine"][-1]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (changed("lease", value="soon"), "lease"),
        (changed("ladders", "stat", value={}), "ladders.stat"),
        (changed("ladders", "stat", "max_attempts", value=7), "ladders.stat"),
        (changed("ladders", "stat", "steps", 0, "shift", value="other_week"), "ladders.stat.1"),
        (changed("ladders", "stat", "steps", 0, "next", value=None), "ladders.stat"),
        (changed("contact_results", 0, "next", value="tomorrow"), "contact_results.reached"),
        (changed("contact_results", 1, "code", value="reached"), "contact_results"),
        (changed("dispositions", 0, "status", value="on-hold"), "dispositions.pfa_given"),
        (changed("dispositions", 0, "when", value="often"), "dispositions.pfa_given"),
        (changed("closing", "crisis", "needs", value="anybody"), "closing.crisis.needs"),
        (changed("safe_contact", 4, "when", value="phq9.total > 3"), "safe_contact.violence_no_message"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_is_told_with_its_place(data: dict[str, Any], place: str) -> None:
    """Staff edit this file; a wrong rule must not be guessed at."""
    with pytest.raises(RulesError) as told:
        read_rules("callback_rules.yml", data)
    assert told.value.place == place


def test_a_file_that_is_no_yaml_or_not_there_is_an_error(tmp_path: Path) -> None:
    """With the name of the file."""
    with pytest.raises(RulesError, match="no se puede leer"):
        callback_rules(tmp_path)
    (tmp_path / "callback_rules.yml").write_text("a: [", encoding="utf-8")
    with pytest.raises(RulesError, match="YAML"):
        callback_rules(tmp_path)


def test_an_edited_file_is_read_again(tmp_path: Path) -> None:
    """No restart to change a rule."""
    import os

    import yaml

    path = tmp_path / "callback_rules.yml"
    path.write_text(yaml.safe_dump(SHIPPED), encoding="utf-8")
    before = callback_rules(tmp_path).lease
    path.write_text(yaml.safe_dump(changed("lease", value="5 min")), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert callback_rules(tmp_path).lease != before
