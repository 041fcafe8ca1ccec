"""A process that dies in mid-questionnaire loses no answer, and everybody goes on where they were."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest

from tests.e2e.process import Installation, RestTalk

pytestmark = pytest.mark.model

PEOPLE = 10
ITEMS = 3


@dataclass
class Survivor:
    """Somebody who was answering when the process died.

    acknowledged: linkId -> code of what the bot had taken before. in_flight: the answer sent last, and whether the bot
    still replied to it.
    """

    talk: RestTalk
    acknowledged: dict[str, str]
    in_flight: str
    replied: bool = False


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of its own, stopped at the end whatever happens."""
    made = Installation(tmp_path_factory.mktemp("killed") / "home")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def survivors(installation: Installation) -> list[Survivor]:
    """People whose process was killed while each had one more answer under way; it runs again."""
    installation.start()
    people = []
    for number in range(PEOPLE):
        talk = RestTalk(installation, f"rest-{number}")
        people.append(Survivor(talk, _answer_some(talk, number), in_flight="yes" if number % 2 else "no"))
    with ThreadPoolExecutor(PEOPLE) as pool:
        gate, somebody_heard = threading.Barrier(PEOPLE), threading.Event()
        for person in people:
            pool.submit(_send_one_more, person, gate, somebody_heard)
        assert somebody_heard.wait(timeout=30)
        installation.kill()
    installation.start()
    return people


def _answer_some(person: RestTalk, number: int) -> dict[str, str]:
    person.arrive()
    given = {}
    for item in range(1, ITEMS + 1):
        given[f"srq_{item}"] = "yes" if (number >> (item - 1)) & 1 else "no"
        person.choose(given[f"srq_{item}"])
        assert person.item == item + 1
    return given


def _send_one_more(person: Survivor, gate: threading.Barrier, heard: threading.Event) -> None:
    payload = person.talk.payload(person.in_flight)
    gate.wait()
    try:
        person.talk.say(payload)
        person.replied = True
        heard.set()
    except httpx.HTTPError:
        person.replied = False


def test_process_died_while_answers_were_under_way(survivors: list[Survivor]) -> None:
    """Otherwise the tests below would prove nothing."""
    assert not all(person.replied for person in survivors)


def test_every_acknowledged_answer_is_kept(installation: Installation, survivors: list[Survivor]) -> None:
    """What the bot had replied to is there; what was under way is there as a whole or not at all."""
    assert installation.is_sound()
    for person in survivors:
        kept = installation.answers(person.talk.sender)
        last = kept.pop(f"srq_{ITEMS + 1}", None)
        assert kept == person.acknowledged
        assert last == person.in_flight or (last is None and not person.replied)


def test_everybody_resumes_at_the_right_question_and_can_go_on(
    installation: Installation, survivors: list[Survivor]
) -> None:
    """After the restart the first question without an answer is asked again, and its answer is taken."""
    for person in survivors:
        talk = person.talk
        answered = len(installation.answers(talk.sender))
        talk.say("hola")
        assert talk.item == answered + 1
        talk.choose("yes")
        assert talk.item == answered + 2
        assert installation.answers(talk.sender)[f"srq_{answered + 1}"] == "yes"
