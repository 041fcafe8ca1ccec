"""A whole screening over Telegram: the real bot, a real client, an emulator that somebody else wrote."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from bot.gateway.channels import telegram
from bot.gateway.post_office import PostOffice
from tests.emulators.telegram_server import TelegramServer, telegram_server
from uyariq.channels import open_post_office, start_channels
from uyariq.rooms import House
from uyariq.settings import TelegramSettings

NO = {"es": "No", "qu": "Mana"}
ASKED = {"años": "34", "distrito": "Comas", "wata": "34", "distritu": "Comas", "llaqta": "Comas"}
OWN_LANGUAGE = {"es": ("Castellano", "Español"), "qu": ("Runasimi", "Qhichwa", "Runasimi (quechua)")}
MOST_STEPS = 60


@pytest.fixture(scope="module")
def server() -> Iterator[TelegramServer]:
    """One emulator for all tests. Another bot than the other tests' has this database served before."""
    with telegram_server("654321:prueba") as running:
        yield running


@pytest.mark.parametrize(("language", "person"), [("es", 901), ("qu", 902)])
async def test_a_screening_by_taps(
    house: House, server: TelegramServer, language: str, person: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Greeting, language, consent and every item by tapping the first or the "no" button, to the end of the flow."""
    monkeypatch.setattr(telegram, "LONGEST_PAUSE", 0.0)
    monkeypatch.setattr(telegram, "BURST", 1000)
    settings = replace(
        house.settings,
        telegram=TelegramSettings(server.token, server.address, "", ""),
    )
    office = open_post_office(settings, house.database, house.dialogue, house.failed, house.clock)
    tasks = start_channels(office, settings, house.database, house.clock, house.say)
    try:
        steps = await asyncio.to_thread(_answer_everything, office, server, person, language)
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await office.close()
    messages = server.messages(person)
    # Every keyboard but the last is gone once it was answered.
    assert [bool(one["buttons"]) for one in messages[:-1]].count(True) <= 1
    assert steps >= 20
    conversation = office.identity.conversation("telegram", str(person))
    assert (house.database.session(conversation) or {}).get("language") == language


def _answer_everything(office: PostOffice, server: TelegramServer, person: int, language: str) -> int:
    """Answer until nothing is asked; how many answers."""
    server.write(person, "hola" if language == "es" else "allinllachu, runasimipi rimasun")
    answered = 0
    for _ in range(MOST_STEPS):
        last = _settled(office, server, person)
        if last["buttons"]:
            titles = [button["text"] for button in last["buttons"]]
            own = [title for title in titles if title in OWN_LANGUAGE[language]]
            no = [title for title in titles if title.startswith(NO[language])] if answered > 3 else []
            server.tap(person, (own or no or titles)[0])
        else:
            words = [said for key, said in ASKED.items() if key in last["text"].lower()]
            if not words:
                return answered
            server.write(person, words[0])
        answered += 1
    return answered


def _settled(office: PostOffice, server: TelegramServer, person: int) -> dict:  # type: ignore[type-arg]
    """The bot's last message, once nothing waits for this person and it has said nothing more for a moment."""
    conversation = office.identity.conversation("telegram", str(person))
    until = time.monotonic() + 60
    count = len(server.messages(person))
    quiet_since = time.monotonic()
    while time.monotonic() < until:
        now = len(server.messages(person))
        if now != count:
            count, quiet_since = now, time.monotonic()
        if now and time.monotonic() - quiet_since > 0.4 and conversation not in office.store.waiting():
            break
        time.sleep(0.05)
    return server.messages(person)[-1]
