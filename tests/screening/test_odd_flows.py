"""Flows that go round, nest or offer each other: unusual, allowed, and never a way into an endless loop."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from screening.calendar import AlwaysOpen
from screening.definitions import Flow, Library, Step
from screening.engine import Engine
from screening.errors import FlowLoops
from screening.events import FirstAidCompleted
from screening.reader import load_library
from tests.screening.conftest import RULES
from tests.screening.talk import NOW, Talk, heard

Build = Callable[..., Talk]
HEAD = 'format: 1\nname: {name}\nkind: {kind}\nversion: "2026010101"\ntitle: "Prueba"\nproposal: true\n'
ASK = """  - id: {id}
    ask: "¿Seguimos con {id}?"
    explain: "Por ejemplo, un poco más."
    type: choice
    options:
      - {{code: "yes", label: "Sí"{yes}}}
      - {{code: "no", label: "No"{no}}}
    saves: {saves}
"""


def ask(step: str, saves: str = "", yes: str = "", no: str = "") -> str:
    """A question with two answers, which may lead elsewhere."""
    goto = {name: f", goto: {target}" if target else "" for name, target in {"yes": yes, "no": no}.items()}
    return ASK.format(id=step, saves=saves or f"odd.{step}", **goto)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Rosa, with the small rules and flows of a test's own."""

    def made(**flows: str) -> Talk:
        shutil.copytree(RULES, tmp_path / "rules")
        for name, steps in flows.items():
            kind = "first_aid" if name.startswith("aid") else "contact"
            profile = 'profile: "False"\n' if kind == "first_aid" else ""
            text = HEAD.format(name=name, kind=kind) + profile + "steps:\n" + steps
            (tmp_path / "rules" / "flows" / f"{name}.yml").write_text(text, encoding="utf-8")
        return Talk(Engine(load_library(tmp_path / "rules"), AlwaysOpen()))

    return made


def test_a_round_can_be_gone_many_times(build: Build) -> None:
    """As long as something is asked in it."""
    rosa = build(odd=ask("more", no="done") + "  - id: again\n    goto: more\n  - id: done\n    end: completed\n")
    rosa.open("odd")
    for _ in range(30):
        assert heard(rosa.say("sí")) == ["odd.more"]
    rosa.say("no")
    assert rosa.session.status == "completed"


def test_a_correction_that_takes_another_way_never_goes_round_for_ever(build: Build) -> None:
    """The place where the person was is not reached any more: they are asked from there on as new."""
    steps = ask("pick", yes="left", no="right") + ask("left") + "  - id: back\n    goto: pick\n" + ask("right")
    rosa = build(odd=steps)
    rosa.open("odd")
    rosa.say("sí", "sí", "no")
    assert rosa.question == "odd.right"
    assert heard(rosa.wish("go_back")) == ["odd.pick"]
    rosa.say("sí")
    assert rosa.question in ("odd.pick", "odd.left", "odd.right")


def test_flows_that_offer_each_other_do_not_pile_up_for_ever(build: Build) -> None:
    """The stack has a bottom; then the offers simply end."""
    rosa = build(odd=ask("one") + "  - id: run\n    run: even\n", even=ask("two") + "  - id: run\n    run: odd\n")
    rosa.open("odd")
    for _ in range(60):
        if rosa.question is None:
            break
        rosa.say("sí")
        assert len(rosa.session.frames) <= 16
    assert rosa.session.status == "completed"


def test_a_script_that_led_to_another_keeps_its_own_verdict(build: Build) -> None:
    """The first did not help, the second did."""
    steps = ask("helped", saves="helped") + "  - id: other\n    when: \"helped == 'no'\"\n    first_aid: rest\n"
    rosa = build(aid_one=steps + ask("after"))
    rosa.open("aid_one")
    rosa.say("no", "sí")
    assert (rosa.question, rosa.facts["helped"]) == ("aid_one.after", "no")
    rosa.say("sí")
    done = [(event.script, event.helped) for event in rosa.events if isinstance(event, FirstAidCompleted)]
    assert done == [("rest", "yes"), ("aid_one", "no")]


def test_going_back_from_a_flow_that_another_runs(build: Build) -> None:
    """Into the one that runs it, and on again to the same place."""
    rosa = build(odd=ask("before") + "  - id: run\n    run: even\n", even=ask("inside"))
    rosa.open("odd")
    rosa.say("sí")
    assert heard(rosa.wish("go_back")) == ["odd.before"]
    assert heard(rosa.say("no")) == ["even.inside"]


def test_rules_that_the_checks_would_refuse_end_in_a_typed_error() -> None:
    """Should a flow without any question go round all the same, the host learns it by name."""
    steps = (Step("a", "say", say=("Hola",)), Step("b", "goto", target="a"))
    flow = Flow("odd", "control", "1", "Prueba", steps)
    with pytest.raises(FlowLoops):
        Engine(Library(flows={"odd": {"1": flow}}), AlwaysOpen()).start("odd", "t3st", "es", NOW)
