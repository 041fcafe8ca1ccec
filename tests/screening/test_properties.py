"""What holds whatever a person does: any sequence of replies, taps, wishes and dangers, through JSON each time."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.definitions import Library, Questionnaire
from screening.engine import Engine, Reply, Turn
from screening.errors import SessionUnreadable
from screening.events import ItemAnswered, ItemSkipped, QuestionnaireStarted, ScoreComputed, TaskAdvised
from screening.response import enabled_items
from screening.session import STATUSES, Session
from tests.screening.talk import NOW, Talk

TEXTS = ["sí", "no", "acepto", "34", "15", "900", "Carabayllo", "Santa Rosa", "987654321", "Rosa", "a veces", "paso",
         "siempre", "nunca", "algunos días", "me equivoqué", "no entiendo", "ya no quiero seguir", "después sigo",
         "sigamos", "en la tarde", "parar aquí", "descansar", "seguir", "", "🙃", "x" * 300]  # fmt: skip
WISHES = ["explain", "repeat", "go_back", "skip", "unsure", "pause", "resume", "stop", "restart", "ask_result"]
FLOWS = ["visit", "menu", "call", "danger", "stop", "erase", "hello", "instrument:short", "instrument:long"]

STEPS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(TEXTS)),
    st.tuples(st.just("tap"), st.integers(0, 5)),
    st.tuples(st.just("wish"), st.sampled_from(WISHES)),
    st.tuples(st.just("open"), st.sampled_from(FLOWS)),
    st.tuples(st.just("risk"), st.sampled_from(["suicide", "violence", "medical"])),
    st.tuples(st.just("language"), st.sampled_from(["es", "qu"])),
    st.tuples(st.just("press"), st.text(max_size=20)),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 30 * 24])),
)
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def do(talk: Talk, kind: str, what: Any) -> Turn | None:
    """One thing that a person does."""
    if kind == "tap":
        question = talk.engine.question(talk.session, talk.now)
        options = question.options if question else ()
        return talk.press(options[what % len(options)].key) if options else None
    if kind == "wait":
        talk.now += timedelta(hours=what)
        return None
    doing = {
        "write": talk.write, "wish": talk.wish, "open": talk.open, "risk": talk.risk,
        "language": talk.change_language, "press": talk.press,
    }  # fmt: skip
    turn: Turn = doing[kind](what)
    return turn


def assert_sound(talk: Talk, library: Library) -> None:
    """The position is valid, and the state is what JSON can hold."""
    session = talk.session
    assert session.status in STATUSES
    assert Session.from_json(json.loads(json.dumps(session.to_json()))) == session
    for frame in session.frames:
        definition = library.instrument(frame.name) if frame.response_id else library.flow(frame.name)
        assert definition is not None
        assert frame.step is None or frame.step in definition.places
    if session.frames and session.status == "in-progress":
        assert session.frames[-1].waiting
        assert talk.question


@QUICK
@given(steps=st.lists(STEPS, max_size=40))
def test_nothing_a_person_does_breaks_the_conversation(engine: Engine, library: Library, steps: list[Any]) -> None:
    """No error, always a valid place, never more than one question at the end of a turn."""
    talk = Talk(engine)
    for kind, what in [("open", "visit"), *steps]:
        turn = do(talk, kind, what)
        assert_sound(talk, library)
        if turn is not None and turn.say and talk.question:
            assert turn.say[-1].kind == "question" or turn.say[-1].response


def total_of(instrument: Questionnaire, name: str, answers: dict[str, str]) -> float:
    """The sum of what was recorded for a score, worked out without the engine's own scoring."""
    score = next(score for score in instrument.scores if score.name == name)
    asked = {item.link_id: item for item in enabled_items(instrument, answers)}
    total: float = 0
    for link_id in score.items:
        item, code = asked.get(link_id), answers.get(link_id)
        if item and code in ("skipped", "unsure"):
            total += score.skipped_counts_as or 0
        elif item and code:
            total += next(option.value or 0 for option in item.options if option.code == code)
    return total


@QUICK
@given(steps=st.lists(STEPS, max_size=40))
def test_no_answer_is_ever_lost_and_scores_are_sums_of_what_was_recorded(
    engine: Engine, library: Library, steps: list[Any]
) -> None:
    """A host that records the events has every answer, and the engine's scores are their sums."""
    talk = Talk(engine)
    recorded: dict[str, dict[str, str]] = {}
    instruments: dict[str, str] = {}
    for kind, what in [("open", "instrument:long"), *steps]:
        turn = do(talk, kind, what)
        for event in turn.events if turn else ():
            if isinstance(event, QuestionnaireStarted):
                assert event.response_id not in recorded
                recorded[event.response_id], instruments[event.response_id] = {}, event.instrument
            elif isinstance(event, ItemAnswered | ItemSkipped):
                known = recorded[event.response_id]
                assert event.replaces == (event.link_id in known)
                known[event.link_id] = event.code if isinstance(event, ItemAnswered) else event.why
            elif isinstance(event, ScoreComputed):
                instrument = library.instrument(instruments[event.response_id])
                assert instrument
                assert event.value == total_of(instrument, event.name, recorded[event.response_id])
        for frame in talk.session.frames:
            if frame.response_id:
                assert dict(frame.answers) == recorded[frame.response_id]


@QUICK
@given(steps=st.lists(STEPS, max_size=30))
def test_an_answer_that_shows_danger_always_advises_a_task_in_its_turn(engine: Engine, steps: list[Any]) -> None:
    """However often, whatever happened before; so do words of danger that a rule knows."""
    talk = Talk(engine)
    for kind, what in [("open", "instrument:short"), *steps]:
        turn = do(talk, kind, what)
        if turn is None:
            continue
        risky = [e for e in turn.events if isinstance(e, ItemAnswered) and _is_risky(e)]
        if risky or (kind == "risk" and what != "medical"):
            assert any(isinstance(event, TaskAdvised) for event in turn.events)


def _is_risky(event: ItemAnswered) -> bool:
    return event.link_id in ("s3", "l9", "p1", "p2") and event.value != 0


@QUICK
@given(steps=st.lists(STEPS, max_size=25))
def test_to_go_back_and_say_the_same_changes_nothing(engine: Engine, steps: list[Any]) -> None:
    """From wherever the person stands in an instrument, once it has an answer."""
    talk = Talk(engine)
    for kind, what in [("open", "instrument:long"), *steps]:
        do(talk, kind, what)
    running = talk.session.running
    if running is None or not running.answers or talk.session.status != "in-progress" or not running.response_id:
        return
    before = talk.session
    turn = talk.wish("go_back")
    again = talk.session.running
    if again is None or again.step is None or turn.say[0].response == "utter_nothing_before":
        return
    code = again.answers[again.step]
    if code in ("skipped", "unsure"):
        talk.wish({"skipped": "skip", "unsure": "unsure"}[code])
    else:
        assert not talk.tap(code).events
    after = talk.session
    assert (after.facts, after.fired, after.closed) == (before.facts, before.fired, before.closed)
    assert after.frames[-1].answers == before.frames[-1].answers


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "frames", "facts", "status", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@QUICK
@given(stored=VALUES)
def test_a_damaged_session_never_comes_in_unnoticed(engine: Engine, stored: Any) -> None:
    """Either it is a session, or a typed error."""
    try:
        session = Session.from_json(stored)
    except SessionUnreadable:
        return
    assert engine.reply(session, Reply("sí"), NOW) is not None
