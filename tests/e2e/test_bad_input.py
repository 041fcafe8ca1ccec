"""Whatever comes in: a kind answer, no lost answer, nothing scored that was not said.

Each case is sent in the middle of a questionnaire; what the database held before is what it must hold after, the open
question is still open, and the person can go on.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from bot.dialogue_channel import InProcessDialogue
from bot.gateway.gateway import Gateway
from bot.gateway.identity import Identity
from tests.e2e import database
from tests.e2e.manners import complaints
from tests.e2e.talk import Talk
from uyariq.rooms import House

pytestmark = [pytest.mark.model, pytest.mark.asyncio(loop_scope="session")]

Begin = Callable[..., Talk]

TYPED = {
    "empty": "",
    "blank": "  \n\t  ",
    "ten_thousand_letters": "a" * 10_000,
    "ten_thousand_characters_of_words": "buenas tardes vecina " * 476 + "hola",
    "emoji_only": "😢😢🙏",
    "one_thumb": "👍",
    "control_characters": "\x00\x01\x07\x1b[31m\x7f",
    "right_to_left_marks": "\u202e\u200foN\u2066\u2069",
    "zero_width": "\u200b\u200d\ufeff",
    "half_an_emoji": "\ud83d",
    "punctuation": "...?!",
    "sql": "'; DROP TABLE answer; --",
    "sql_yes": "yes' OR '1'='1",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{7*7}} {phone} ${x} %s %n",
    "rasa_restart": "/restart",
    "rasa_session_start": "/session_start",
    "rasa_back": "/back",
    "typed_payload_of_a_crisis": '/crisis_suicide{"x":1}',
    "typed_payload_of_an_answer": '/answer{"k":"abcd:srq_3:yes"}',
    "typed_payload_of_the_clock": "/EXTERNAL_rescreen",
    "typed_payload_of_erasing": "/delete_my_data",
    "json": '{"text": "si", "answer": true}',
    "link": "https://example.org/si?x=no",
    "number": "0",
    "another_alphabet": "да нет 是 不",
}


async def arrived(begin: Begin, items: int = 2) -> Talk:
    """Somebody who has answered that many items with no."""
    talk = begin()
    await talk.arrive()
    for _ in range(items):
        await talk.choose("no")
    return talk


def assert_kind(house: House, talk: Talk) -> None:
    """There is an answer, in good manners."""
    assert talk.bubbles, "silence"
    assert not complaints(house, talk.bubbles, "es")


MEANT = ("/back", "/restart")
# What the model takes for a wish, rightly ("session start") or not: kind words and no alarm all the same.
MEANT_FIRST = ("/session_start", "'; DROP TABLE answer; --")


@pytest.mark.parametrize("text", TYPED.values(), ids=TYPED.keys())
async def test_odd_text_is_answered_kindly_and_counts_as_nothing(house: House, talk: Begin, text: str) -> None:
    """The question is asked again, nothing new is in the database, and the next answer goes to the same question.

    A word with a slash before it is that word: "/back" goes back, "/restart" asks whether to begin again.
    """
    person = await arrived(talk)
    before, question = database.of_person(house, person), person.question
    await person.say(text)
    assert_kind(house, person)
    assert database.of_person(house, person) == before
    if text in MEANT:
        return
    assert person.question == question
    await person.choose("yes")
    assert database.of_person(house, person).all_answers == [*before.all_answers, ("srq_3", "yes")]


@pytest.mark.parametrize("text", TYPED.values(), ids=TYPED.keys())
async def test_odd_first_message_is_answered_kindly(house: House, talk: Begin, text: str) -> None:
    """Somebody whose first message is nonsense is asked which language they speak, and no alarm is raised."""
    person = talk()
    await person.say(text)
    assert_kind(house, person)
    if text not in MEANT_FIRST:
        assert person.asks("language.choose") or person.asks("language.choose", "qu")
    assert database.of_person(house, person).tasks == {}


async def test_words_of_danger_are_found_at_the_end_of_ten_thousand_characters(house: House, talk: Begin) -> None:
    """However long somebody writes, the cry for help in it is heard."""
    person, words = await arrived(talk), " ya no quiero vivir"
    await person.say(("le cuento que en mi casa estamos todos bien gracias " * 200)[: 10_000 - len(words)] + words)
    assert person.hears("crisis_suicide.help.0")
    assert database.of_person(house, person).tasks["crisis"] == "asap"


@pytest.mark.parametrize("text", ["-5", "999", "0", "34 35", "1e3", "tengo muchos", "99999999999999999999", "34.5"])
async def test_what_is_no_age_is_asked_again(house: House, talk: Begin, text: str) -> None:
    """No age is guessed: it decides about the minors' path."""
    person = talk()
    await person.say("hola")
    for code in ("es", "yes", "yes", "yes"):
        await person.choose(code)
    await person.say(text)
    assert_kind(house, person)
    assert person.asks("mental_health.age")
    assert database.of_person(house, person).patient["age"] is None


