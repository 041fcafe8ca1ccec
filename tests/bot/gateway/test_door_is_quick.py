"""The platforms hear 200 as soon as a message is kept, however long its answer takes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from bot.gateway.channels.telegram_intake import TelegramIntake
from bot.gateway.channels.twilio import twilio_route
from bot.gateway.channels.whatsapp_intake import WhatsAppIntake
from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.post_office import PostOffice
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from bot.gateway.webhooks import META_HEADER, TELEGRAM_HEADER, gateway_app, signature, telegram_route, whatsapp_routes
from followup.database import open_database
from tests.emulators.graph import event, message

SECRET = bytes(range(32))
TWILIO = "https://bot.example.org/webhooks/twilio"
FORM = {"MessageSid": "SM1", "WaId": "51999000111", "Body": "hola", "NumMedia": "0"}
UPDATE = {
    "update_id": 7,
    "message": {
        "message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "hola",
        "from": {"id": 5, "is_bot": False, "first_name": "P"},
    },
}  # fmt: skip
WITHIN = 1.0


class Channel:
    """A platform that is never written to here."""

    window = None

    def __init__(self, name: str) -> None:
        self.name = name

    async def heard(self, message: object, buttons_on: str | None) -> None:
        """Nothing to show."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    """One whose dialogue answers nobody for a minute."""

    async def slow(conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        await asyncio.sleep(60)
        return []

    database = open_database(f"sqlite:///{tmp_path}/gateway.db", SECRET)
    made = PostOffice(
        Store(database.writer, Seal(SECRET)), slow, Identity(SECRET), list, lambda: datetime.now(timezone.utc)
    )
    for name in ("telegram", "whatsapp", "twilio"):
        made.add(Channel(name))  # type: ignore[arg-type]
    yield made
    database.close()


def calls(office: PostOffice) -> dict[str, tuple[list[Route], bytes, dict[str, str]]]:
    """Channel -> routes, body and headers of a call."""
    telegram, whatsapp = TelegramIntake(office, "1"), WhatsAppIntake(office)

    async def one(update: object) -> None:
        await telegram.take([update])  # type: ignore[list-item]

    body = json.dumps(event(message("w1", "text", body="hola"))).encode()
    form = {"X-Twilio-Signature": RequestValidator("token").compute_signature(TWILIO, FORM)}
    return {
        "telegram": ([telegram_route("s", one)], json.dumps(UPDATE).encode(), {TELEGRAM_HEADER: "s"}),
        "whatsapp": (whatsapp_routes("app", "v", whatsapp.take), body, {META_HEADER: signature("app", body)}),
        "twilio": ([twilio_route("token", TWILIO, office)], urlencode(FORM).encode(), form),
    }


@pytest.mark.parametrize("channel", ["telegram", "whatsapp", "twilio"])
async def test_200_comes_within_a_second_while_the_answer_takes_a_minute(office: PostOffice, channel: str) -> None:
    """The message is in the inbox by then: what was confirmed is never lost."""
    routes, body, headers = calls(office)[channel]
    app = gateway_app(routes, lambda: True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inside") as platform:
        begun = time.monotonic()
        answer = await platform.post(f"/webhooks/{channel}", content=body, headers=headers)
        took = time.monotonic() - begun
    assert answer.status_code == 200
    assert took < WITHIN
    assert office.store.counts()["received"] == 1
    await office.close()
