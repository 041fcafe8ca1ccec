"""The trial: the same engine as in the chat, replayed from the list of answers, with scores and rules explained."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

import pytest

from console.editor.outcome import outcome_of
from console.editor.phone import TELEGRAM, WHATSAPP, look
from console.editor.simulator import MOST_ANSWERS, Bubble, Button, Played, Profile, simulate, typed_answers
from console.editor.wording import Speaker, Words, responses
from screening.calendar import AlwaysOpen
from screening.definitions import Library
from screening.engine import Engine
from screening.reader import read_folder

RULES = Path(__file__).parents[3] / "screening_rules"
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=timezone.utc)
NO_ANSWERS = ["b:not_at_all"] * 9


@pytest.fixture(scope="module")
def library() -> Library:
    """The real rules."""
    return read_folder(RULES)[0]


@pytest.fixture(scope="module")
def engine(library: Library) -> Engine:
    """Over them."""
    return Engine(library, AlwaysOpen())


def untranslated(context: str, text: str, language: str) -> str:
    """A catalog without anything."""
    return text


def play(engine: Engine, answers: Sequence[str], start: str = "instrument:phq9", **profile: object) -> Played:
    """A trial with these answers."""
    chosen = Profile(**profile)  # type: ignore[arg-type]
    speaker = Speaker(chosen.language, untranslated, {}, responses(), NOW)
    return simulate(engine, speaker, start, chosen, answers, NOW)


def test_it_begins_with_the_question_and_its_buttons(engine: Engine) -> None:
    """In the words that a person would read, with where they are."""
    played = play(engine, [])
    assert "Pregunta 1 de 9" in played.bubbles[-1].words.text
    assert [button.send for button in played.bubbles[-1].buttons][:2] == ["b:not_at_all", "b:several_days"]
    assert not played.ended


def test_the_same_answers_give_the_same_conversation(engine: Engine) -> None:
    """It is replayed at each step; a step back is one answer less."""
    assert play(engine, NO_ANSWERS[:4]).bubbles == play(engine, NO_ANSWERS[:4]).bubbles
    assert "Pregunta 4 de 9" in play(engine, NO_ANSWERS[:3]).bubbles[-1].words.text


def test_a_score_and_no_rule_after_low_answers(engine: Engine, library: Library) -> None:
    """Points, highest, cut-off."""
    outcome = outcome_of(library, play(engine, NO_ANSWERS), NOW)
    total = next(score for score in outcome.scores if "Puntaje total" in score.title)
    assert total.points == "0 de 27"
    assert not total.positive
    assert not outcome.rules


def test_a_rule_says_why_it_fired(engine: Engine, library: Library) -> None:
    """The ninth answer alone opens the crisis, and the page shows the fact that did it."""
    played = play(engine, [*NO_ANSWERS[:8], "b:several_days"])
    rule = next(one for one in outcome_of(library, played, NOW).rules if one.id == "TR-002")
    assert rule.facts == ("phq9.phq9_9 = 1",)
    assert rule.condition == "phq9.phq9_9 >= 1"
    assert any("Crisis" in asked for asked in rule.asks)


def test_typed_words_and_wishes_are_answers_as_well(engine: Engine) -> None:
    """What is not understood is said so and moves nothing."""
    assert "Pregunta 2 de 9" in play(engine, ["t:ningún día"]).bubbles[-1].words.text
    assert "Pregunta 2 de 9" in play(engine, ["w:skip"]).bubbles[-1].words.text
    lost = play(engine, ["t:xyz xyz"])
    assert lost.answers == ("t:xyz xyz",)
    assert lost.bubbles[-1].buttons, "the question is still open"


def test_the_person_matters(engine: Engine) -> None:
    """Somebody under age is led elsewhere than an adult."""
    said = {age: [one.words.text for one in play(engine, [], "mental_health", age=age).bubbles] for age in (15, 40)}
    agree = ["b:yes"] * 4
    young = play(engine, agree, "mental_health", age=15)
    adult = play(engine, agree, "mental_health", age=40)
    assert said[15] == said[40], "the welcome is the same"
    assert young.session.facts != adult.session.facts
    assert [one.words.text for one in young.bubbles] != [one.words.text for one in adult.bubbles]


def test_an_answer_that_the_draft_no_longer_offers_ends_the_replay(engine: Engine) -> None:
    """What was before it stays, and the page says so."""
    played = play(engine, ["b:not_at_all", "b:no_such", "b:not_at_all"])
    assert played.trouble == "not_offered"
    assert played.answers == ("b:not_at_all",)


def test_a_start_that_does_not_exist_is_told(engine: Engine) -> None:
    """Never an error page."""
    assert play(engine, [], "no_such_flow").trouble == "DefinitionUnavailable"


def test_quechua_of_the_draft_is_spoken_and_gaps_are_marked(engine: Engine) -> None:
    """Without words of its own the person would read Spanish; the page marks it."""
    bare = play(engine, [], "menu", language="qu")
    assert any(bubble.words.missing for bubble in bare.bubbles)
    text = next(bubble.words.text for bubble in bare.bubbles)
    speaker = Speaker("qu", untranslated, {text: "Allillanchu"}, responses(), NOW)
    spoken = simulate(engine, speaker, "menu", Profile(language="qu"), [], NOW)
    assert spoken.bubbles[0].words == Words("Allillanchu")


def test_the_list_of_answers_is_read_strictly() -> None:
    """Only answers, and never more than a conversation has."""
    assert typed_answers("b:yes\n\nhola\nw:skip\nt:dos palabras") == ("b:yes", "w:skip", "t:dos palabras")
    assert len(typed_answers("b:yes\n" * 1000)) == MOST_ANSWERS


def options(*titles: str) -> Bubble:
    """A question with these options."""
    return Bubble(Words("¿Sí?"), buttons=tuple(Button(Words(title), f"b:{title}") for title in titles))


def test_each_channel_has_its_own_look_and_limits() -> None:
    """WhatsApp: three short buttons, else a list of ten rows of 24 letters; Telegram shows them all."""
    assert not look(options("Sí", "No"), WHATSAPP).as_list
    assert look(options("a", "b", "c", "d"), WHATSAPP).as_list
    assert not look(options("a", "b", "c", "d"), TELEGRAM).as_list
    long = look(options("Esta etiqueta no cabe en un botón"), WHATSAPP)
    assert "WhatsApp muestra 20" in long.warnings[0]
    assert any("10 filas" in one for one in look(options(*map(str, range(11))), WHATSAPP).warnings)
    assert look(Bubble(Words("a" * 301)), TELEGRAM).warnings
