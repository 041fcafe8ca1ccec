"""Danger breaks out of anything, leads to a task in the same turn, and leads back.

CR-001 a risk item's answer leaves as answer, risk and task in one turn, and opens the crisis flow that triage names.
CR-002 words of danger do the same at any moment, also before any permission and when nothing is running.
CR-003 a crisis flow is never stacked twice; its help is said again.
CR-004 when it ends, the person is led back to the question that was open.
CR-005 a rule fires once; danger that is shown again renews its task.
CR-006 what has fired is never taken back.
"""

from __future__ import annotations

import pytest

from screening.engine import Engine
from screening.events import ReferralAdvised, RiskIdentified, TaskAdvised
from tests.screening.talk import NOW, Talk, happened, heard

HELP = ["danger.help.0", "danger.help.1"]


@pytest.fixture
def julio(engine: Engine) -> Talk:
    """Julio, at the third item, the one on ending his life."""
    julio = Talk(engine)
    julio.open("visit")
    julio.say("acepto", "34", "Carabayllo", "no", "no")
    return julio


def test_a_risk_item_is_answered_flagged_and_handed_over_in_one_turn(julio: Talk) -> None:
    """CR-001: the help text comes first, the next item later."""
    turn = julio.say("sí")
    assert happened(turn) == ["ItemAnswered", "ScoreComputed", "RiskIdentified", "TaskAdvised"]
    _, _, risk, task = turn.events
    assert isinstance(risk, RiskIdentified)
    assert isinstance(task, TaskAdvised)
    assert (risk.code, risk.level, risk.rule, risk.source) == ("suicide", "high", "TR-001", "item:s3")
    assert (task.kind, task.priority, task.reasons, (task.due_at - NOW).seconds) == (
        "crisis",
        "asap",
        ("suicide_item",),
        3600,
    )
    assert heard(turn) == [*HELP, "danger.alone"]
    assert julio.facts["risk_level"] == "high"


def test_the_crisis_is_followed_by_the_question_that_would_have_come(julio: Talk) -> None:
    """CR-004."""
    julio.say("sí", "sí")
    turn = julio.say("no")
    assert heard(turn) == ["danger.stay.0", "utter_back_to_questions", "short.s4"]
    assert turn.say[-1].progress == (4, 4)


def test_the_crisis_after_the_last_item_is_followed_by_the_rest_of_the_flow(engine: Engine) -> None:
    """CR-004: nothing is open in the instrument any more."""
    ana = Talk(engine)
    ana.open("instrument:long")
    ana.say(*["nunca"] * 8)
    turn = ana.say("siempre")
    assert heard(turn) == [*HELP, "danger.alone"]
    ana.say("sí")
    assert heard(ana.say("no")) == ["danger.stay.0", "utter_back_to_questions", "long.l10"]


def test_words_of_danger_interrupt_a_question_and_lead_back_to_it(julio: Talk) -> None:
    """CR-002, CR-004: the open question waits; the time it is about is said again."""
    turn = julio.risk("suicide")
    assert happened(turn) == ["RiskIdentified", "TaskAdvised"]
    assert heard(turn) == [*HELP, "danger.alone"]
    assert julio.facts["risk.suicide"] == "crisis"
    julio.say("sí")
    assert heard(julio.say("no")) == ["danger.stay.0", "utter_back_to_questions", "short.recall", "short.s3"]
    assert julio.say("no").understood


def test_words_of_danger_before_anything_else(rosa: Talk) -> None:
    """CR-002: no permission is needed for help."""
    turn = rosa.risk("suicide")
    assert happened(turn) == ["SessionStarted", "RiskIdentified", "TaskAdvised"]
    assert heard(turn)[:2] == HELP
    rosa.say("sí")
    assert happened(rosa.say("no"))[-1] == "SessionCompleted"


def test_words_of_danger_in_the_running_crisis_say_the_help_again(julio: Talk) -> None:
    """CR-003, CR-005."""
    julio.risk("suicide")
    depth = len(julio.session.frames)
    turn = julio.risk("suicide")
    assert heard(turn) == [*HELP, "danger.alone"]
    assert happened(turn) == ["RiskIdentified", "TaskAdvised"]
    assert len(julio.session.frames) == depth


def test_words_of_danger_deeper_in_the_crisis_keep_the_place(julio: Talk) -> None:
    """CR-003: the crisis questions go on where they were."""
    julio.risk("suicide")
    julio.say("sí")
    turn = julio.risk("suicide")
    assert heard(turn) == [*HELP, "probe.p1"]


def test_a_positive_answer_in_the_crisis_questions_goes_on_with_them(julio: Talk) -> None:
    """CR-003: the crisis flow is open already; the task is raised."""
    julio.risk("suicide")
    julio.say("sí")
    turn = julio.say("sí")
    assert heard(turn) == ["probe.p2"]
    assert "TaskAdvised" in happened(turn)
    assert [event.kind for event in turn.events if isinstance(event, ReferralAdvised)] == ["csmc"]


