"""`uyariq channels check` finds what is wrong, says what to do, and tells no secret."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timezone
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.gateway.channels.twilio import twilio_route
from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.post_office import PostOffice
from bot.gateway.seal import Seal
from bot.gateway.sounds import SoundAddresses, sound_route
from bot.gateway.store import Store
from bot.gateway.voice import VoiceFolder
from bot.gateway.webhooks import gateway_app, whatsapp_routes
from followup.database import open_database
from tests.emulators.telegram_server import TOKEN, TelegramServer, telegram_server
from uyariq.__main__ import main
from uyariq.channel_checks import (
    Finding,
    check_telegram,
    check_templates,
    check_twilio,
    check_twilio_door,
    check_twilio_sounds,
    check_whatsapp,
)
from uyariq.settings import TelegramSettings, TwilioSettings, WhatsAppSettings

WHATSAPP = WhatsAppSettings("EAAtoken", "106", "app-secret", "verify", "https://graph.test")
NOBODY = "http://nobody.test"
OURS = "http://ours.test"


async def all_of(findings: AsyncIterator[Finding]) -> list[tuple[bool, str]]:
    return [(one.good, one.words) async for one in findings]


def own(verify: str = "verify", secret: str = "app-secret") -> Starlette:
    async def take(event: object) -> None:
        assert event == {"object": "uyariq_check"}

    return gateway_app(whatsapp_routes(secret, verify, take), lambda: True)


class World(httpx.AsyncBaseTransport):
    """Meta and Twilio as told, and our own gateway."""

    def __init__(self, status: int = 200, code: int = 0, app: Starlette | None = None) -> None:
        self._status, self._code = status, code
        self._ours = httpx.ASGITransport(app) if app else None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "ours.test" and self._ours:
            return await self._ours.handle_async_request(request)
        if request.url.host in ("graph.test", "twilio.test"):
            return httpx.Response(self._status, json={"error": {"code": self._code}} if self._code else {"id": "106"})
        raise httpx.ConnectError("nobody")


async def whatsapp(world: World, address: str = OURS) -> list[tuple[bool, str]]:
    async with httpx.AsyncClient(transport=world) as client:
        return await all_of(check_whatsapp(WHATSAPP, address, client))


async def test_whatsapp_in_order_is_three_times_good() -> None:
    """Number, handshake and signature."""
    assert [good for good, _ in await whatsapp(World(app=own()))] == [True] * 3


@pytest.mark.parametrize(
    ("world", "address", "bad"),
    [
        (World(401, 190, own()), OURS, ["WHATSAPP_TOKEN"]),
        (World(400, 100, own()), OURS, ["WHATSAPP_PHONE_NUMBER_ID"]),
        (World(app=own(verify="otro")), OURS, ["WHATSAPP_VERIFY_TOKEN"]),
        (World(app=own(secret="otro")), OURS, ["WHATSAPP_APP_SECRET"]),
        (World(), NOBODY, ["UYARIQ_GATEWAY_PORT"]),
    ],
)
async def test_what_is_wrong_with_whatsapp_is_named(world: World, address: str, bad: list[str]) -> None:
    """Each mistake by the setting that has to be mended, and only that."""
    found = [words for good, words in await whatsapp(world, address) if not good]
    assert len(found) == len(bad)
    assert all(name in words for name, words in zip(bad, found, strict=True))


@pytest.fixture(scope="module")
def server() -> AsyncIterator[TelegramServer]:  # type: ignore[misc]
    with telegram_server() as running:
        yield running


async def test_telegram_by_polling_and_by_webhook(server: TelegramServer) -> None:
    """A good token; a webhook that is not set yet; a token that nobody knows; no network."""
    async with httpx.AsyncClient() as client:
        asking = TelegramSettings(TOKEN, server.address)
        assert [good for good, _ in await all_of(check_telegram(asking, client))] == [True, True]
        called = TelegramSettings(TOKEN, server.address, "s", "https://ours.test/webhooks/telegram")
        assert [good for good, _ in await all_of(check_telegram(called, client))] == [True, False]
        wrong = TelegramSettings("1:otro", server.address)
        ((good, words),) = await all_of(check_telegram(wrong, client))
        assert not good
        assert "TELEGRAM_TOKEN" in words
        assert "1:otro" not in words
        nobody = TelegramSettings(TOKEN, "http://127.0.0.1:9")
        ((good, words),) = await all_of(check_telegram(nobody, client))
        assert (good, "internet" in words) == (False, True)


@pytest.mark.parametrize(("status", "good"), [(200, True), (401, False)])
async def test_twilio_knows_the_account_or_not(status: int, good: bool) -> None:
    """By its own address."""
    settings = TwilioSettings("AC1", "token", "+51", "https://ours.test", "https://twilio.test")
    async with httpx.AsyncClient(transport=World(status)) as client:
        assert [found for found, _ in await all_of(check_twilio(settings, client))] == [good]


@pytest.mark.parametrize(
    ("token", "address", "named"),
    [("token", OURS, None), ("otro", OURS, "TWILIO_AUTH_TOKEN"), ("token", NOBODY, "UYARIQ_GATEWAY_PORT")],
)
async def test_our_gateway_takes_what_twilio_signs_or_it_is_said(
    tmp_path: Path, token: str, address: str, named: str | None
) -> None:
    """As Twilio would call; nothing is kept of it."""
    hook = "https://bot.test/webhooks/twilio"
    database = open_database(f"sqlite:///{tmp_path}/gateway.db", bytes(32))
    store = Store(database.writer, Seal(bytes(32)))
    office = PostOffice(store, _silent, Identity(bytes(32)), list, lambda: datetime.now(timezone.utc))
    own = gateway_app([twilio_route(token, hook, office)], lambda: True)
    settings = TwilioSettings("AC1", "token", "+51", hook, "https://twilio.test")
    async with httpx.AsyncClient(transport=World(app=own)) as client:
        found = await check_twilio_door(settings, address, client)
    assert found.good is (named is None)
    assert named is None or named in found.words
    assert not any(store.counts().values())
    database.close()


async def _silent(conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
    raise AssertionError


async def test_recordings_that_twilio_can_not_fetch_are_told(tmp_path: Path) -> None:
    """None yet; no public address; one where nobody answers; one that gives them."""
    folder = VoiceFolder(tmp_path)

    def now() -> datetime:
        return datetime.now(timezone.utc)

    own = SoundAddresses(bytes(32), OURS, now)
    async with httpx.AsyncClient(transport=World(app=gateway_app([sound_route(own, folder)], lambda: True))) as client:
        found = await check_twilio_sounds(folder, None, client)
        assert (found.good, "solo palabras" in found.words) == (True, True)
        folder.put("es", "srq.srq_3", b"OggS\0\2" + bytes(22) + b"OpusHead" + bytes(100), "¿Duerme mal?")
        found = await check_twilio_sounds(folder, None, client)
        assert (found.good, "UYARIQ_PUBLIC_URL" in found.words) == (False, True)
        for other in (SoundAddresses(bytes(32), NOBODY, now), SoundAddresses(bytes(range(32)), OURS, now)):
            assert not (await check_twilio_sounds(folder, other, client)).good
        assert (await check_twilio_sounds(folder, own, client)).good


def test_templates_that_are_not_approved_are_named_once() -> None:
    """Two kinds of message may share a template."""
    states = [("rescreen", "es", "uno", "pending"), ("rescreen_reminder", "es", "uno", "pending")]
    (finding,) = check_templates(states)
    assert finding.words.count("uno (pending)") == 1
    assert check_templates([("rescreen", "es", "uno", "approved")])[0].good


def test_the_command_says_what_it_found(
    server: TelegramServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 0 when nothing has to be mended, 2 when there is nothing to look at; the token is not shown."""
    monkeypatch.setenv("UYARIQ_HOME", str(tmp_path))
    for name in ("TELEGRAM_TOKEN", "WHATSAPP_TOKEN", "TWILIO_ACCOUNT_SID"):
        monkeypatch.delenv(name, raising=False)
    assert main(["channels", "check"]) == 2
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_BASE_URL", server.address)
    assert main(["channels", "check"]) == 0
    said = capsys.readouterr().out
    assert "bien " in said
    assert TOKEN not in said
