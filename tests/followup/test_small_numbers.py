"""No hidden number can be worked out from what is shown, whatever the numbers are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from followup.reports.small_numbers import protected, protected_part_of, shown

LIMIT = 10
TABLES = st.lists(st.integers(0, 60), min_size=1, max_size=8)


def test_ordinary_numbers_are_shown_as_they_are() -> None:
    """Zeros too, while nothing has to be hidden."""
    assert protected([12, 0, 30], LIMIT) == [12, 0, 30]
    assert protected([3, 2], 0) == [3, 2]


def test_one_small_number_takes_a_second_one_with_it() -> None:
    """Otherwise the total minus the rest would be it."""
    assert protected([3, 40, 12, 90], LIMIT) == [None, 40, None, 90]


def test_two_small_numbers_that_add_up_to_little_take_a_third_one_with_them() -> None:
    """1 and 1 missing from a total are known to be 1 and 1."""
    assert protected([1, 1, 20, 50], LIMIT) == [None, None, None, 50]


def test_a_zero_beside_a_hidden_number_is_hidden_as_well() -> None:
    """So that a hidden number may also be nobody."""
    assert protected([4, 0, 20, 30], LIMIT) == [None, None, None, 30]


def test_what_is_left_of_a_shown_whole_is_a_number_of_people_too() -> None:
    """19 of 20 positive says that one was not."""
    assert protected_part_of([19, 30, 40], [20, 60, 80], LIMIT) == [None, None, 40]


def test_a_total_below_the_limit_is_hidden() -> None:
    """And none at all is shown."""
    assert [shown(number, LIMIT) for number in (0, 1, 9, 10)] == [0, None, None, 10]


@given(TABLES)
def test_every_small_number_is_hidden_and_no_hidden_one_is_determined(numbers: list[int]) -> None:
    """Whoever knows the total and the shown numbers finds at least LIMIT + 1 values possible for each hidden one."""
    total = sum(numbers)
    found = protected(numbers, LIMIT)
    assert all(value is None or value == 0 or value >= LIMIT for value in found)
    hidden = found.count(None)
    if not hidden or shown(total, LIMIT) is None:
        return
    rest = total - sum(value for value in found if value is not None)
    assert hidden >= 2
    assert rest >= LIMIT, "each hidden number may be anything from 0 to the rest"


@given(TABLES, st.data())
def test_parts_of_shown_wholes_hide_their_complements(wholes: list[int], data: st.DataObject) -> None:
    """Neither a small part nor a small rest of a whole that is shown can be read off."""
    parts = [data.draw(st.integers(0, whole)) for whole in wholes]
    shown_wholes = protected(wholes, LIMIT)
    for part, whole in zip(protected_part_of(parts, wholes, LIMIT), shown_wholes, strict=True):
        if part is not None and whole is not None:
            assert not 0 < whole - part < LIMIT
