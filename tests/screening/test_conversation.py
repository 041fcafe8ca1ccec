"""A conversation from the first word to the last: one question at a time, one turn after the other."""

from __future__ import annotations

import pytest

from screening.engine import Engine, Say
from screening.errors import DefinitionChanged, DefinitionUnavailable, SessionUnreadable
from screening.events import (
    ContactPreferenceGiven,
    IdentityGiven,
    ItemAnswered,
    ProfileAnswered,
    QuestionnaireStarted,
    RescreenScheduled,
    ScoreComputed,
)
from screening.session import Session
from tests.screening.talk import NOW, Talk, happened, heard


def to_the_items(rosa: Talk) -> Talk:
    """Through permission, age and district to the first item."""
    rosa.open("visit")
    rosa.say("acepto", "34", "Carabayllo")
    return rosa


def test_a_flow_says_its_bubbles_and_asks_one_question(rosa: Talk) -> None:
    """Then it waits."""
    turn = rosa.open("visit")
    assert heard(turn) == ["visit.hello.0", "visit.consent.0", "visit.consent"]
    assert happened(turn) == ["SessionStarted"]
    assert [say.kind for say in turn.say] == ["bubble", "bubble", "question"]
    assert turn.say[0].fields == {"crisis_call": {"text": ["services.line_113", "Línea 113, opción 5"]}}


def test_buttons_carry_label_context_and_key(rosa: Talk) -> None:
    """A permission has no button to pass it; other questions of a flow have one."""
    rosa.open("visit")
    assert [(one.code, one.label, one.context, one.key) for one in rosa.open_question.options] == [
        ("yes", "Sí, acepto", "visit.consent.yes", "t3st:consent:yes"),
        ("no", "No acepto", "visit.consent.no", "t3st:consent:no"),
    ]
    turn = rosa.tap("yes")
    assert [option.code for option in turn.say[-1].options] == ["skip"]


def test_a_permission_leaves_as_an_event_with_the_wording_it_was_given_to(rosa: Talk) -> None:
    """Yes and no are both recorded, with the flow's version."""
    rosa.open("visit")
    turn = rosa.say("acepto")
    assert happened(turn) == ["ConsentGiven"]
    assert vars(turn.events[0]) == {"at": NOW, "kind": "screening", "version": "2026010101"}
    assert rosa.facts["consent.screening"] == "yes"


def test_who_refuses_is_asked_nothing_more(rosa: Talk) -> None:
    """An answer can lead elsewhere; the flow's end sets the session's state."""
    rosa.open("visit")
    turn = rosa.tap("no")
    assert happened(turn) == ["ConsentRefused", "SessionStopped"]
    assert heard(turn) == ["visit.refused.0"]
    assert (rosa.session.status, rosa.question) == ("stopped", None)


def test_a_step_whose_condition_fails_is_passed_over(rosa: Talk) -> None:
    """Adults do not hear what is said to the young; the young go no further."""
    rosa.open("visit")
    rosa.say("acepto")
    assert heard(rosa.say("15")) == ["visit.minor.0"]
    assert rosa.session.status == "stopped"


def test_profile_answers_become_facts_and_events(rosa: Talk) -> None:
    """Numbers as numbers, districts by their code."""
    to_the_items(rosa)
    assert (rosa.facts["age"], rosa.facts["district"]) == (34, "150106")
    answered = [(e.field, e.value) for e in rosa.events if isinstance(e, ProfileAnswered)]
    assert answered == [("age", 34), ("district", "150106")]


def test_an_age_out_of_range_is_asked_again_with_its_limits(rosa: Talk) -> None:
    """Nothing is recorded."""
    rosa.open("visit")
    rosa.say("acepto")
    turn = rosa.say("300")
    assert heard(turn) == ["utter_number_out_of_range", "visit.age"]
    assert turn.say[0].fields == {"min": 5, "max": 120}
    assert turn.events == ()


