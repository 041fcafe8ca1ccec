"""What a person may wish for at any question: explain, repeat, pass, rest, stop, another language, first aid."""

from __future__ import annotations

import pytest

from screening.engine import Engine
from screening.events import FirstAidCompleted, FirstAidStarted, ItemSkipped, LanguageChosen, QuestionnaireStarted
from tests.screening.talk import Talk, happened, heard


@pytest.fixture
def julio(engine: Engine) -> Talk:
    """Julio, at the first item."""
    julio = Talk(engine)
    julio.open("visit")
    julio.say("acepto", "34", "Carabayllo")
    return julio


def finished(engine: Engine, *answers: str) -> Talk:
    """Somebody who has answered the short instrument."""
    talk = Talk(engine)
    talk.open("visit")
    talk.say("acepto", "34", "Carabayllo", *answers)
    return talk


def test_explained_a_question_is_asked_again(julio: Talk) -> None:
    """First in plainer words, then as it is."""
    for turn in (julio.wish("explain"), julio.say("no entiendo"), julio.tap("explain")):
        assert heard(turn) == ["short.s1.explain", "short.s1"]
        assert turn.events == ()


def test_repeated_a_question_is_asked_as_it_was(julio: Talk) -> None:
    """With buttons and progress."""
    turn = julio.say("repita")
    assert heard(turn) == ["short.s1"]
    assert turn.say[0].progress == (1, 4)
    assert turn.say[0].options


@pytest.mark.parametrize(
    ("wish", "why", "said"), [("skip", "skipped", "utter_skipped"), ("unsure", "unsure", "utter_unsure")]
)
def test_an_item_may_be_left_out_and_that_is_recorded(julio: Talk, wish: str, why: str, said: str) -> None:
    """Neither a yes nor a no; the score stays incomplete."""
    turn = julio.wish(wish)
    (event,) = [event for event in turn.events if isinstance(event, ItemSkipped)]
    assert (event.link_id, event.why, event.replaces) == ("s1", why, False)
    assert heard(turn) == [said, "short.s2"]
    assert julio.facts["short.s1"] == why


def test_a_question_of_a_flow_may_be_passed(rosa: Talk) -> None:
    """The fact says so; nothing leaves as an answer."""
    rosa.open("visit")
    rosa.say("acepto")
    turn = rosa.tap("skip")
    assert turn.events == ()
    assert rosa.facts["age"] == "skipped"
    assert rosa.question == "visit.district"


def test_a_permission_cannot_be_passed(rosa: Talk) -> None:
    """Asked again kindly."""
    rosa.open("visit")
    for wish in ("skip", "unsure"):
        assert heard(rosa.wish(wish)) == ["utter_cannot_skip", "visit.consent"]
    assert rosa.facts.get("consent.screening") is None


def test_a_question_that_is_needed_cannot_be_passed_either(rosa: Talk) -> None:
    """In menus and controls there is nothing private to withhold."""
    rosa.open("stop")
    assert heard(rosa.wish("skip")) == ["utter_must_answer", "stop.choose"]
    assert [option.code for option in rosa.open_question.options] == ["stop", "rest", "go_on"]


def test_to_stop_is_asked_about_and_leads_back_when_it_was_not_meant(julio: Talk) -> None:
    """The programme's own flow asks; «Seguir» leads back to the question."""
    assert heard(julio.say("ya no quiero seguir")) == ["stop.choose"]
    turn = julio.tap("go_on")
    assert heard(turn) == ["utter_back_to_questions", "short.recall", "short.s1"]


def test_whoever_stops_keeps_what_was_answered(julio: Talk) -> None:
    """Scores as far as they go, then the end of everything."""
    julio.say("sí")
    julio.wish("stop")
    turn = julio.tap("stop")
    assert happened(turn) == ["ScoreComputed", "ScreeningStopped", "SessionStopped"]
    assert (julio.session.status, julio.session.frames) == ("stopped", ())
    assert julio.facts["short.status"] == "stopped"


