"""Whatever a platform answers to one person's message: the right state for it, and nobody else waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from telegram.error import TimedOut

from bot.gateway.channels.telegram import Telegram
from bot.gateway.channels.telegram_intake import TelegramIntake
from bot.gateway.channels.telegram_polling import TelegramPolling
from bot.gateway.channels.whatsapp import WhatsApp
from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.incoming import Incoming
from bot.gateway.post_office import PostOffice
from bot.gateway.seal import Seal
from bot.gateway.sending import TryLater
from bot.gateway.store import DEAD, READY, Store
from bot.gateway.tables import outbox
from followup.database import open_database
from tests.emulators.graph import PHONE_ID, Graph
from tests.emulators.telegram_server import TOKEN, TelegramServer, telegram_server

SECRET = bytes(range(32))
ANA, BETO = "51900000001", "51900000002"
# Seconds that somebody else's answer may take while Ana's is refused.
AT_ONCE = 1.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An inbox and outbox of its own."""
    database = open_database(f"sqlite:///{tmp_path}/gateway.db", SECRET)
    yield Store(database.writer, Seal(SECRET))
    database.close()


async def dialogue(conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
    return [{"text": f"oí {text}", "buttons": []}]


def office_over(store: Store) -> PostOffice:
    return PostOffice(store, dialogue, Identity(SECRET), list, lambda: datetime.now(timezone.utc))


def row_of(store: Store, conversation: str) -> tuple[str, str | None]:
    """(state, reason) of the only message to somebody."""
    asked = sa.select(outbox.c.state, outbox.c.reason).where(outbox.c.conversation == conversation)
    with store.engine.connect() as conn:
        (row,) = conn.execute(asked).all()
    return row.state, row.reason


async def until(done: Callable[[], Any], seconds: float = 15) -> float:
    """Seconds until it was so."""
    started = time.monotonic()
    while not done():
        assert time.monotonic() - started < seconds, "it never came"
        await asyncio.sleep(0.01)
    return time.monotonic() - started


def answered(code: int, status: int) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(status, json={"error": {"code": code}} if code else {})


def raised(error: type[httpx.HTTPError]) -> Callable[[], httpx.Response]:
    def fail() -> httpx.Response:
        raise error("x")

    return fail


@pytest.mark.parametrize(
    ("fault", "state", "reason", "unreachable", "alert"),
    [
        (answered(130429, 429), READY, "130429", 0, False),
        (answered(131056, 400), READY, "131056", 0, False),
        (answered(0, 500), READY, "500", 0, False),
        (answered(0, 503), READY, "503", 0, False),
        (lambda: httpx.Response(502, text="<html>"), READY, "502", 0, False),
        (raised(httpx.ReadTimeout), READY, "network", 0, False),
        (raised(httpx.ConnectError), READY, "network", 0, False),
        (raised(httpx.RemoteProtocolError), READY, "network", 0, False),
        (answered(131026, 400), DEAD, "131026", 1, False),
        (answered(131047, 400), DEAD, "window_closed", 0, False),
        (answered(100, 400), DEAD, "100", 0, False),
        (answered(190, 401), READY, "token", 0, True),
    ],
)
async def test_whatsapp(
    store: Store, fault: Callable[[], httpx.Response], state: str, reason: str, unreachable: int, alert: bool
) -> None:
    """Busy and broken wait, refused is a dead letter, blocked is unreachable, a refused token an open alert."""
    graph = Graph()

    def internet(request: httpx.Request) -> httpx.Response:
        return fault() if f'"{ANA}"'.encode() in request.content else graph._answer(request)

    office = office_over(store)
    office.add(WhatsApp("token", PHONE_ID, client=httpx.AsyncClient(transport=httpx.MockTransport(internet))))
    ana = office.identity.conversation("whatsapp", ANA)
    office.receive([Incoming("whatsapp", "a1", ANA, "text", "hola")])
    await until(lambda: store.counts()["received"] == 0 and row_of(store, ana)[1] is not None)
    assert row_of(store, ana) == (state, reason)
    assert store.counts()["unreachable"] == unreachable
    assert ("whatsapp" in office.refused) is alert
    office.receive([Incoming("whatsapp", "b1", BETO, "text", "hola")])
    assert await until(lambda: any(one["to"] == BETO for one in graph.sent)) < AT_ONCE
    await office.close()


@pytest.fixture(scope="module")
def server() -> Iterator[TelegramServer]:
    """One emulator for all tests; each test is another person."""
    with telegram_server() as running:
        yield running


@pytest.mark.parametrize(
    ("person", "code", "description", "state", "reason", "unreachable"),
    [
        (701, 429, "Too Many Requests", READY, "429", 0),
        (711, 500, "Internal Server Error", READY, "network", 0),
        (721, 502, "Bad Gateway", READY, "network", 0),
        (731, 403, "Forbidden: bot was blocked by the user", DEAD, "403", 1),
        (741, 400, "Bad Request: chat not found", DEAD, "no_chat", 1),
        (751, 400, "Bad Request: message text is empty", DEAD, "400", 0),
    ],
)
async def test_telegram(
    server: TelegramServer,
    store: Store,
    person: int,
    code: int,
    description: str,
    state: str,
    reason: str,
    unreachable: int,
) -> None:
    """As on WhatsApp, through a real client."""
    office = office_over(store)
    channel = Telegram(TOKEN, server.address)
    office.add(channel)
    await channel.start()
    more = {"parameters": {"retry_after": 60}} if code == httpx.codes.TOO_MANY_REQUESTS else {}
    await asyncio.to_thread(server.fault, "sendMessage", code, description, chat_id=person, times=1, **more)
    ana = office.identity.conversation("telegram", str(person))
    office.receive([Incoming("telegram", "a1", str(person), "text", "hola")])
    await until(lambda: store.counts()["received"] == 0 and row_of(store, ana)[1] is not None)
    assert row_of(store, ana) == (state, reason)
    assert store.counts()["unreachable"] == unreachable
    office.receive([Incoming("telegram", "b1", str(person + 1), "text", "hola")])
    beto = office.identity.conversation("telegram", str(person + 1))
    assert await until(lambda: row_of(store, beto)[0] == "sent" if _has(store, beto) else False) < AT_ONCE
    await office.close()
    await channel.close()


def _has(store: Store, conversation: str) -> bool:
    with store.engine.connect() as conn:
        return conn.execute(sa.select(outbox.c.number).where(outbox.c.conversation == conversation)).first() is not None


async def test_telegram_that_does_not_answer_in_time_is_asked_again(
    server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have arrived: a doubled question does no harm, a lost one may."""
    channel = Telegram(TOKEN, server.address)

    async def never(*_: Any, **__: Any) -> None:
        raise TimedOut

    monkeypatch.setattr(type(channel.bot), "send_message", never)
    with pytest.raises(TryLater, match="network"):
        await channel.send("799", {"text": "hola"})


async def test_another_program_with_our_token_is_an_open_alert_until_it_stops(
    server: TelegramServer, store: Store
) -> None:
    """409: who polls second is told, and staff see it; the first update that comes again settles it."""
    office = office_over(store)
    channel = Telegram(TOKEN, server.address)
    intake = TelegramIntake(office, channel.number)
    polling = TelegramPolling(channel.address, intake, long_poll=20)
    async with httpx.AsyncClient(timeout=30) as client:
        ours = asyncio.create_task(polling._once(client))
        await asyncio.sleep(0.3)
        await client.post(f"{channel.address}/getUpdates", json={"timeout": 0})
        await until(lambda: office.refused.get("telegram") == "conflict")
        ours.cancel()
        await asyncio.gather(ours, return_exceptions=True)
        await asyncio.to_thread(server.write, 790, "hola")
        await TelegramPolling(channel.address, intake, long_poll=2)._once(client)
    assert office.refused == {}
    await office.close()