def test_an_ambiguous_district_is_asked_back_with_buttons(rosa: Talk) -> None:
    """The button carries the district's code."""
    rosa.open("visit")
    rosa.say("acepto", "34")
    turn = rosa.say("Santa Rosa")
    (asked,) = turn.say
    assert (asked.response, asked.fields) == ("utter_which_place", {"place": "Santa Rosa"})
    assert [(one.code, one.label) for one in asked.options] == [
        ("090801", "Santa Rosa, Jaén"), ("150139", "Santa Rosa, Lima"), ("211203", "Santa Rosa, Melgar"),
    ]  # fmt: skip
    rosa.press(asked.options[2].key)
    assert rosa.facts["district"] == "211203"


def test_an_instrument_starts_with_the_time_it_is_about_and_counts_its_questions(rosa: Talk) -> None:
    """The response's id is made of session, instrument and a number."""
    turn = to_the_items(rosa).turns[-1]
    assert heard(turn) == ["short.recall", "short.s1"]
    assert turn.say[-1].progress == (1, 4)
    (started,) = [event for event in turn.events if isinstance(event, QuestionnaireStarted)]
    assert (started.response_id, started.version, started.language, started.state) == (
        "t3st-short-1", "2026010101", "es", "published",
    )  # fmt: skip
    assert len(started.sha256) == 64


def test_every_answer_leaves_at_once(rosa: Talk) -> None:
    """Whoever stops there has not answered in vain."""
    turn = to_the_items(rosa).say("sí")
    assert happened(turn) == ["ItemAnswered"]
    event = turn.events[0]
    assert isinstance(event, ItemAnswered)
    assert (event.link_id, event.value, event.code, event.replaces) == ("s1", 1, "yes", False)
    assert (rosa.facts["short.s1"], rosa.facts["short.common"], rosa.facts["short.common.positive"]) == (1, 1, None)


def test_a_score_is_said_once_its_items_have_been_asked(rosa: Talk) -> None:
    """With its cut-off and where that comes from."""
    to_the_items(rosa).say("sí", "sí")
    turn = rosa.say("no")
    (score,) = [event for event in turn.events if isinstance(event, ScoreComputed)]
    assert (score.name, score.value, score.positive, score.band, score.answered, score.expected) == (
        "common", 2, True, "high", 3, 3,
    )  # fmt: skip
    assert score.cutoff == {"positive_at": 2, "source": "https://example.org/short", "status": "SEEN"}


def test_a_dependent_question_comes_only_when_it_has_a_sense(rosa: Talk) -> None:
    """And the total follows."""
    to_the_items(rosa).say("no", "no", "no")
    assert rosa.open_question.progress == (4, 4)
    turn = rosa.say("sí")
    assert (turn.say[-1].context, turn.say[-1].progress) == ("short.s5", (5, 5))


def test_after_the_last_item_the_flow_goes_on(rosa: Talk) -> None:
    """Completed, with every score, and the next question in the same turn."""
    to_the_items(rosa).say("no", "no", "no")
    turn = rosa.say("no")
    assert happened(turn) == ["ItemAnswered", "ScoreComputed", "ScreeningCompleted"]
    assert heard(turn) == ["call.offer"]
    assert rosa.facts["short.status"] == "completed"


def test_the_end_of_the_conversation(rosa: Talk) -> None:
    """Re-screening is scheduled; the session is over."""
    to_the_items(rosa).say("no", "no", "no", "no")
    turn = rosa.say("no")
    assert happened(turn) == ["ConsentRefused", "RescreenScheduled", "SessionCompleted"]
    (scheduled,) = [event for event in turn.events if isinstance(event, RescreenScheduled)]
    assert (scheduled.due_at - NOW).days == 90
    assert rosa.session.status == "completed"
    assert not rosa.write("hola").understood


def test_identity_leaves_and_only_a_mark_stays(rosa: Talk) -> None:
    """No name, number or hour is in the session that is stored."""
    rosa.open("call")
    rosa.say("sí", "987 654 321", "Rosa Huamán", "después de las seis")
    given = [(e.kind, e.value) for e in rosa.events if isinstance(e, IdentityGiven)]
    assert given == [("phone", "+51987654321"), ("name", "Rosa Huamán")]
    wanted = [(e.field, e.value) for e in rosa.events if isinstance(e, ContactPreferenceGiven)]
    assert wanted == [("hours", "después de las seis")]
    stored = str(rosa.session.to_json())
    assert not any(secret in stored for secret in ("987", "Rosa", "Huamán", "seis"))
    assert (rosa.facts["phone"], rosa.facts["name"], rosa.facts["contact.hours"]) == (True, True, True)