def test_a_pause_keeps_the_place(julio: Talk) -> None:
    """Paused; days later the same question, after a word of welcome."""
    julio.wish("stop")
    turn = julio.tap("rest")
    assert happened(turn) == ["SessionPaused"]
    julio.wait(days=3)
    turn = julio.wish("resume")
    assert happened(turn) == ["SessionResumed"]
    assert heard(turn) == ["utter_welcome_back", "short.recall", "short.s1"]


def test_without_a_flow_for_it_a_pause_is_simply_taken(julio: Talk) -> None:
    """These rules have no flow that opens on the wish to pause."""
    turn = julio.say("después sigo")
    assert (heard(turn), happened(turn), julio.session.status) == (["utter_paused"], ["SessionPaused"], "paused")


def test_an_answer_during_a_pause_ends_it(julio: Talk) -> None:
    """An old button still belongs to the open question."""
    julio.wish("pause")
    turn = julio.say("sí")
    assert happened(turn)[:2] == ["SessionResumed", "ItemAnswered"]
    assert julio.session.status == "in-progress"


def test_after_a_pause_that_began_where_nothing_was_asked_the_next_question_comes(julio: Talk) -> None:
    """The crisis opened upon an answer and was broken off: whatever is said then, the next item follows."""
    julio.say("no", "no", "sí")
    julio.tap("unsafe")
    assert (julio.session.status, julio.question) == ("paused", None)
    paused = julio.session
    for go_on in (lambda: julio.write("hola"), lambda: julio.wish("resume"), lambda: julio.wish("explain")):
        julio.session = paused
        turn = go_on()
        assert heard(turn) == ["short.s4"]
        assert happened(turn) == ["SessionResumed"]


def test_a_wish_without_a_question_is_not_understood(rosa: Talk) -> None:
    """There is nothing to explain or repeat."""
    for wish in ("explain", "repeat", "go_back", "skip", "pause", "resume", "stop"):
        turn = rosa.wish(wish)
        assert (turn.understood, turn.say, turn.events) == (False, (), ())


def test_a_wish_that_does_not_exist_is_a_mistake_of_the_host(rosa: Talk) -> None:
    """Not something that a person can cause."""
    rosa.open("visit")
    with pytest.raises(KeyError):
        rosa.wish("fly")


def test_the_language_can_change_in_the_middle(julio: Talk) -> None:
    """The open question comes again; the host words it in the new language."""
    turn = julio.change_language("qu")
    (event,) = turn.events
    assert isinstance(event, LanguageChosen)
    assert heard(turn) == ["short.recall", "short.s1"]
    assert (julio.session.language, julio.facts["language"]) == ("qu", "qu")
    assert julio.say("manam").understood


def test_an_instrument_that_does_not_exist_in_the_language_says_so(rosa: Talk) -> None:
    """It goes on in its own language, honestly."""
    rosa.open("instrument:probe")
    assert heard(rosa.change_language("qu")) == ["utter_not_in_language", "probe.p1"]


def test_a_questionnaire_records_the_language_and_the_state_of_its_wording(engine: Engine) -> None:
    """A draft translation is known as a draft for ever."""
    for instrument, language, state in (("short", "qu", "draft"), ("probe", "es", "published")):
        illa = Talk(engine, "qu")
        illa.open(f"instrument:{instrument}")
        (started,) = [event for event in illa.events if isinstance(event, QuestionnaireStarted)]
        assert (started.language, started.state) == (language, state)


def test_the_language_can_be_a_question_of_a_flow(rosa: Talk) -> None:
    """The choice is the session's language, not a profile."""
    rosa.open("hello")
    turn = rosa.say("runasimi")
    assert happened(turn) == ["LanguageChosen"]
    assert rosa.session.language == "qu"


def test_the_result_is_told_in_words_and_the_question_asked_again(engine: Engine) -> None:
    """No number; what is undetermined is said to be so."""
    ana = finished(engine, "sí", "sí", "no", "no")
    turn = ana.wish("ask_result")
    assert heard(turn) == ["short.common.positive", "short.alcohol.negative", "breathe.helped"]
    assert "2" not in "".join(say.text or "" for say in turn.say)
    assert heard(finished(engine, "no", "paso", "no", "no").wish("ask_result"))[0] == "short.common.undetermined"


