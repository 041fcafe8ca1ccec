"""Phone numbers, ages and times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.entities import find_entities


def found(text):
    """(entity, value) pairs of a text."""
    return [(e.entity, e.value) for e in find_entities(text)]


@pytest.mark.parametrize(
    "text",
    ["mi celular es 987 654 321", "987654321", "+51 987 654 321", "celularniyqa 987-654-321", "9 87 65 43 21 llámeme"],
)
def test_peruvian_mobile_is_found_however_it_is_grouped(text):
    """Values are E.164."""
    assert ("phone", "+51987654321") in found(text)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("tengo 34 años", "34"),
        ("tengo treinta y cuatro años", "34"),
        ("34 watayuq kani", "34"),
        ("chunka pusaqniyuq watayuq kani", "18"),
        ("tengo 15", "15"),
    ],
)
def test_age_in_digits_and_words(text, age):
    """In both languages."""
    assert ("age", age) in found(text)


@pytest.mark.parametrize("text", ["desde hace 3 años estoy así", "tomé 20 pastillas", "tengo 3 hijos", "987654321"])
def test_other_numbers_are_no_age(text):
    """A duration, a count or a phone number is not an age."""
    assert not [e for e in found(text) if e[0] == "age"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("después de las 6", "after 18:00"),
        ("a las 10 am", "10:00"),
        ("mañana por favor", "tomorrow"),
        ("en la mañana", "morning"),
        ("paqarin tutamanta", "morning"),
        ("el lunes", "monday"),
        ("18:30", "18:30"),
    ],
)
def test_times_have_plain_values(text, value):
    """Six without a word is six in the afternoon: nobody asks for a call at dawn."""
    assert ("time", value) in found(text)


@given(st.text(max_size=300))
def test_any_text_can_be_searched(text):
    """Positions lie inside the text and do not run backwards."""
    assert all(0 <= e.start < e.end <= len(text) for e in find_entities(text))
