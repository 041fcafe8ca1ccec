"""Somebody of the team writes with a person through the real bot: it is silent, helps in danger, and comes back."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import replace
from typing import Any

import pytest

from bot.gateway.channels import telegram
from followup import handovers, staff_messages, worklist
from followup.handovers import HANDED_BACK
from tests.emulators.telegram_server import TOKEN, TelegramServer, telegram_server
from tests.followup.people import add_staff
from uyariq.channels import open_post_office, start_channels
from uyariq.rooms import House
from uyariq.settings import TelegramSettings
from uyariq.staff_talk import carry_staff_messages

PERSON = 977


class Person:
    """Somebody at the web chat."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.id = secrets.token_hex(16)
        self.conversation = house.gateway._identity.conversation("web", self.id)

    async def says(self, text: str) -> list[str]:
        """What comes back."""
        bubbles = await self.house.gateway.receive("web", self.id, secrets.token_hex(8), text=text)
        return [str(bubble["text"]) for bubble in bubbles]


@pytest.fixture
def person(house: House) -> Person:
    """Somebody new."""
    return Person(house)


@pytest.fixture
def ana(house: House) -> str:
    """A counselor of this test."""
    return add_staff(house.database, f"ana-{secrets.token_hex(4)}")


def write(house: House, person: Person, ana: str, text: str) -> str:
    """Ana writes; the person's id."""
    with house.database.begin() as conn:
        patient = conn.exec_driver_sql(
            "SELECT patient_id FROM conversation WHERE id = ?", (person.conversation,)
        ).scalar()
        staff_messages.write(conn, str(patient), ana, text, house.say_of_staff, house.clock())
    return str(patient)


def kept(house: House, patient: str, ana: str) -> list[tuple[str, bool]]:
    """What the team reads of the person."""
    with house.database.begin() as conn:
        lines = staff_messages.talk(conn, patient, ana, house.clock())
    return [(line.text, line.shows_risk) for line in lines if line.direction == "in"]


async def test_the_bot_is_silent_until_the_word_is_handed_back(house: House, person: Person, ana: str) -> None:
    """And then goes on as before."""
    assert await person.says("hola")
    patient = write(house, person, ana, "¿Cómo está?")
    assert await person.says("más o menos, no dormí") == []
    assert kept(house, patient, ana) == [("más o menos, no dormí", False)]
    with house.database.begin() as conn:
        held = handovers.of_person(conn, patient)
        assert held is not None
        staff_messages.hand_back(conn, held, HANDED_BACK, house.say_of_staff, house.clock(), ana)
    assert await person.says("hola")


@pytest.mark.parametrize("words", ["ya no quiero vivir", "wañuyta munani"])
async def test_a_word_of_danger_raises_the_crisis_at_once(house: House, person: Person, ana: str, words: str) -> None:
    """Help with a number, a crisis on the list, the words before the team; the next words are the team's again."""
    await person.says("hola")
    patient = write(house, person, ana, "¿Cómo está?")
    said: Any = await person.says(words)
    assert any("113" in text for text in said)
    with house.database.read() as conn:
        cards = worklist.open_tasks(conn, house.clock(), worklist.Filters(limit=None))
    assert [card.kind for card in cards if card.patient_id == patient and card.kind == "crisis"] == ["crisis"]
    assert kept(house, patient, ana) == [(words, True)]
    assert await person.says("estoy en mi casa") == []
    assert kept(house, patient, ana)[-1] == ("estoy en mi casa", False)


async def test_who_wants_their_data_erased_gets_the_bot(house: House, person: Person, ana: str) -> None:
    """It asks, as always, and the team no longer has the word."""
    await person.says("hola")
    patient = write(house, person, ana, "¿Cómo está?")
    assert await person.says("borrar mis datos")
    with house.database.read() as conn:
        assert handovers.of_person(conn, patient) is None


async def test_over_telegram_the_person_hears_that_somebody_is_there_and_their_answer_comes_back(
    house: House, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the real outbox, a real client and an emulator that somebody else wrote."""
    monkeypatch.setattr(telegram, "LONGEST_PAUSE", 0.0)
    with telegram_server() as server:
        settings = replace(house.settings, telegram=TelegramSettings(TOKEN, server.address, "", ""))
        office = open_post_office(settings, house.database, house.dialogue, house.failed, house.clock)
        work = start_channels(office, settings, house.database, house.clock, house.say)
        work.append(asyncio.create_task(carry_staff_messages(office, house.database, house.say_of_staff, house.clock)))
        try:
            await asyncio.to_thread(_greet, server)
            patient = _patient_of(house)
            with house.database.begin() as conn:
                staff_messages.write(conn, patient, ana, "¿Cómo amaneció?", house.say_of_staff, house.clock())
            said = await asyncio.to_thread(_until_said, server, "¿Cómo amaneció?")
            assert "una persona del equipo" in said[-2]
            server.write(PERSON, "mejor, gracias")
            assert await _until_kept(house, patient, ana) == [("mejor, gracias", False)]
            assert [one["text"] for one in server.messages(PERSON)] == said, "the bot says nothing"
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await office.close()


def _greet(server: TelegramServer) -> None:
    server.write(PERSON, "hola")
    server.wait_for(PERSON, 1)
    time.sleep(1)


def _patient_of(house: House) -> str:
    conversation = house.gateway._identity.conversation("telegram", str(PERSON))
    with house.database.read() as conn:
        found = conn.exec_driver_sql("SELECT patient_id FROM conversation WHERE id = ?", (conversation,)).scalar()
    return str(found)


def _until_said(server: TelegramServer, words: str) -> list[str]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        said = [str(one["text"]) for one in server.messages(PERSON)]
        if words in said:
            return said
        time.sleep(0.05)
    raise AssertionError("the message did not arrive")


async def _until_kept(house: House, patient: str, ana: str) -> list[tuple[str, bool]]:
    until = time.monotonic() + 20
    while time.monotonic() < until and not kept(house, patient, ana):
        await asyncio.sleep(0.05)
    return kept(house, patient, ana)