def test_the_strongest_rule_counts(julio: Talk) -> None:
    """One task of a kind in a turn, at the highest priority and the earliest time."""
    julio.risk("suicide")
    julio.say("sí", "sí")
    turn = julio.say("sí")
    (task,) = [event for event in turn.events if isinstance(event, TaskAdvised)]
    assert (task.priority, task.rule, (task.due_at - NOW).seconds) == ("stat", "TR-006", 900)
    assert julio.facts["risk_level"] == "imminent"


def test_an_answer_in_the_crisis_raises_the_danger(julio: Talk) -> None:
    """To be alone and in danger is more than to be in danger."""
    julio.risk("suicide")
    turn = julio.say("no")
    (task,) = [event for event in turn.events if isinstance(event, TaskAdvised)]
    assert (task.priority, task.reasons) == ("stat", ("now",))


def test_veiled_words_are_asked_about_and_clear_ones_outweigh_them(julio: Talk) -> None:
    """CR-005: from "ask" to "crisis", never back."""
    turn = julio.risk("suicide", "ask")
    assert [task.kind for task in julio.tasks()] == ["callback"]
    assert heard(turn)[:2] == HELP
    julio.risk("suicide", "crisis")
    assert [task.kind for task in julio.tasks()][-1] == "crisis"
    julio.risk("suicide", "ask")
    assert julio.facts["risk.suicide"] == "crisis"


def test_two_dangers_are_both_answered_the_last_one_first(julio: Talk) -> None:
    """A second crisis opens on top of the first."""
    julio.risk("suicide")
    assert heard(julio.risk("violence"))[0] == "violence.help.0"
    assert heard(julio.say("sí")) == ["danger.alone"]


def test_of_two_dangers_found_at_once_the_strongest_is_met_first_and_the_other_after_it(rosa: Talk) -> None:
    """Neither is left out."""
    rosa.open("menu", {"risk.violence": "crisis"})
    turn = rosa.risk("suicide")
    assert {risk.code for risk in turn.events if isinstance(risk, RiskIdentified)} == {"suicide", "violence"}
    assert heard(turn)[:2] == HELP
    rosa.say("sí")
    assert heard(rosa.say("no")) == ["danger.stay.0", "violence.help.0", "violence.safe"]


def test_a_crisis_that_came_to_its_end_opens_again_when_it_is_spoken_of_again(julio: Talk) -> None:
    """CR-005: danger is never met with silence because it was mentioned before."""
    for _ in range(2):
        turn = julio.risk("suicide")
        assert heard(turn)[:2] == HELP
        assert "TaskAdvised" in happened(turn)
        julio.say("sí")
        if julio.question == "probe.p1":
            julio.say("no")
    assert julio.question == "short.s3"


def test_a_risk_that_no_rule_knows_is_still_named(julio: Talk) -> None:
    """The host decides what is said."""
    turn = julio.risk("medical")
    assert happened(turn) == ["RiskIdentified"]
    assert turn.say == ()
    assert julio.facts["risk_level"] == "high"


def test_a_corrected_risk_answer_does_not_take_back_the_task(julio: Talk) -> None:
    """CR-006: the score follows the correction, the flag and the task stay."""
    julio.say("sí", "sí", "no")
    julio.wish("go_back")
    turn = julio.say("no")
    assert happened(turn) == ["ItemAnswered", "ScoreComputed"]
    assert (julio.facts["short.s3"], julio.facts["risk_level"], "TR-001" in julio.session.fired) == (0, "high", True)


def test_a_risk_answer_given_again_renews_its_task_without_opening_the_crisis_again(julio: Talk) -> None:
    """CR-005: yes, no, yes."""
    julio.say("sí", "sí", "no")
    julio.wish("go_back")
    julio.say("no")
    julio.wish("go_back")
    turn = julio.say("sí")
    assert "TaskAdvised" in happened(turn)
    assert heard(turn) == ["utter_answer_changed", "short.s4"]


def test_going_back_does_not_slip_out_of_a_crisis(julio: Talk) -> None:
    """The crisis is short; the item can be corrected after it."""
    julio.say("sí")
    assert heard(julio.wish("go_back")) == ["utter_nothing_before", "danger.alone"]


def test_a_crisis_wakes_a_paused_conversation(julio: Talk) -> None:
    """CR-002."""
    julio.wish("stop")
    julio.tap("rest")
    assert julio.session.status == "paused"
    turn = julio.risk("suicide")
    assert happened(turn)[0] == "SessionResumed"
    assert heard(turn)[:2] == HELP


def test_a_score_that_is_certain_raises_its_task_before_the_end(engine: Engine) -> None:
    """Somebody who stops after the second yes is still called."""
    ana = Talk(engine)
    ana.open("instrument:short")
    ana.say("sí")
    turn = ana.say("sí")
    (task,) = [event for event in turn.events if isinstance(event, TaskAdvised)]
    assert (task.kind, task.rule) == ("callback", "TR-007")
    assert "callback_due" in ana.facts


def test_in_quechua_the_crisis_asks_what_exists_in_quechua(engine: Engine) -> None:
    """The flow's condition looks at the language; the person still gets help and is stayed with."""
    illa = Talk(engine, "qu")
    illa.risk("suicide")
    assert heard(illa.say("arí")) == ["danger.stay.0"]
