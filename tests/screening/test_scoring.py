"""Scores: sums of what was answered, never of what might have been.

SC-001 a score is the sum of the values of its answered items.
SC-002 it is positive as soon as the cut-off is reached, even when items are missing.
SC-003 it is negative only when every item that is asked has an answer.
SC-004 a withheld answer counts as missing, unless the score says what it counts as.
SC-005 an incomplete score has no band.
SC-006 an item that is switched off counts neither for nor against.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.definitions import Library, Questionnaire
from screening.response import enabled_items, next_item, previous_item, progress, values
from screening.scoring import Result, compute


@pytest.fixture
def short(library: Library) -> Questionnaire:
    """Three items with a cut-off at 2, then one on alcohol and one that depends on it."""
    found = library.instrument("short")
    assert found
    return found


def scored(instrument: Questionnaire, name: str, answers: dict[str, str]) -> Result:
    """The score of that name."""
    return compute(instrument, next(score for score in instrument.scores if score.name == name), answers)


def test_a_complete_score_below_the_cutoff_is_negative(short: Questionnaire) -> None:
    """SC-001, SC-003."""
    result = scored(short, "common", {"s1": "no", "s2": "yes", "s3": "no"})
    assert (result.value, result.positive, result.complete, result.band) == (1, False, True, "low")


def test_a_score_at_the_cutoff_is_positive(short: Questionnaire) -> None:
    """SC-002."""
    assert scored(short, "common", {"s1": "yes", "s2": "yes", "s3": "no"}).positive is True


def test_a_score_is_positive_before_the_last_item_once_the_cutoff_is_reached(short: Questionnaire) -> None:
    """SC-002, SC-005: somebody who stops there still counts."""
    result = scored(short, "common", {"s1": "yes", "s2": "yes"})
    assert (result.positive, result.complete, result.band, result.answered, result.expected) == (
        True,
        False,
        None,
        2,
        3,
    )


def test_a_low_score_with_a_missing_answer_is_undetermined(short: Questionnaire) -> None:
    """SC-003: nobody is called negative on half the questions."""
    assert scored(short, "common", {"s1": "no", "s2": "no"}).positive is None
    assert scored(short, "common", {"s1": "no", "s2": "no", "s3": "skipped"}).positive is None


def test_a_withheld_answer_counts_as_the_score_says(library: Library) -> None:
    """SC-004: in the crisis questions, not to answer counts as yes."""
    probe = library.instrument("probe")
    assert probe
    for withheld in ("skipped", "unsure"):
        result = scored(probe, "screen", {"p1": withheld})
        assert (result.value, result.positive, result.complete) == (1, True, True)


def test_an_item_that_is_not_asked_is_not_expected(short: Questionnaire) -> None:
    """SC-006: who does not drink is not asked about stopping."""
    result = scored(short, "alcohol", {"s4": "no"})
    assert (result.value, result.answered, result.expected, result.positive) == (0, 1, 1, False)


def test_an_answer_that_a_correction_switched_off_is_kept_but_does_not_count(short: Questionnaire) -> None:
    """SC-006: the answer to s5 stays with the person's answers."""
    answers = {"s4": "no", "s5": "yes"}
    assert scored(short, "alcohol", answers).value == 0
    assert values(short, answers)["s5"] == 1


def test_nothing_answered_is_no_result(short: Questionnaire) -> None:
    """SC-003 at its limit."""
    result = scored(short, "common", {})
    assert (result.value, result.positive, result.complete) == (0, None, False)


def test_a_score_without_a_cutoff_is_neither_positive_nor_negative(library: Library) -> None:
    """Bands only: the highest total possible."""
    long = library.instrument("long")
    assert long
    result = scored(long, "total", {item.link_id: "always" for item in long.items})
    assert (result.value, result.positive, result.band) == (36, None, "high")


@given(data=st.data())
def test_the_score_is_the_sum_of_the_answers_whatever_they_are(library: Library, data: Any) -> None:
    """SC-001 to SC-003, over all combinations of answers."""
    short = library.instrument("short")
    assert short
    codes = st.sampled_from(["yes", "no", "skipped", "unsure"])
    answers = data.draw(st.dictionaries(st.sampled_from(["s1", "s2", "s3"]), codes))
    result = scored(short, "common", answers)
    assert result.value == sum(code == "yes" for code in answers.values())
    assert result.complete == (sum(code in ("yes", "no") for code in answers.values()) == 3)
    assert result.positive is (True if result.value >= 2 else False if result.complete else None)


def test_a_dependent_item_is_asked_only_when_its_condition_holds(short: Questionnaire) -> None:
    """enableWhen over the answers so far."""
    asked = [item.link_id for item in enabled_items(short, {"s4": "yes"})]
    assert asked == ["s1", "s2", "s3", "s4", "s5"]
    assert [item.link_id for item in enabled_items(short, {"s4": "no"})] == ["s1", "s2", "s3", "s4"]


def test_the_next_item_is_the_first_without_an_answer(short: Questionnaire) -> None:
    """In the order of the instrument, whatever was answered first."""
    following = next_item(short, {"s1": "no", "s3": "no"})
    assert following
    assert following.link_id == "s2"
    assert next_item(short, {"s1": "no", "s2": "no", "s3": "no", "s4": "no"}) is None


def test_the_previous_item_is_the_last_answered_before_it(short: Questionnaire) -> None:
    """Going back passes over what was not asked."""
    answers = {"s1": "no", "s2": "skipped"}
    before = previous_item(short, answers, "s3")
    assert before
    assert before.link_id == "s2"
    assert previous_item(short, answers, "s1") is None


def test_progress_counts_only_what_is_asked(short: Questionnaire) -> None:
    """Question 4 of 4, and of 5 once the answer brings one more."""
    assert progress(short, {"s1": "no", "s2": "no", "s3": "no"}, "s4") == (4, 4)
    assert progress(short, {"s1": "no", "s2": "no", "s3": "no", "s4": "yes"}, "s5") == (5, 5)
