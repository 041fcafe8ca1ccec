"""What happens when the bot does not understand: guesses as buttons, simpler words, then a person; both languages.

What the model makes of the odd messages here is set by the tests, so that they hold whatever the model has learnt.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from followup import unknown_messages
from tests.e2e import database
from tests.e2e.manners import complaints
from tests.e2e.talk import Talk, code_of
from uyariq.rooms import House

pytestmark = [pytest.mark.model, pytest.mark.asyncio(loop_scope="session")]

Begin = Callable[..., Talk]
BOTH = pytest.mark.parametrize("language", ["es", "qu"])
WISHES = (("request_human", 0.2), ("express_distress", 0.15), ("stop", 0.1))


def reads(house: House, text: str, *ranking: tuple[str, float], language: str = "es") -> str:
    """Let the model be unsure about a text, with these guesses."""
    rows: list[dict[str, Any]] = [{"name": "nlu_fallback", "confidence": 0.3}]
    rows += [{"name": intent, "confidence": sure} for intent, sure in ranking]
    made = {"text": text, "intent": rows[0], "intent_ranking": rows, "entities": [], "risk": [], "language": language}
    assert house.agent.processor is not None
    house.agent.processor._understood[text] = made  # type: ignore[attr-defined]
    return text


async def at_rest(talk: Talk, language: str) -> Talk:
    """Somebody who has stopped in the middle: nothing is being asked."""
    await talk.arrive(language)
    await talk.say("ya no quiero seguir")
    await talk.choose("stop")
    return talk


def labels(talk: Talk) -> list[str]:
    """What the guesses under the last answer stand for."""
    payloads = [button for bubble in talk.bubbles for button in bubble.get("buttons") or []]
    return [code_of(button) for button in payloads if ":guess:" in button["payload"]]


def payload_of(talk: Talk, code: str) -> str:
    """What a button sends."""
    found = [b["payload"] for bubble in talk.bubbles for b in bubble.get("buttons") or [] if code_of(b) == code]
    assert found, f"no button for «{code}»"
    return str(found[0])


def kept(house: House) -> list[str]:
    """Messages that wait for a label."""
    with house.database.read() as conn:
        return [one.text for one in unknown_messages.waiting(conn, limit=1000)]


def assert_kind(house: House, talk: Talk, language: str) -> None:
    assert talk.bubbles
    assert not complaints(house, talk.bubbles, language)


@BOTH
async def test_outside_a_question_the_two_best_guesses_are_offered(house: House, talk: Begin, language: str) -> None:
    """The likeliest wishes in plain words, and a way out."""
    person = await at_rest(talk(), language)
    await person.say(reads(house, "trozo verde", *WISHES))
    assert person.hears("utter_did_you_mean", language)
    assert labels(person) == ["request_human", "express_distress", "other"]
    assert all(len(title) <= 20 for title in person.buttons)
    assert_kind(house, person, language)


@BOTH
async def test_a_tapped_guess_is_as_if_it_had_been_said(house: House, talk: Begin, language: str) -> None:
    """The wish is done at once, and what comes next is understood anew."""
    person = await at_rest(talk(), language)
    await person.say(reads(house, "trozo verde", *WISHES))
    await person.choose("request_human")
    assert person.hears("request_human.honest.0", language)
    assert person.asks("callback.offer", language)


@BOTH
async def test_something_else_shows_what_can_be_done(house: House, talk: Begin, language: str) -> None:
    """Neither guess was right: the menu, without another word about not understanding."""
    person = await at_rest(talk(), language)
    await person.say(reads(house, "trozo verde", *WISHES))
    await person.choose("other")
    assert person.asks("menu.choose", language)
    assert not person.hears("utter_simple_choices", language)
    assert_kind(house, person, language)


@BOTH
async def test_an_older_guess_is_refused_kindly(house: House, talk: Begin, language: str) -> None:
    """After another message the button is of the past, in a question and outside of one."""
    person = await at_rest(talk(), language)
    await person.say(reads(house, "trozo verde", *WISHES))
    old = payload_of(person, "request_human")
    await person.choose("other")
    await person.payload(old)
    assert person.hears("utter_stale_button", language)
    assert person.asks("menu.choose", language)
    await person.choose("nothing")
    await person.payload(old)
    assert person.hears("utter_stale_button", language)
    assert not person.hears("request_human.honest.0", language)


async def test_a_forged_guess_opens_nothing(house: House, talk: Begin) -> None:
    """Only what was offered in the last answer can be tapped."""
    person = await at_rest(talk(), "es")
    await person.say(reads(house, "trozo verde", *WISHES))
    real = payload_of(person, "request_human")
    await person.payload(real.replace("request_human", "delete_my_data"))
    assert person.hears("utter_stale_button")
    assert person.asks("menu.choose")


@BOTH
async def test_ladder_outside_ends_with_a_person(house: House, talk: Begin, language: str) -> None:
    """Guesses, then simpler words with what can be done, then a person, with the line in reach."""
    person = await at_rest(talk(), language)
    await person.say(reads(house, "trozo verde", *WISHES))
    await person.say(reads(house, "trozo rojo"))
    assert person.hears("utter_simple_choices", language)
    assert person.asks("menu.choose", language)
    assert_kind(house, person, language)
    await person.say(reads(house, "trozo azul"))
    assert person.hears("utter_offer_person", language)
    assert "113" in "".join(person.heard[-2:])
    assert "call" in person.codes
    assert_kind(house, person, language)


@BOTH
async def test_ladder_in_a_question_explains_and_ends_with_a_person(house: House, talk: Begin, language: str) -> None:
    """The question in plainer words with its buttons, again with a way past it, then a call or passing it."""
    person = talk()
    await person.arrive(language)
    question = person.question
    await person.say(reads(house, "trozo verde", ("go_back", 0.3), ("affirm", 0.25), ("stop", 0.2), ("pause", 0.1)))
    assert person.hears("utter_not_understood", language)
    assert person.hears("srq_minsa.srq_1.explain", language)
    assert labels(person) == ["go_back", "stop"]
    await person.say(reads(house, "trozo rojo"))
    assert person.hears("utter_simple_choices", language)
    assert labels(person) == ["skip_question"]
    await person.say(reads(house, "trozo azul"))
    assert person.hears("utter_offer_person", language)
    assert labels(person) == ["request_callback", "skip_question"]
    assert person.question == question
    assert_kind(house, person, language)
    assert database.of_person(house, person).all_answers == []
    await person.choose("request_callback")
    assert person.asks("callback.offer", language)


@BOTH
async def test_passing_the_question_from_the_ladder_goes_on(house: House, talk: Begin, language: str) -> None:
    """Nothing is scored for it."""
    person = talk()
    await person.arrive(language)
    for text in ("trozo verde", "trozo rojo"):
        await person.say(reads(house, text))
    await person.choose("skip_question")
    assert person.asks("srq_minsa.srq_2", language)
    assert database.of_person(house, person).answers == {"srq_1": "skipped"}


async def test_being_understood_begins_the_ladder_anew(house: House, talk: Begin) -> None:
    """An answer, or a wish that leaves the question open, counts as understanding."""
    person = talk()
    await person.arrive()
    for understood in ("si", "quien es usted"):
        for text in ("trozo verde", "trozo rojo"):
            await person.say(reads(house, text))
        await person.say(understood)
    await person.say(reads(house, "trozo verde"))
    assert person.hears("utter_not_understood")
    assert not person.hears("utter_offer_person")


@BOTH
async def test_voice_notes_and_stickers_climb_the_ladder_too(house: House, talk: Begin, language: str) -> None:
    """They come without words: the person is told what can be read here, and is offered a person in the end."""
    person = talk()
    await person.arrive(language)
    await person.say("")
    assert person.hears("utter_only_reading", language)
    await person.say("")
    assert person.hears("utter_simple_choices", language)
    await person.say("")
    assert person.hears("utter_offer_person", language)
    assert_kind(house, person, language)


async def test_danger_among_the_guesses_is_asked_about_and_never_a_button(house: House, talk: Begin) -> None:
    """The path of words that may mean danger; and nothing of it is kept to learn from."""
    person = await at_rest(talk(), "es")
    before = set(kept(house))
    await person.say(reads(house, "trozo de algo gris", ("crisis_suicide", 0.34), ("request_human", 0.32)))
    assert person.ever_heard("crisis_suicide.help.0")
    assert database.of_person(house, person).flags == {"suicide": "moderate"}
    assert set(kept(house)) == before


async def test_faint_danger_is_neither_asked_about_nor_offered(house: House, talk: Begin) -> None:
    """Below the bar of the rules a guess is only a guess."""
    person = await at_rest(talk(), "es")
    await person.say(reads(house, "trozo de algo gris", ("crisis_suicide", 0.2), ("request_human", 0.15)))
    assert labels(person) == ["request_human", "other"]
    assert database.of_person(house, person).flags == {}


async def test_where_harm_may_read_along_no_number_is_shown(house: House, talk: Begin) -> None:
    """After words of violence the offer of a person stands without the line."""
    person = talk()
    await person.say("mi esposo me pega")
    while person.codes:
        await person.choose("skip" if "skip" in person.codes else person.codes[-1])
    await person.say("hola")
    for text in ("trozo verde", "trozo rojo", "trozo azul"):
        await person.say(reads(house, text))
    assert person.hears("utter_offer_person_discreet")
    assert not person.hears("utter_offer_person")


async def test_message_is_kept_bare_for_staff_to_label(house: House, talk: Begin) -> None:
    """With consent, in and outside of a question; names, places and numbers are gone before."""
    person = talk()
    await person.arrive()
    await person.say(reads(house, "lo de Yosimar en huanta 987654321", ("stop", 0.2)))
    assert "lo de [nombre] en [lugar] [número]" in kept(house)


async def test_nothing_is_kept_before_consent(house: House, talk: Begin) -> None:
    """Who has not agreed to anything leaves nothing to read."""
    person = talk()
    await person.say("hola")
    await person.choose("es")
    await person.say(reads(house, "algo antes de todo"))
    assert "algo antes de todo" not in kept(house)


async def test_answers_with_personal_data_are_not_kept(house: House, talk: Begin) -> None:
    """Where a number or place is asked for, whatever comes is theirs."""
    person = talk()
    await person.say("hola")
    for code in ("es", "yes", "yes", "yes"):
        await person.choose(code)
    await person.say(reads(house, "la edad de mi abuela"))
    assert person.asks("mental_health.age")
    assert "la edad de mi abuela" not in kept(house)


async def test_erasing_takes_the_kept_messages(house: House, talk: Begin) -> None:
    """Nothing of a person stays who asks to be forgotten."""
    person = talk()
    await person.arrive()
    await person.say(reads(house, "algo muy mio y raro"))
    assert "algo muy mio y raro" in kept(house)
    await person.say("borren mis datos")
    for _ in range(2):
        await person.choose("yes")
    assert "algo muy mio y raro" not in kept(house)
