"""Ten thousand broken events: none stops the gateway, and none takes its neighbour with it."""

from __future__ import annotations

import json
from itertools import count
from random import Random

import httpx
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.gateway.channels.telegram_intake import TelegramIntake
from bot.gateway.channels.twilio import read_form
from bot.gateway.channels.whatsapp_intake import WhatsAppIntake
from bot.gateway.identity import Identity
from bot.gateway.incoming import Incoming
from bot.gateway.webhooks import gateway_app, signature, whatsapp_routes
from tests.bot.gateway.malformed import BASE, JUNK, TELEGRAM, WHATSAPP, broken
from tests.emulators.graph import event

TIMES, EACH, BATCHES = 100, 100, 5
SECRET = "app-secret"
_numbers = count(1)
many = settings(
    max_examples=TIMES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


class Alerts(dict):  # type: ignore[type-arg]
    def settled(self, channel: str) -> None:
        """Nothing was refused here."""


class Office:
    """Keeps what reaches it, as JSON: what a store could not keep would be lost, too."""

    def __init__(self) -> None:
        self.kept: list[Incoming] = []
        self.refused = Alerts()
        self.identity = Identity(bytes(range(32)))
        self.store = self

    def receive(self, messages: list[Incoming], position: object = None) -> int:
        for one in messages:
            self.identity.conversation(one.channel, one.person)
            kept = json.dumps(one.to_dict(), ensure_ascii=False).encode()
            # Ids stand in an index, which takes no more.
            assert len(one.event_id.encode()) + len(one.person.encode()) < 1_500
            assert b"\\u0000" not in kept
        self.kept += messages
        return len(messages)

    def blocked(self, channel: str, person: str, is_blocked: bool) -> None:
        self.identity.conversation(channel, person)

    def unreachable(self, conversation: str, reason: str) -> None:
        conversation.encode()

    def delivered(self, platform_id: str, status: str) -> None:
        f"{platform_id}{status}".encode()

    def not_delivered(self, platform_id: str, reason: str) -> None:
        f"{platform_id}{reason}".encode()


@many
@given(st.randoms(use_true_random=False))
@pytest.mark.asyncio
async def test_telegram_updates(chance: Random) -> None:
    """Of a hundred broken updates and a good one at the end, the good one is kept."""
    office = Office()
    numbers = [next(_numbers) for _ in range(EACH + 1)]
    updates = [{**broken(chance, chance.choice(TELEGRAM)), "update_id": number} for number in numbers[:-1]]
    good = {"update_id": numbers[-1], "message": {**BASE, "text": "sigo aquí"}}
    await TelegramIntake(office, "123456").take([*updates, good])  # type: ignore[arg-type]
    assert office.kept[-1].text == "sigo aquí"


@many
@given(st.randoms(use_true_random=False))
@pytest.mark.asyncio
async def test_whatsapp_events(chance: Random) -> None:
    """As many, in batches of twelve and with broken reports, through the signed door; the good ones stay."""
    office = Office()
    app = gateway_app(whatsapp_routes(SECRET, "verify", WhatsAppIntake(office).take), lambda: True)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as meta:
        for batch in range(BATCHES):
            made = [
                broken(
                    chance,
                    {"from": "51999000111", "id": f"w{next(_numbers)}", "timestamp": "1", **chance.choice(WHATSAPP)},
                )
                for _ in range(11)
            ]
            good = {
                "from": "51999000111",
                "id": f"w{next(_numbers)}",
                "type": "text",
                "text": {"body": f"bien {batch}"},
            }
            statuses = [broken(chance, {"id": "wamid.OUT1", "status": "failed", "errors": [{"code": 131026}]})]
            await _post(meta, event(*made, good, statuses=statuses), 200)
            whole = broken(chance, event(*made))
            await _post(meta, whole, 200)
    texts = [one.text for one in office.kept]
    assert [f"bien {batch}" for batch in range(BATCHES)] == [text for text in texts if text.startswith("bien ")]


async def _post(meta: httpx.AsyncClient, made: object, status: int) -> None:
    body = json.dumps(made, ensure_ascii=True).encode()
    headers = {"X-Hub-Signature-256": signature(SECRET, body)}
    assert (await meta.post("/webhooks/whatsapp", content=body, headers=headers)).status_code == status


@example({"MessageSid": "0", "From": "\x00"})
@given(st.dictionaries(st.sampled_from(["MessageSid", "From", "WaId", "Body", "NumMedia", "Latitude"]), st.text()))
def test_twilio_forms(form: dict[str, str]) -> None:
    """A form is read or passed over; a message always has somebody who wrote it."""
    found = read_form(form)
    assert found is None or (found.person and found.event_id)


@pytest.mark.parametrize("junk", JUNK)
async def test_an_update_that_is_none_at_all_is_passed_over(junk: object) -> None:
    """Whatever stands where a message should be."""
    office = Office()
    update = {"update_id": 1, "message": junk}
    good = {"update_id": 2, "message": {**BASE, "text": "sigo aquí"}}
    await TelegramIntake(office, "123456").take([update, good])  # type: ignore[arg-type]
    assert office.kept[-1].text == "sigo aquí"
