"""Conditions over facts: what they mean, and what they refuse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.conditions import ConditionError, compile_condition

FACTS = {
    "age": 15,
    "phq9.phq9_9": 2,
    "phq9.phq9_1": "skipped",
    "consent.screening": "yes",
    "srq.common.positive": True,
    "phone": True,
}


def holds(source: str) -> bool:
    """Whether the condition holds for the facts above."""
    return compile_condition(source)(FACTS)


@pytest.mark.parametrize(
    "source",
    [
        "age < 18",
        "phq9.phq9_9 >= 1 or age > 90",
        "consent.screening == 'yes' and not age >= 18",
        "age in (14, 15, 16)",
        "age not in [1, 2]",
        "5 <= age < 18",
        "district == None",
        "phq9.phq9_1 in ('skipped', 'unsure')",
        "srq.common.positive == True",
        "-1 < age",
        "phone",
    ],
)
def test_a_condition_that_holds(source: str) -> None:
    """Names with dots, constants, comparisons, membership, and, or, not."""
    assert holds(source)


@pytest.mark.parametrize(
    "source",
    [
        "district > 3",
        "district < 3",
        "not_there",
        "phq9.phq9_1 >= 1",
        "age > 'text'",
        "district in (1, 2)",
        "age != 15",
    ],
)
def test_a_missing_or_unlike_fact_never_counts_as_more_or_less(source: str) -> None:
    """An ordering comparison with nothing, or of a number with a word, is false; it is no error."""
    assert not holds(source)


@pytest.mark.parametrize("source", ["age <", "", "age = 3", "a b", "(" * 300 + ")" * 300, "age == 3\nother"])
def test_what_is_no_condition_is_refused_as_such(source: str) -> None:
    """The author gets a code and a sentence."""
    with pytest.raises(ConditionError) as error:
        compile_condition(source)
    assert error.value.code == "condition_syntax"


@pytest.mark.parametrize(
    "source",
    [
        "len(age) > 1",
        "age + 1 > 2",
        "__import__('os')",
        "[x for x in age]",
        "age.__class__()",
        "age is None",
        "lambda: 1",
        "f'{age}'",
        "age if phone else 3",
        "{1: 2}",
        "b'x' == age",
        "phq9['phq9_9']",
    ],
)
def test_nothing_but_plain_comparisons_can_be_written(source: str) -> None:
    """Conditions are data: no calls, no arithmetic, no way into Python."""
    with pytest.raises(ConditionError) as error:
        compile_condition(source)
    assert error.value.code == "condition_not_allowed"


def test_the_facts_of_a_condition_are_known() -> None:
    """The checks ask which facts a condition speaks of."""
    condition = compile_condition("phq9.total.positive == True and (age < 18 or not phone)")
    assert condition.facts == {"phq9.total.positive", "age", "phone"}
    assert condition.negated == {"phone"}


def test_a_condition_too_deep_to_read_is_refused() -> None:
    """A rule with a hundred nested parts is a mistake, not a crash."""
    with pytest.raises(ConditionError):
        compile_condition("not " * 100 + "age")


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_reading_of_conditions(source: str) -> None:
    """Either a condition or a ConditionError, whatever is written."""
    try:
        compile_condition(source)(FACTS)
    except ConditionError as error:
        assert error.message_es  # noqa: PT017 - most texts are no conditions