def test_before_the_end_there_is_no_result(julio: Talk, rosa: Talk) -> None:
    """Said so, with the question if there is one."""
    assert heard(julio.wish("ask_result")) == ["utter_no_result_yet", "short.s1"]
    assert heard(rosa.wish("ask_result")) == ["utter_no_result_yet"]


def test_a_button_of_another_question_changes_nothing(julio: Talk) -> None:
    """Neither the state nor the record."""
    old = julio.open_question.options[0].key
    julio.say("sí")
    before = julio.session
    for key in (old, "t3st:s2:forged", "zzzz:s2:yes", "not a key", ""):
        turn = julio.press(key)
        assert (turn.stale, turn.events, turn.say, turn.session.to_json()) == (True, (), (), before.to_json())


def test_equal_steps_of_two_flows_have_unlike_buttons(rosa: Talk) -> None:
    """An old «Parar aquí» must never erase anybody's data."""
    rosa.open("stop")
    stop = rosa.open_question.options[0].key
    rosa.open("erase")
    assert rosa.open_question.options[0].key.startswith("t3st:choose:yes:")
    assert rosa.press(stop.replace(":stop:", ":yes:")).stale


def test_every_key_fits_into_what_a_platform_gives_back(julio: Talk) -> None:
    """64 bytes with its wrapping."""
    for option in julio.open_question.options:
        assert len(f'/answer{{"k":"{option.key}"}}'.encode()) <= 64


def test_erasing_leaves_nothing_of_the_person(engine: Engine) -> None:
    """The host erases the records; the session forgets by itself."""
    ana = finished(engine, "sí", "sí")
    ana.open("erase")
    turn = ana.tap("yes")
    assert "DataErasureRequested" in happened(turn)
    assert ana.session.status == "erased"
    assert ana.facts == {"language": "es", "erase.choice": "yes"}
    assert (ana.session.closed, ana.session.fired, ana.session.frames) == ((), (), ())


def test_first_aid_is_chosen_by_what_was_answered(engine: Engine) -> None:
    """The highest priority whose profile fits; it ends with whether it helped."""
    ana = finished(engine, "sí", "sí", "no")
    turn = ana.say("no")
    (started,) = [event for event in turn.events if isinstance(event, FirstAidStarted)]
    assert started.script == "breathe"
    turn = ana.tap("some")
    (done,) = [event for event in turn.events if isinstance(event, FirstAidCompleted)]
    assert (done.script, done.helped) == ("breathe", "some")
    assert heard(turn) == ["call.offer"]


def test_first_aid_falls_back_on_the_script_that_always_fits(engine: Engine) -> None:
    """Somebody who sleeps well gets another one."""
    ana = finished(engine, "no", "sí", "sí")
    while ana.question != "rest.helped":
        ana.say("no")
    assert any(isinstance(event, FirstAidStarted) and event.script == "rest" for event in ana.events)


def test_first_aid_can_be_chosen(rosa: Talk, engine: Engine) -> None:
    """Every script with an offer is a button; to choose none is fine."""
    turn = rosa.open("menu")
    assert [(one.code, one.label) for one in turn.say[-1].options[:2]] == [
        ("breathe", "Respirar despacio"), ("rest", "Descansar"),
    ]  # fmt: skip
    assert [option.code for option in engine.offers()] == ["breathe", "rest"]
    assert heard(rosa.say("descansar"))[0] == "rest.rest.0"


def test_a_flow_that_is_open_is_not_opened_twice(julio: Talk) -> None:
    """Its question is asked again."""
    depth = len(julio.session.frames)
    assert heard(julio.open("visit")) == ["short.recall", "short.s1"]
    assert len(julio.session.frames) == depth


def test_a_script_that_was_passed_says_nothing_on_whether_it_helped(rosa: Talk) -> None:
    """Not to answer is no answer."""
    rosa.open("breathe")
    turn = rosa.wish("skip")
    (done,) = [event for event in turn.events if isinstance(event, FirstAidCompleted)]
    assert done.helped is None
