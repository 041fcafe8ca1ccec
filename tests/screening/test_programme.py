"""What staff switch on is offered, what is off or lacks its text is not, and help is never off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from screening.calendar import AlwaysOpen
from screening.definitions import Library
from screening.engine import Engine
from screening.programme import Programme, empty_slots, is_on
from screening.reader import load_library
from tests.screening.talk import Talk, happened

RULES = Path(__file__).resolve().parents[2] / "screening_rules"
SLOTS = {"maternal": "epds", "child": "eedp", "heart_sugar": "findrisc", "adolescent": "phq9a"}


@pytest.fixture(scope="module")
def real() -> Library:
    """The rules as they are published."""
    return load_library(RULES)


def with_on(library: Library, *names: str) -> Library:
    """The library with just these flows switched on."""
    switches = library.programme.switches.items()
    made = {name: replace(switch, on=name in names) for name, switch in switches}
    return replace(library, programme=Programme(library.programme.version, made, library.programme.file))


def buttons(library: Library, flow: str, language: str = "es") -> list[str]:
    """The codes offered by the first question of a flow."""
    talk = Talk(Engine(library, AlwaysOpen()), language)
    talk.open(flow)
    return [option.code for option in talk.open_question.options]


def test_as_delivered_everything_new_is_off_and_the_menu_is_as_it_was(real: Library) -> None:
    """Nobody is offered a topic that staff did not switch on."""
    assert not any(is_on(real, name) for name in real.programme.switches)
    assert "topics" not in buttons(real, "menu")
    assert all(is_on(real, flow.name) for flow in real.newest_flows() if flow.kind in ("crisis", "control"))
    assert is_on(real, "mental_health")


def test_one_topic_switched_on_brings_the_button_and_only_that_topic(real: Library) -> None:
    """The menu offers what is on."""
    library = with_on(real, "grief")
    assert "topics" in buttons(library, "menu")
    assert buttons(library, "topics") == ["grief", "none"]
    assert buttons(library, "topics", "qu") == ["grief", "none"]


def test_a_topic_of_the_body_is_reached_through_its_own_menu(real: Library) -> None:
    """A menu is on when something in it is."""
    library = with_on(real, "tb")
    assert buttons(library, "topics") == ["body", "none"]
    assert buttons(library, "topics_body") == ["tb", "none"]


def test_what_is_off_is_not_reached_by_writing_its_name(real: Library) -> None:
    """An answer that is not offered is not understood either."""
    talk = Talk(Engine(with_on(real, "grief"), AlwaysOpen()))
    talk.open("topics")
    assert not talk.write("alcohol").understood


@pytest.mark.parametrize(("flow", "slot"), SLOTS.items())
def test_a_topic_without_the_text_that_it_needs_stays_off_even_when_switched_on(
    real: Library, flow: str, slot: str
) -> None:
    """The wording of a validated scale is not made up."""
    library = with_on(real, flow)
    assert empty_slots(library, [slot]) == (slot,)
    assert not is_on(library, flow)
    assert "topics" not in buttons(library, "menu")


def test_all_switched_on_fits_into_a_list_of_ten(real: Library) -> None:
    """WhatsApp shows ten rows."""
    filled = replace(real, programme=Programme())
    assert len(buttons(filled, "topics")) <= 10
    assert len(buttons(filled, "topics_body")) <= 10


def test_every_topic_ends_in_both_languages_when_all_is_switched_on(real: Library) -> None:
    """From the menu through every topic, the last answer each time."""
    engine = Engine(replace(real, programme=Programme()), AlwaysOpen())
    for menu in ("topics", "topics_body"):
        for code in buttons(engine.library, menu):
            for language in ("es", "qu"):
                _walk(engine, menu, code, language)


def _walk(engine: Engine, menu: str, code: str, language: str) -> None:
    talk = Talk(engine, language)
    talk.open(menu, {"consent.screening": "yes", "age": 34})
    talk.tap(code)
    for _ in range(120):
        if talk.question is None or talk.session.status == "paused":
            return
        _answer(talk)
    pytest.fail(f"{menu}: {code} ({language}) does not end")


def _answer(talk: Talk) -> None:
    codes = [option.code for option in talk.open_question.options if option.code not in ("skip", "unsure", "explain")]
    if codes:
        talk.tap(codes[-1])
    elif not talk.write("987654321").understood:
        talk.wish("skip")


def test_an_empty_slot_asks_nothing_and_says_so_to_the_flow(real: Library) -> None:
    """No response is begun for a scale that has no questions."""
    talk = Talk(Engine(real, AlwaysOpen()))
    turn = talk.open("heart_sugar", {"consent.screening": "yes", "age": 34})
    assert talk.facts["findrisc.status"] == "not-offered"
    assert "QuestionnaireStarted" not in happened(turn)


def test_a_conversation_in_the_former_menu_goes_on(real: Library) -> None:
    """The version before the button is kept."""
    former = real.flow("menu", "2026112201")
    assert former is not None
    older = replace(real, flows={**real.flows, "menu": {former.version: former}})
    talk = Talk(Engine(older, AlwaysOpen()))
    talk.open("menu")
    talk.engine = Engine(real, AlwaysOpen())
    talk.tap("calm")
    assert talk.facts["menu.choice"] == "calm"


def test_choosing_violence_in_the_topics_makes_a_task_and_gives_the_number(real: Library) -> None:
    """As where it is chosen among what weighs on a person."""
    talk = Talk(Engine(with_on(real, "violence"), AlwaysOpen()))
    talk.open("topics", {"age": 34})
    turn = talk.tap("violence")
    assert [task.kind for task in talk.tasks()] == ["crisis"]
    assert any("violence_line" in say.fields for say in turn.say)
