"""A file as a form: which values it shows, how they are called, and which Quechua stands beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.editor.form import CHOICE, FLAG, NUMBER, TEXT, fields_of, groups_of
from console.editor.quechua import CHANGED, MISSING, REVIEWED, STALE, UNREVIEWED, contexts, sides
from console.editor.scalars import value_at
from screening.read.positions import parse
from screening.reader import read_folder
from screening.texts import of_flow, of_instrument

RULES = Path(__file__).parents[3] / "screening_rules"


def text_of(path: str) -> str:
    """The real file."""
    return (RULES / path).read_text(encoding="utf-8")


def test_an_instruments_form_has_its_texts_points_and_cut_offs() -> None:
    """Each with the kind of its value, from the format itself."""
    fields = fields_of("instruments/phq9.yml", text_of("instruments/phq9.yml"))
    assert fields["items/0/text"].kind == TEXT
    assert fields["options/frequency/0/value"].kind == NUMBER
    assert fields["scores/0/cutoff/positive_at"].kind == NUMBER
    assert fields["status"].choices == ("active", "draft", "retired")
    assert not any("phrases" in pointer or pointer.endswith("linkId") for pointer in fields)


def test_a_switch_is_a_flag_and_a_rule_has_its_choices() -> None:
    """Programme and triage."""
    switches = fields_of("programme.yml", text_of("programme.yml"))
    assert switches["flows/0/on"].kind == FLAG
    rules = fields_of("triage.yml", text_of("triage.yml"))
    assert rules["rules/0/level"].kind == CHOICE
    assert "imminent" in rules["rules/0/level"].choices


def test_groups_say_what_they_are_and_where_they_stand() -> None:
    """By the name that the file gives them, with their line and how they begin."""
    groups = groups_of("flows/menu.yml", text_of("flows/menu.yml"))
    choose = next(group for group in groups if group.title == "Paso choose")
    assert text_of("flows/menu.yml").splitlines()[choose.line - 1].strip() == "- id: choose"
    assert choose.gist == "¿Qué le vendría bien ahora?"
    assert {one.key for one in choose.steering} >= {"when", "saves"}


def test_what_is_no_yaml_has_no_form() -> None:
    """The page then shows the text."""
    assert groups_of("flows/menu.yml", "a: [") == []


@pytest.mark.parametrize("path", ["flows/menu.yml", "first_aid/respiracion.yml", "instruments/safety_questions.yml"])
def test_every_text_for_people_has_its_quechua_beside_it(path: str) -> None:
    """The same contexts as the catalog's; answers that several questions share stand there once."""
    library, _ = read_folder(RULES)
    name = Path(path).stem
    flow, instrument = library.flow(name), library.instrument(name)
    known = of_flow(flow) if flow else of_instrument(instrument) if instrument else []
    beside = contexts(path, text_of(path))
    raw = parse(text_of(path), path, [])
    words = {" ".join(str(value_at(raw, pointer)).split()) for pointer in beside}
    catalog = {text.context: text for text in known}
    assert set(beside.values()) <= set(catalog)
    assert words == {text.text for text in catalog.values()}
    assert {text.kind for context, text in catalog.items() if context not in beside.values()} <= {"label"}


def test_an_instrument_that_does_not_exist_in_quechua_has_none_beside_it() -> None:
    """A validated wording is nobody's to invent."""
    assert contexts("instruments/phq9.yml", text_of("instruments/phq9.yml")) == {}


FLOW = """\
name: demo
steps:
  - id: one
    say: ["{said}"]
"""


def side_of(now: str, before: str, drafted: dict[str, str] | None = None, *, reviewed: bool = False) -> str:
    """State of the Quechua when `before` had one in the catalog."""
    known = {"Buenos días": "Allin punchaw"}
    signed = frozenset({("demo.one.0", "Buenos días")} if reviewed else ())

    def translate(context: str, text: str, language: str) -> str:
        return known.get(text, text)

    found = sides(
        "flows/demo.yml",
        FLOW.replace("{said}", now),
        FLOW.replace("{said}", before),
        drafted or {},
        translate,
        signed,
    )
    return found["steps/0/say/0"].state


def test_the_state_of_a_translation_follows_the_spanish() -> None:
    """A changed Spanish sentence makes its Quechua stale until somebody writes a new one, which is to be reviewed."""
    assert side_of("Buenos días", "Buenos días") == UNREVIEWED
    assert side_of("Buenos días", "Buenos días", reviewed=True) == REVIEWED
    assert side_of("Buenas tardes", "Buenos días") == STALE
    assert side_of("Buenas tardes", "Buenos días", {"Buenas tardes": "Allin chisi"}) == CHANGED
    assert side_of("Buenas tardes", "Nunca traducido") == MISSING