@pytest.mark.parametrize("text", ["123", "000000000", "9876543210987654321", "mi numero", "987-65", "uno dos tres"])
async def test_what_is_no_telephone_is_asked_again(house: House, talk: Begin, text: str) -> None:
    """A wrong number would be a call that never comes."""
    person = talk()
    await person.say("quiero que me llamen por favor")
    if person.asks("language.choose"):
        await person.choose("es")
        await person.say("quiero que me llamen por favor")
    for code in ("yes", "yes"):
        await person.choose(code)
    assert person.asks("callback.phone")
    await person.say(text)
    assert_kind(house, person)
    assert person.asks("callback.phone")
    assert database.of_person(house, person).identities == []


def forged(sid: str, step: str) -> dict[str, str]:
    """Payloads that no button of the open question carries; `sid` and `step` are those of the question."""

    def key(value: object) -> str:
        return "/answer" + json.dumps({"k": value})

    return {
        "wrong_session": key(f"zzzz:{step}:yes"),
        "wrong_item": key(f"{sid}:srq_17:yes"),
        "item_of_another_instrument": key(f"{sid}:asq_5:yes"),
        "step_of_a_flow": key(f"{sid}:consent:no"),
        "unknown_code": key(f"{sid}:{step}:maybe"),
        "too_many_parts": key(f"{sid}:{step}:yes:no:yes"),
        "empty_key": key(""),
        "number_for_key": key(1),
        "nothing_for_key": key(None),
        "list_for_key": key([f"{sid}:{step}:yes"]),
        "more_values": "/answer" + json.dumps({"k": f"{sid}:{step}:yes", "intent": "affirm"}),
        "huge_key": key(f"{sid}:{step}:" + "y" * 100_000),
        "deeply_nested": "/answer" + '{"k":' * 50_000,
        "not_json": "/answer{k: yes}",
        "half_json": '/answer{"k":"',
        "two_objects": key(f"{sid}:{step}:yes") * 2,
        "no_slash": key(f"{sid}:{step}:yes")[1:],
        "other_intent": "/crisis_suicide" + json.dumps({"k": f"{sid}:{step}:yes"}),
        "intent_of_the_clock": "/EXTERNAL_rescreen",
        "erasing": "/delete_my_data",
        "control_characters": key(f"{sid}:{step}:yes\x00"),
        "sql": key(f"{sid}:{step}:yes'; DROP TABLE answer; --"),
        "html": "<b>/answer</b>",
        "empty": "",
    }


@pytest.mark.parametrize("name", forged("", ""))
async def test_forged_payload_is_answered_kindly_and_counts_as_nothing(house: House, talk: Begin, name: str) -> None:
    """Only a button of the open question answers it; everything else leaves things as they were."""
    person = await arrived(talk)
    before, question = database.of_person(house, person), person.question
    sid, step = json.loads(person.button("Sí")["payload"].removeprefix("/answer"))["k"].split(":")[:2]
    await person.payload(forged(sid, step)[name])
    assert_kind(house, person)
    assert person.question == question
    assert database.of_person(house, person) == before


async def test_payload_of_the_open_question_that_was_typed_is_only_text(house: House, talk: Begin) -> None:
    """A button is tapped, not typed: what a platform hands over as text is never taken as a payload."""
    person = await arrived(talk)
    before, question = database.of_person(house, person), person.question
    await person.say(person.button("Sí")["payload"])
    assert_kind(house, person)
    assert person.question == question
    assert database.of_person(house, person) == before


async def test_tap_on_an_old_keyboard_changes_nothing_and_says_so(house: House, talk: Begin) -> None:
    """A button two questions back is of a question that is over."""
    person = await arrived(talk, items=1)
    old = person.button("Sí")["payload"]
    await person.choose("no")
    await person.choose("no")
    before, question = database.of_person(house, person), person.question
    await person.payload(old)
    assert person.hears("utter_stale_button")
    assert person.question == question
    assert database.of_person(house, person) == before


