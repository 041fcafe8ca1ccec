"""`uyariq channels check` finds what is wrong, says what to do, and tells no secret."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.gateway.webhooks import gateway_app, whatsapp_routes
from tests.emulators.telegram_server import TOKEN, TelegramServer, telegram_server
from uyariq.__main__ import main
from uyariq.channel_checks import Finding, check_telegram, check_templates, check_twilio, check_whatsapp
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