def test_no_event_prints_what_a_person_said(rosa: Talk) -> None:
    """What ends up in a log by mistake holds no answer, name or number."""
    to_the_items(rosa).say("sí", "sí", "no", "no")
    rosa.tap("yes")
    rosa.say("sí", "987 654 321", "Rosa", "en la tarde", "no")
    printed = repr(rosa.events) + repr(rosa.turns[-1].say)
    assert not any(secret in printed for secret in ("987", "Rosa", "tarde", "code='yes'", "value=1", "positive=True"))


def test_a_task_that_a_step_advises_has_a_due_time_that_the_person_is_told(rosa: Talk) -> None:
    """Counted by the calendar that the host supplies."""
    rosa.open("call")
    rosa.say("sí", "987654321", "paso", "paso")
    turn = rosa.say("no")
    (task,) = rosa.tasks()
    assert (task.kind, task.priority, task.reasons, task.rule) == (
        "callback",
        "routine",
        ("asked_for_call",),
        "call.task",
    )
    assert turn.say[0].fields == {"callback_due": {"datetime": task.due_at.isoformat()}}


def test_a_bubble_whose_field_is_not_known_is_left_out(rosa: Talk) -> None:
    """Nobody reads «Su llamada sigue en pie: None»."""
    rosa.open("erase")
    assert heard(rosa.tap("no")) == ["erase.kept.0"]
    rosa.open("erase", {"callback_due": "2026-11-24T15:00:00+00:00"})
    turn = rosa.tap("no")
    assert heard(turn) == ["erase.kept.0", "erase.kept.1"]
    assert turn.say[1].fields == {"callback_due": {"datetime": "2026-11-24T15:00:00+00:00"}}


def test_of_two_calls_the_person_is_told_the_earlier_one_that_is_still_to_come(rosa: Talk) -> None:
    """A later, weaker task never puts off a promise."""
    rosa.open("call")
    rosa.say("sí", "987654321", "paso", "paso", "no")
    within_eight_hours = rosa.facts["callback_due"]
    rosa.risk("suicide", "ask")
    assert [task.kind for task in rosa.tasks()] == ["callback", "callback"]
    assert rosa.facts["callback_due"] == within_eight_hours
    rosa.wait(hours=9)
    rosa.risk("suicide", "ask")
    assert rosa.facts["callback_due"] == rosa.tasks()[-1].due_at.isoformat()


def test_something_not_understood_changes_nothing_but_the_count(rosa: Talk) -> None:
    """No event, nothing to say: the host words it."""
    to_the_items(rosa)
    turn = rosa.write("mi vecina tiene un perro")
    assert (turn.understood, turn.events, turn.say, turn.session.not_understood) == (False, (), (), 1)
    assert rosa.write("otra cosa").session.not_understood == 2
    rosa.say("sí")
    assert rosa.session.not_understood == 0


def test_ten_thousand_letters_are_just_another_reply(rosa: Talk) -> None:
    """Nothing breaks, nothing is read into it, and no more than needed is kept."""
    to_the_items(rosa)
    assert not rosa.write("me siento muy mal " * 600).understood
    rosa.open("hello")
    rosa.say("español")
    turn = rosa.say("maíz " * 3_000)
    (said,) = [event for event in turn.events if isinstance(event, ContactPreferenceGiven)]
    assert len(said.value) <= 300


def test_the_question_can_be_had_again_at_any_time(rosa: Talk, engine: Engine) -> None:
    """The host asks for it after something that it worded itself."""
    assert engine.question(rosa.session) is None
    to_the_items(rosa)
    asked: Say | None = engine.question(rosa.session)
    assert asked == rosa.turns[-1].say[-1]


