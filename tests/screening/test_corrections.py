"""Going back: to change an answer, several if need be, without hearing everything twice.

CO-001 the previous answered question is asked again; its new answer replaces the old one, and both leave as events.
CO-002 several steps back are possible; afterwards the person goes on where they were.
CO-003 the same answer again changes nothing.
CO-004 scores and conditions follow the correction.
"""

from __future__ import annotations

from typing import Any

import pytest

from screening.engine import Engine
from screening.events import ItemAnswered, ItemSkipped, QuestionnaireStarted, ScoreComputed
from tests.screening.talk import Talk, happened, heard


@pytest.fixture
def julio(engine: Engine) -> Talk:
    """Julio, at the third item after a yes and a no."""
    julio = Talk(engine)
    julio.open("visit")
    julio.say("acepto", "34", "Carabayllo", "sí", "no")
    return julio


def state(talk: Talk) -> dict[str, Any]:
    """The session as it is stored."""
    return talk.session.to_json()


def test_the_answer_before_is_asked_again_and_replaced(julio: Talk) -> None:
    """CO-001, CO-004."""
    assert heard(julio.wish("go_back")) == ["short.s2"]
    turn = julio.say("sí")
    (event,) = [event for event in turn.events if isinstance(event, ItemAnswered)]
    assert (event.link_id, event.code, event.replaces) == ("s2", "yes", True)
    assert heard(turn) == ["utter_answer_changed", "short.s3"]
    assert (julio.facts["short.common"], julio.facts["short.common.positive"]) == (2, True)


def test_the_words_for_going_back_work_as_well(julio: Talk) -> None:
    """«Me equivoqué» is a wish at every question."""
    assert heard(julio.say("me equivoqué")) == ["short.s2"]


def test_several_steps_back_and_then_on_where_the_person_was(julio: Talk) -> None:
    """CO-002: s2 keeps its answer and is not asked again."""
    julio.wish("go_back")
    assert heard(julio.wish("go_back")) == ["short.s1"]
    assert heard(julio.say("no")) == ["utter_answer_changed", "short.s3"]


def test_the_same_answer_again_changes_nothing(julio: Talk) -> None:
    """CO-003."""
    before = state(julio)
    julio.wish("go_back")
    turn = julio.say("no")
    assert turn.events == ()
    assert state(julio) == before


def test_an_answer_can_be_withdrawn(julio: Talk) -> None:
    """To pass a question that was answered replaces the answer by none."""
    julio.wish("go_back")
    turn = julio.wish("skip")
    (event,) = [event for event in turn.events if isinstance(event, ItemSkipped)]
    assert (event.link_id, event.why, event.replaces) == ("s2", "skipped", True)
    assert julio.facts["short.s2"] == "skipped"


def test_from_the_first_item_back_into_the_flow_and_on_with_the_same_response(engine: Engine) -> None:
    """CO-002: the questionnaire was begun once, and is gone on with."""
    ana = Talk(engine)
    ana.open("visit")
    ana.say("acepto", "34", "Carabayllo")
    assert heard(ana.wish("go_back")) == ["visit.district"]
    assert heard(ana.wish("go_back")) == ["visit.age"]
    turn = ana.say("35")
    assert heard(turn)[-1] == "short.s1"
    assert (ana.facts["age"], ana.facts["district"]) == (35, "150106")
    assert len([event for event in ana.events if isinstance(event, QuestionnaireStarted)]) == 1


def test_from_after_the_instrument_back_to_its_last_item(engine: Engine) -> None:
    """CO-002, CO-004: the finished questionnaire is opened again; what was said in between is not said again."""
    ana = Talk(engine)
    ana.open("visit")
    ana.say("acepto", "34", "Carabayllo", "no", "no", "no", "no")
    assert ana.question == "call.offer"
    assert heard(ana.wish("go_back")) == ["short.recall", "short.s4"]
    turn = ana.say("sí")
    assert heard(turn) == ["utter_answer_changed", "short.s5"]
    turn = ana.say("sí")
    assert heard(turn) == ["call.offer"]
    (score,) = [event for event in turn.events if isinstance(event, ScoreComputed)]
    assert (score.name, score.value, score.positive) == ("alcohol", 2, True)
    assert "ScreeningCompleted" not in happened(turn)


def test_a_corrected_permission_takes_the_other_way(engine: Engine) -> None:
    """CO-004: conditions and branches follow the new answer."""
    ana = Talk(engine)
    ana.open("visit")
    ana.say("acepto", "34")
    ana.wish("go_back")
    ana.wish("go_back")
    turn = ana.say("no")
    assert happened(turn) == ["ConsentRefused", "SessionStopped"]


def test_a_corrected_age_takes_the_other_way(engine: Engine) -> None:
    """CO-004: what was not said before is said now."""
    ana = Talk(engine)
    ana.open("visit")
    ana.say("acepto", "34")
    ana.wish("go_back")
    assert heard(ana.say("15")) == ["visit.minor.0"]


def test_before_the_first_answer_there_is_nothing_to_go_back_to(rosa: Talk) -> None:
    """Said kindly, with the question."""
    rosa.open("visit")
    assert heard(rosa.wish("go_back")) == ["utter_nothing_before", "visit.consent"]


def test_a_switched_off_answer_is_kept(engine: Engine) -> None:
    """No answer is lost: switched on again, it still stands."""
    ana = Talk(engine)
    ana.open("instrument:short")
    ana.say("no", "no", "no", "sí")
    ana.wish("go_back")
    ana.say("no")
    assert ana.session.status == "completed"
    assert ana.facts["short.alcohol"] == 0
