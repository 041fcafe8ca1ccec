"""Who is at work and who is on call, by the programme's file: over midnight, on certain days, and not when away."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from followup.duty import Duty, read_duty
from followup.errors import RulesError
from followup.ruleset import RULES_FOLDER, load_yaml
from followup.team_rules import read_team_rules, team_rules

LIMA = ZoneInfo("America/Lima")
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]


def roster(*on_call: dict[str, Any], **changes: Any) -> Duty:
    """A roster with these turns on call; Ana works in the mornings, Luz in the afternoons."""
    shifts = [
        {"days": WORKDAYS, "from": "08:00", "to": "14:00", "who": ["Ana"]},
        {"days": WORKDAYS, "from": "13:00", "to": "20:00", "who": ["luz"]},
        {"days": ["sat"], "from": "09:00", "to": "14:00"},
    ]
    return read_duty("hours.yml", {"shifts": shifts, "out_of_hours": {"on_call": list(on_call)}} | changes)


def lima(text: str) -> datetime:
    """A moment by the clock of Lima."""
    return datetime.fromisoformat(text).replace(tzinfo=LIMA)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23T09:00", {"ana"}),
        ("2026-11-23T13:30", {"ana", "luz"}),
        ("2026-11-23T19:59", {"luz"}),
        ("2026-11-28T10:00", None),
    ],
    ids=["morning", "both", "evening", "a shift of everybody"],
)
def test_a_shift_has_those_whom_it_names(moment: str, expected: set[str] | None) -> None:
    """User names in any case; a shift that names nobody is the whole team's."""
    assert roster().on_shift(lima(moment)) == expected


@pytest.mark.parametrize(
    ("moment", "called"),
    [
        ("2026-11-23T19:59", set()),
        ("2026-11-23T20:00", {"ana"}),
        ("2026-11-24T03:00", {"ana"}),
        ("2026-11-24T08:00", set()),
        ("2026-11-25T03:00", set()),
    ],
    ids=["before", "at night", "after midnight", "in the morning", "another night"],
)
def test_a_turn_on_call_lasts_until_the_next_morning(moment: str, called: set[str]) -> None:
    """Its day is the one on which it begins: this is Monday's."""
    duty = roster({"who": ["ana"], "days": ["mon"], "from": "20:00", "to": "08:00"})
    assert duty.called(lima(moment)) == called


def test_a_whole_day_may_be_on_call() -> None:
    """Sunday from midnight to midnight."""
    duty = roster({"who": ["ana"], "days": ["sun"], "from": "00:00", "to": "00:00"})
    assert duty.called(lima("2026-11-29T12:00")) == {"ana"}
    assert duty.called(lima("2026-11-30T00:00")) == set()


def test_an_open_holiday_has_its_own_people() -> None:
    """The turn of 8 December."""
    day = {"date": lima("2026-12-08T00:00").date(), "from": "09:00", "to": "14:00", "who": ["luz"]}
    assert roster(open=[day], shifts=[]).on_shift(lima("2026-12-08T10:00")) == {"luz"}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"out_of_hours": {"on_call": "ana@programa.pe"}}, "out_of_hours.on_call"),
        ({"out_of_hours": {"on_call": [{"days": ["mon"], "from": "20:00", "to": "08:00"}]}}, "out_of_hours.on_call.1"),
        ({"shifts": [{"days": ["lun"], "from": "08:00", "to": "20:00"}]}, "shifts.1"),
        ({"shifts": [{"days": ["mon"], "from": "ocho", "to": "20:00"}]}, "shifts.1.from"),
    ],
)
def test_a_mistake_in_the_roster_is_told_with_its_place(changes: dict[str, Any], place: str) -> None:
    """Nobody is left out silently."""
    with pytest.raises(RulesError) as told:
        roster(**changes)
    assert told.value.place == place


@pytest.mark.parametrize(
    ("team", "place"),
    [
        ({"warn_before_due": {"stat": "pronto"}}, "team.warn_before_due.stat"),
        ({"pass_on": {"asap": "un rato"}}, "team.pass_on.asap"),
        ({"tell": {"overdue": ["everybody"]}}, "team.tell.overdue"),
        ({"wakes": ["mucho"]}, "team.wakes"),
        ({"words": {"passed": {"one": "Un caso."}}}, "team.words.passed"),
    ],
)
def test_a_mistake_in_the_rules_of_the_team_is_told_with_its_place(team: dict[str, Any], place: str) -> None:
    """In the file that the programme edits."""
    with pytest.raises(RulesError) as told:
        read_team_rules("callback_rules.yml", {"team": team})
    assert told.value.place == place


def test_the_shipped_rules_of_the_team_have_words_for_all_they_tell() -> None:
    """No notice is empty, and none says more than how many cases there are."""
    rules = team_rules(RULES_FOLDER)
    for kind, whom in rules.tell.items():
        assert whom
        assert rules.words[kind].one
        assert set(rules.words[kind].many.split("{")[1:][0].split("}")[0].split()) == {"cases"}
    assert read_duty("working_hours.yml", load_yaml(RULES_FOLDER / "working_hours.yml")).on_call == ()


def test_without_a_part_about_the_team_nobody_is_told_and_nothing_passes() -> None:
    """An older file goes on working."""
    rules = read_team_rules("callback_rules.yml", {})
    assert not any(rules.tell.values())
    assert not any(rules.pass_on.values())
    assert not any(rules.warn.values())
