"""Changing a value of a file in place: what was asked for is there, and everything else is as it was written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.editor.form import DAY, FLAG, NUMBER, fields_of
from console.editor.scalars import NotReplaceable, replace_scalars, typed, value_at
from screening.read.positions import parse

RULES = Path(__file__).parents[3] / "screening_rules"
FILES = ["instruments/phq9.yml", "flows/menu.yml", "services.yml", "programme.yml", "working_hours.yml"]
SMALL = """\
# arriba
name: demo   # el nombre
number: 7
on: false
empty:
items:
  - {text: "¿Duerme mal?", value: 1}   # en una línea
  - text: >-
      Dos líneas
      dobladas.
    # después del bloque
    value: 2
last: fin
"""


def test_a_change_leaves_comments_order_and_layout_as_they_were() -> None:
    """Only the value itself is another one."""
    made = replace_scalars(SMALL, {"items/0/text": "¿Descansa bien?", "number": 8, "on": True})
    assert made == SMALL.replace('"¿Duerme mal?"', '"¿Descansa bien?"').replace("7\n", "8\n").replace("false", "true")


def test_a_folded_text_stays_a_folded_text() -> None:
    """With its indentation, and with the comment that stands after it."""
    made = replace_scalars(SMALL, {"items/1/text": "Ahora una sola."})
    assert "text: >-\n      Ahora una sola.\n    # después del bloque\n    value: 2" in made


def test_a_value_can_be_emptied_and_an_empty_one_filled() -> None:
    """None empties the key."""
    made = replace_scalars(SMALL, {"last": None, "empty": "algo"})
    assert parse(made, "", [])["last"] is None
    assert parse(made, "", [])["empty"] == "algo"


def test_words_that_look_like_yaml_stay_words() -> None:
    """Quotes, braces, colons and what YAML would guess."""
    for words in ('dijo "sí": {no}', "true", "07", "- # no es una lista", "a: b", "\\n"):
        made = replace_scalars(SMALL, {"name": words})
        assert parse(made, "", [])["name"] == words


def test_what_stands_nowhere_or_is_no_single_value_is_refused() -> None:
    """A wrong pointer never writes anything."""
    for pointer in ("items", "items/7/text", "no_such", "items/x"):
        with pytest.raises(NotReplaceable):
            replace_scalars(SMALL, {pointer: "x"})


@pytest.mark.parametrize("file", FILES)
def test_every_field_of_the_real_files_can_be_changed(file: str) -> None:
    """Written back as it is, each file says the same; written anew, it says exactly the new value."""
    text = (RULES / file).read_text(encoding="utf-8")
    before = parse(text, file, [])
    fields = fields_of(file, text)
    kinds = (FLAG, NUMBER, DAY)
    same = {pointer: typed(one.value, one.kind if one.kind in kinds else "") for pointer, one in fields.items()}
    raw = parse(replace_scalars(text, same), file, [])
    for pointer in fields:
        found, was = value_at(raw, pointer), value_at(before, pointer)
        assert type(found) is type(was), pointer
        assert str(found).split() == str(was).split(), pointer


@settings(max_examples=60, deadline=None)
@given(words=st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60))
def test_any_words_come_back_as_they_were_typed(words: str) -> None:
    """Whatever somebody types: it is read back the same, or refused; never something else."""
    value = " ".join(words.split())
    if not value:
        return
    for pointer in ("name", "items/0/text", "items/1/text"):
        try:
            made = replace_scalars(SMALL, {pointer: value})
        except NotReplaceable:
            continue
        assert " ".join(str(value_at(parse(made, "", []), pointer)).split()) == value
        assert value_at(parse(made, "", []), "last") == "fin"


def test_what_a_field_says_becomes_a_value_of_its_kind() -> None:
    """A comma is a decimal point; what is no number stays text, so that the check can say so."""
    assert typed("2,5", "number") == 2.5
    assert typed("12", "number") == 12
    assert typed("doce", "number") == "doce"
    assert typed("  ", "number") is None
    assert typed("true", "flag") is True
    assert typed("2026-11-22", "day") == date(2026, 11, 22)
    assert typed("mañana", "day") == "mañana"