async def test_tap_on_an_old_keyboard_after_the_end_changes_nothing(house: House, talk: Begin) -> None:
    """Who has stopped and then taps an old button gets an answer, not an entry."""
    person = await arrived(talk)
    old = person.button("Sí")["payload"]
    await person.say("ya no quiero seguir")
    await person.choose("stop")
    before = database.of_person(house, person)
    await person.payload(old)
    assert_kind(house, person)
    after = database.of_person(house, person)
    assert (after.all_answers, after.responses, after.tasks) == (before.all_answers, before.responses, before.tasks)


async def test_tap_on_a_keyboard_from_before_the_erasing_answers_nothing(house: House, talk: Begin) -> None:
    """A new life: buttons of the old one belong to nobody."""
    person = await arrived(talk)
    old = person.button("Sí")["payload"]
    await person.say("borren mis datos")
    for _ in range(2):
        await person.choose("yes")
    await person.arrive()
    for _ in range(2):
        await person.choose("no")
    question = person.question
    await person.payload(old)
    assert person.question == question
    assert database.of_person(house, person).all_answers == [("srq_1", "no"), ("srq_2", "no")]


async def test_two_answers_at_once_answer_two_questions_in_their_order(house: House, talk: Begin) -> None:
    """Nobody's quick second message is lost or overtakes the first."""
    person = await arrived(talk)
    answers = await asyncio.gather(person.say("si"), person.say("no"))
    assert all(answers)
    kept = database.of_person(house, person)
    assert kept.all_answers[2:] == [("srq_3", "yes"), ("srq_4", "no")]
    assert len(kept.answers) == 4


async def test_button_tapped_twice_in_a_hurry_answers_once(house: House, talk: Begin) -> None:
    """The second tap of the same button is of a question that is already answered."""
    person = await arrived(talk)
    yes = person.button("Sí")["payload"]
    answers = await asyncio.gather(person.payload(yes), person.payload(yes))
    assert all(answers)
    assert database.of_person(house, person).all_answers[2:] == [("srq_3", "yes")]


async def test_answer_and_cry_for_help_at_once_are_both_kept(house: House, talk: Begin) -> None:
    """Help is not lost in a crowd of messages."""
    person = await arrived(talk)
    answers = await asyncio.gather(person.say("si"), person.say("me quiero matar"), person.say("hola"))
    assert all(answers)
    kept = database.of_person(house, person)
    assert kept.all_answers[2:] == [("srq_3", "yes")]
    assert kept.tasks["crisis"] == "asap"
    assert person.ever_heard("crisis_suicide.help.0")


async def test_message_that_comes_twice_is_answered_the_same_and_counted_once(house: House, talk: Begin) -> None:
    """Platforms send again what they are not sure of."""
    person = await arrived(talk)
    first = await person.say("si", message_id="the-same")
    second = await person.say("si", message_id="the-same")
    assert first == second
    assert database.of_person(house, person).all_answers[2:] == [("srq_3", "yes")]


async def test_message_that_comes_twice_at_once_is_counted_once(house: House, talk: Begin) -> None:
    """Also when the second comes before the first is answered."""
    person = await arrived(talk)
    first, second = await asyncio.gather(*(person.say("si", message_id="the-same") for _ in range(2)))
    assert database.of_person(house, person).all_answers[2:] == [("srq_3", "yes")]
    assert first == second


async def test_message_that_comes_again_after_a_restart_is_counted_once(house: House, talk: Begin) -> None:
    """A gateway that has forgotten what it answered still does not write it twice, and is not silent."""
    person = await arrived(talk)
    await person.say("si", message_id="the-same")
    question, known = person.question, house.gateway
    anew = Gateway(InProcessDialogue(house.agent), Identity(house.settings.secret), failed=list)
    try:
        house.gateway = anew
        await person.say("si", message_id="the-same")
    finally:
        house.gateway = known
    assert database.of_person(house, person).all_answers[2:] == [("srq_3", "yes")]
    assert person.question == question


async def test_twenty_people_at_once_each_get_their_own_answers(house: House, talk: Begin) -> None:
    """Nobody's answer lands at somebody else."""
    people = [talk(f"person{number}") for number in range(20)]
    languages = ["es", "qu"] * 10

    async def live(number: int) -> None:
        person = people[number]
        await person.arrive(languages[number], age=20 + number)
        for bit in range(6):
            await person.choose("yes" if number >> bit & 1 else "no")

    await asyncio.gather(*(live(number) for number in range(20)))
    for number, person in enumerate(people):
        kept = database.of_person(house, person)
        wanted = [(f"srq_{bit + 1}", "yes" if number >> bit & 1 else "no") for bit in range(6)]
        assert kept.all_answers == wanted
        assert (kept.patient["age"], kept.patient["language"]) == (20 + number, languages[number])