def test_an_instrument_can_be_run_by_itself(rosa: Talk) -> None:
    """For a re-screening, or to try it out."""
    rosa.open("instrument:long")
    rosa.say(*["nunca"] * 11)
    turn = rosa.say("nunca")
    assert happened(turn) == ["ItemAnswered", "ScoreComputed", "ScreeningCompleted", "SessionCompleted"]


def test_a_long_instrument_encourages_at_a_third_and_at_two_thirds(rosa: Talk) -> None:
    """Once each, before the next question; a short one does not."""
    rosa.open("instrument:long")
    said = [heard(rosa.say("nunca"))[0] for _ in range(11)]
    assert [n for n, name in enumerate(said, start=1) if name == "utter_encourage_third"] == [4]
    assert [n for n, name in enumerate(said, start=1) if name == "utter_encourage_two_thirds"] == [8]


def test_timed_bubbles_carry_their_pause(rosa: Talk) -> None:
    """Breathing takes its time."""
    turn = rosa.open("breathe")
    assert [say.delay for say in turn.say] == [0, 4, 0]


def test_a_definition_that_is_gone_is_a_typed_error(rosa: Talk) -> None:
    """The host can tell the person; nobody is asked questions of another version."""
    to_the_items(rosa)
    stored = rosa.session.to_json()
    stored["frames"][-1]["version"] = "1999010101"
    rosa.session = Session.from_json(stored)
    with pytest.raises(DefinitionUnavailable) as error:
        rosa.write("sí")
    assert (error.value.definition, error.value.version) == ("instrument:short", "1999010101")
    with pytest.raises(DefinitionUnavailable):
        rosa.open("nowhere")


def test_help_is_given_even_where_the_questionnaire_is_gone_and_the_session_can_be_mended(rosa: Talk) -> None:
    """A change of the rules in the middle of a conversation never stands between a person and help."""
    to_the_items(rosa)
    stored = rosa.session.to_json()
    stored["frames"][-1]["version"] = "1999010101"
    rosa.session = Session.from_json(stored)
    assert heard(rosa.risk("suicide"))[0] == "danger.help.0"
    mended = rosa.engine.mend(rosa.session)
    assert [frame.definition for frame in mended.frames] == ["flow:visit"]
    assert mended.facts["age"] == 34
    assert rosa.engine.mend(mended) is mended


def test_a_version_that_was_changed_in_place_is_refused(rosa: Talk) -> None:
    """A published version is frozen: answers to one wording are not mixed with another's."""
    to_the_items(rosa)
    stored = rosa.session.to_json()
    stored["frames"][-1]["sha"] = "0123456789ab"
    rosa.session = Session.from_json(stored)
    with pytest.raises(DefinitionChanged):
        rosa.write("sí")


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"id": 3},
        {"id": "a", "status": "lost"},
        {"id": "a", "frames": [1]},
        {"id": "a", "x": 1},
        {"id": "a", "facts": []},
    ],
)
def test_what_is_no_session_is_refused(stored: dict[str, object]) -> None:
    """A damaged row is an error with a name."""
    with pytest.raises(SessionUnreadable):
        Session.from_json(stored)


def test_a_session_stays_small(rosa: Talk) -> None:
    """It is written after every message."""
    to_the_items(rosa).say("sí", "sí", "no")
    assert len(str(rosa.session.to_json())) < 2_000


def test_a_new_conversation_after_a_day_starts_afresh_but_knows_the_person(rosa: Talk) -> None:
    """Rules may fire again, the profile stays; within the day nothing is forgotten."""
    to_the_items(rosa).say("sí", "sí", "no", "no", "no", "no")
    assert rosa.session.status == "completed"
    rosa.wait(hours=2)
    rosa.open("menu")
    assert rosa.facts["short.common"] == 2
    rosa.tap("skip")
    rosa.wait(days=90)
    rosa.open("visit")
    assert ("short.common" in rosa.facts, rosa.facts["age"], rosa.session.fired) == (False, 34, ())
    rosa.say("acepto", "34", "Carabayllo", "sí")
    rosa.wait(days=3)
    rosa.open("menu")
    assert rosa.facts["short.s1"] == 1
