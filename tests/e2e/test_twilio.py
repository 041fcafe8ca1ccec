"""Whole screenings through Twilio: no buttons, so every answer is typed as the option's words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
import pytest_asyncio

from bot.gateway.asides.listeners import Fetching
from bot.gateway.channels import twilio
from bot.gateway.channels.twilio import LONGEST_TEXT, NAME, Twilio, read_form
from bot.gateway.post_office import PostOffice
from followup import voice_notes
from tests.e2e.whatsapp_phone import ASKED, GREETING, MOST_STEPS, NO, OWN_LANGUAGE
from uyariq.channels import open_post_office
from uyariq.gateway_asides import add_asides, typed_choices
from uyariq.listening import FollowupListeners
from uyariq.rooms import House

ACCOUNT = "AC" + "a" * 32
SOUND = b"OggS the sound of a voice"
NOTE = {
    "NumMedia": "1",
    "MediaContentType0": "audio/ogg",
    "MediaUrl0": f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'b' * 32}/Media/ME{'c' * 32}",
}
_phones = count(51_800_000_001)
_events = count(1)


class Phone:
    """Somebody's WhatsApp behind Twilio."""

    def __init__(self, office: PostOffice, sent: list[dict[str, str]]) -> None:
        self.number = str(next(_phones))
        self.conversation = office.identity.conversation(NAME, self.number)
        self.channel: Any = office._channels[NAME]
        self._office = office
        self._sent = sent

    async def write(self, text: str) -> str:
        """Type something; the bot's last message."""
        return await self._call(Body=text, NumMedia="0")

    async def speak(self) -> str:
        """Send a voice note; the bot's last message."""
        return await self._call(Body="", **NOTE)

    async def _call(self, **form: str) -> str:
        message = read_form({"MessageSid": f"SM{next(_events)}", "WaId": self.number, **form})
        assert message is not None
        media = self.channel.sound_of(form)
        self._office.receive([replace(message, media=media)])
        await self._office.idle()
        return [one["Body"] for one in self._sent if one["To"] == f"whatsapp:+{self.number}"][-1]


@pytest.fixture
def sent() -> list[dict[str, str]]:
    """What Twilio was given to send."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def office(
    house: House, sent: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[PostOffice]:
    """The gateway over the real bot, with nothing that only takes time."""
    monkeypatch.setattr(twilio, "LONGEST_PAUSE", 0.0)
    monkeypatch.setattr(twilio, "BURST", 100_000)
    house.clock.set(None)

    def api(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200 if str(request.url) == NOTE["MediaUrl0"] else 404, content=SOUND)
        form = dict(parse_qsl(request.content.decode()))
        if not 0 < len(form["Body"]) <= LONGEST_TEXT:
            return httpx.Response(400, json={"code": 21617})
        sent.append(form)
        return httpx.Response(201, json={"sid": f"SMout{len(sent)}"})

    made = open_post_office(house.settings, house.database, house.dialogue, house.failed, house.clock)
    client = httpx.AsyncClient(transport=httpx.MockTransport(api))
    choices = typed_choices(made, NAME, house.clock)
    channel = Twilio(ACCOUNT, "token", "+15550001", "https://bot.test/webhooks/twilio", client=client, choices=choices)
    made.add(channel)
    add_asides(made, replace(house.settings, listeners=True), house.database, house.clock, house.say)
    yield made
    await made.close()


async def screened(phone: Phone, language: str) -> int:
    """Answer until nothing is asked; how many answers."""
    last = await phone.write(GREETING[language])
    for answered in range(MOST_STEPS):
        offered = [line.removeprefix("• ") for line in last.split("\n") if line.startswith("• ")]
        own = [one for one in offered if one in OWN_LANGUAGE]
        no = [one for one in offered if one.startswith(NO[language])] if answered > 3 else []
        typed = [said for key, said in ASKED.items() if key in last.lower()] if not offered else []
        chosen = own[:1] if language == "es" else own[-1:]
        reply = chosen or no or offered or typed
        if not reply:
            return answered
        last = await phone.write(reply[0])
    return MOST_STEPS


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_a_screening_by_typed_options(
    house: House, office: PostOffice, sent: list[dict[str, str]], language: str
) -> None:
    """Every option can be answered by typing it as it stands there; all messages keep Twilio's limit."""
    dead = office.store.counts()["dead"]
    phone = Phone(office, sent)
    assert 20 <= await screened(phone, language) < MOST_STEPS
    assert office.store.counts()["dead"] == dead
    assert (house.database.session(phone.conversation) or {}).get("language") == language


@pytest.mark.parametrize(("typed", "kept"), [("Sí", 1), ("no, mejor escribo", 0)])
async def test_a_voice_note_waits_for_a_listener_only_after_a_typed_yes_and_is_no_answer(
    house: House, office: PostOffice, sent: list[dict[str, str]], typed: str, kept: int
) -> None:
    """In the middle of a questionnaire: nothing is scored by the note nor by the answer to the offer."""
    phone = Phone(office, sent)
    last = await phone.write("hola")
    for said in ("Español", "Sí, cuénteme", "Sí, siga", "Sí, acepto", "34", "Mujer", "Comas", "Comas, Lima"):
        last = await phone.write(said)
    assert "1 de 28" in last
    before = (house.database.session(phone.conversation) or {})["frames"]
    with house.database.read() as conn:
        waiting = voice_notes.count_waiting(conn)
    await phone.speak()
    await phone.write(typed)
    assert (house.database.session(phone.conversation) or {})["frames"] == before
    listeners = FollowupListeners(house.database, house.clock)
    assert await Fetching(office.notes, listeners, office.identity, {NAME: phone.channel}).look() == kept
    with house.database.begin() as conn:
        added = voice_notes.waiting(conn)[waiting:]
        assert [voice_notes.sound(conn, note.id, "listener", house.clock()) for note in added] == [SOUND] * kept
    assert "2 de 28" in await phone.write("No")
