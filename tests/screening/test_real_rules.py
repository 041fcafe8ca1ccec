"""The programme's own rules: no mistakes, every case comes out, every question can be answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from screening.calendar import AlwaysOpen
from screening.checks import check_folder
from screening.definitions import Library
from screening.engine import Engine
from screening.errors import ERROR
from screening.reader import load_library
from screening.texts import texts
from tests.screening.talk import Talk

RULES = Path(__file__).resolve().parents[2] / "screening_rules"
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def real() -> Library:
    """The rules as they are published."""
    return load_library(RULES)


def test_the_rules_have_no_mistakes_and_every_case_comes_out() -> None:
    """What `rules check` says, with all cases of instruments, flows, first aid and triage."""
    errors = [str(problem) for problem in check_folder(RULES, TODAY) if problem.severity == ERROR]
    assert errors == []


def test_every_instrument_with_questions_can_be_answered_to_its_end(real: Library) -> None:
    """Always the first answer, in the instrument's own language; crises are gone through."""
    engine = Engine(real, AlwaysOpen())
    for instrument in real.newest_instruments():
        if not instrument.items:
            continue
        talk = Talk(engine, instrument.language)
        talk.open(f"instrument:{instrument.name}")
        for _ in range(200):
            if talk.question is None:
                break
            _answer_somehow(talk)
        assert talk.facts[f"{instrument.name}.status"] == "completed", instrument.name


def test_every_flow_comes_to_an_end_in_both_languages(real: Library) -> None:
    """Whatever is asked, the last answer each time."""
    engine = Engine(real, AlwaysOpen())
    for flow in real.newest_flows():
        for language in ("es", "qu"):
            talk = Talk(engine, language)
            talk.open(flow.name)
            for _ in range(200):
                if talk.question is None or talk.session.status == "paused":
                    break
                _answer_somehow(talk, last=True)
            assert talk.session.status in ("completed", "stopped", "erased", "paused"), (flow.name, language)


def _answer_somehow(talk: Talk, last: bool = False) -> None:
    """Tap an answer, or write something that fits."""
    codes = [option.code for option in talk.open_question.options if option.code not in ("skip", "unsure", "explain")]
    if codes:
        talk.tap(codes[-1 if last else 0])
        return
    for text in ("40", "987654321", "Carabayllo", "Rosa"):
        if talk.write(text).understood and talk.turns[-1].events:
            return
    talk.wish("skip")


def test_every_text_has_a_context_of_its_own(real: Library) -> None:
    """Translations are kept under it."""
    seen: dict[str, str] = {}
    for text in texts(real):
        assert seen.setdefault(text.context, text.text) == text.text, text.context


def test_every_button_of_the_rules_fits_its_platform(real: Library) -> None:
    """A session id of six letters, the longest step, the longest code."""
    engine = Engine(real, AlwaysOpen())
    for instrument in real.newest_instruments():
        for item in instrument.items:
            for option in item.options:
                key = f"abcdef:{item.link_id}:{option.code}:zz"
                assert len(f'/answer{{"k":"{key}"}}') <= 64
    assert engine.offers()
