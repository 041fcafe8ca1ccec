"""Elements of a YAML list, moved, doubled, taken out and added: the text says exactly that, and all else stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.editor import blocks
from console.editor.pieces import names_of, part_of
from console.editor.scalars import NotReplaceable
from screening.read.positions import parse

RULES = Path(__file__).parents[3] / "screening_rules"
FILES = ("instruments/safety_questions.yml", "flows/after_aid.yml", "first_aid/respiracion.yml", "flows/menu.yml")
SMALL = """\
# arriba
items:
  # de la a
  - id: a
    text: "uno"   # al lado
    # debajo, de la a

  # de la b
  - id: b
    text: >-
      dos líneas
      # que no es comentario
  - id: c
    words: [x, "y"]
# lo que sigue
scores:
- name: total
  items: [a, b]
- name: parte
  items:
    - a
"""
NEW = {"id": "d", "text": "ú «nuevo»: sí"}
LINES = ("id: d", 'text: "ú «nuevo»: sí"')


def ids(text: str, part: str = "items") -> list[str]:
    """What the list says."""
    return [one.get("id", one.get("name")) for one in parse(text, "", [])[part]]


def test_an_element_moves_with_its_comments_and_back_again() -> None:
    """Those right above it, those indented below it, and the one beside its value."""
    made = blocks.moved(SMALL, "items", 0, 1)
    assert ids(made) == ["b", "a", "c"]
    assert made.index("# de la b") < made.index("# de la a") < made.index("# debajo, de la a") < made.index("id: c")
    assert blocks.moved(made, "items", 1, -1) == SMALL


def test_an_element_is_taken_out_with_what_belongs_to_it_alone() -> None:
    """Comments of its neighbours stay."""
    made = blocks.removed(SMALL, "items", 1)
    assert ids(made) == ["a", "c"]
    assert "# de la b" not in made
    assert "# debajo, de la a" in made
    assert blocks.removed(SMALL, "items", 2) == SMALL.replace('  - id: c\n    words: [x, "y"]\n', "")


def test_a_double_stands_behind_its_model() -> None:
    """Taken out again, the text is as it was."""
    made = blocks.doubled(SMALL, "items", 1)
    assert ids(made) == ["a", "b", "b", "c"]
    assert blocks.removed(made, "items", 2) == SMALL


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_new_element_stands_where_it_was_put(place: int) -> None:
    """At the beginning, between others and at the end, indented as they are."""
    made = blocks.added(SMALL, "items", place, LINES, NEW)
    assert ids(made).index("d") == place
    assert blocks.removed(made, "items", place) == SMALL


def test_a_list_without_indentation_and_one_that_is_empty_take_elements_too() -> None:
    """As YAML may be written."""
    made = blocks.added(SMALL, "scores", 2, ["name: otro"], {"name": "otro"})
    assert ids(made, "scores") == ["total", "parte", "otro"]
    assert blocks.added("a: 1\nitems: []  # vacía\n", "items", 0, LINES, NEW).startswith("a: 1\nitems:\n  - id: d\n")


def test_words_in_a_list_are_replaced_and_long_lists_wrapped() -> None:
    """Whatever the list holds, the lines stay readable."""
    assert "items: [a, b, d]" in blocks.with_words(SMALL, "scores/0/items", ["a", "b", "d"])
    many = [f"question_number_{number}" for number in range(30)]
    made = blocks.with_words(SMALL, "scores/0/items", many)
    assert parse(made, "", [])["scores"][0]["items"] == many
    assert max(map(len, made.splitlines())) <= blocks.WIDTH + 2


@pytest.mark.parametrize(
    "broken",
    [
        lambda: blocks.moved(SMALL, "items", 0, -1),
        lambda: blocks.moved(SMALL, "items", 2, 1),
        lambda: blocks.removed("items:\n  - id: a\n", "items", 0),
        lambda: blocks.removed("items: [{id: a}, {id: b}]\n", "items", 0),
        lambda: blocks.doubled(SMALL, "nothing", 0),
        lambda: blocks.moved("a: [", "items", 0, 1),
        lambda: blocks.added(SMALL, "items", 1, ["id: other"], {"id": "d"}),
        lambda: blocks.removed("items:\n  - &x {id: a}\n  - *x\n", "items", 0),
        lambda: blocks.with_words(SMALL, "scores/1/items", ["a", "b"]),
    ],
)
def test_what_cannot_be_done_in_place_is_refused(broken: Any) -> None:
    """Rather than a text that says something else."""
    with pytest.raises(NotReplaceable):
        broken()


@pytest.mark.parametrize("path", FILES)
def test_in_the_real_files_every_piece_can_be_moved_doubled_and_taken_out(path: str) -> None:
    """And all of it can be undone to the letter, where no comment changes hands."""
    text = (RULES / path).read_text(encoding="utf-8")
    part = part_of(path)
    assert part is not None
    names = names_of(path, text)
    for number in range(len(names)):
        double = blocks.doubled(text, part[0], number)
        assert blocks.removed(double, part[0], number + 1) == text
        assert names_of(path, blocks.removed(text, part[0], number)) == names[:number] + names[number + 1 :]
        if number:
            assert blocks.moved(blocks.moved(text, part[0], number, -1), part[0], number - 1, 1) == text


VALUES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)


@settings(max_examples=60, deadline=None)
@given(values=st.lists(VALUES, min_size=2, max_size=5), number=st.integers(0, 4))
def test_whatever_the_words_are_an_operation_says_exactly_what_was_asked_or_refuses(
    values: list[str], number: int
) -> None:
    """Written by the form itself."""
    import json

    text = "items:\n" + "".join(f"  - id: n{at}\n    text: {json.dumps(one)}\n" for at, one in enumerate(values))
    number %= len(values)
    try:
        made = blocks.removed(text, "items", number)
    except NotReplaceable:
        return
    assert [one["text"] for one in parse(made, "", [])["items"]] == values[:number] + values[number + 1 :]
