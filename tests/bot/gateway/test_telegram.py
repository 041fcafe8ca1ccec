"""Telegram through a real client and an emulator that somebody else wrote."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.gateway.channels.telegram import Telegram
from bot.gateway.channels.telegram_intake import TelegramIntake
from bot.gateway.channels.telegram_polling import TelegramPolling
from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.post_office import PostOffice
from bot.gateway.seal import Seal
from bot.gateway.split import split_text
from bot.gateway.store import Store
from followup.database import open_database
from tests.emulators.telegram_server import TOKEN, TelegramServer, telegram_server

SECRET = bytes(range(32))


class Echo:
    """A dialogue that says what it heard, and asks, or says `bubbles`; `fail` times it fails first."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.fail = 0
        self.bubbles: list[Bubble] = []

    async def __call__(self, conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        if self.fail:
            self.fail -= 1
            raise RuntimeError
        self.heard.append((text, message_id))
        if self.bubbles:
            return self.bubbles
        buttons = [
            {"title": title, "payload": f'/answer{{"k":"ab12:item:{title.lower()}"}}'} for title in ("Nunca", "Siempre")
        ]
        return [{"text": f"oí {text}", "buttons": []}, {"text": "¿Nunca o siempre?", "buttons": buttons}]


class Clock:
    """A clock that tests can put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead


@pytest.fixture(scope="module")
def server() -> Iterator[TelegramServer]:
    """One emulator for all tests; each test is another person."""
    with telegram_server() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An inbox and outbox of its own."""
    database = open_database(f"sqlite:///{tmp_path}/gateway.db", SECRET)
    yield Store(database.writer, Seal(SECRET))
    database.close()


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def served(
    server: TelegramServer, store: Store, echo: Echo, clock: Clock, token: str = TOKEN
) -> AsyncIterator[PostOffice]:
    """A post office that serves Telegram by polling."""
    office = PostOffice(store, echo, Identity(SECRET), lambda: [{"text": "llame al 113", "buttons": []}], clock)
    channel = Telegram(token, server.address)
    office.add(channel)
    await channel.start()
    office.resume()
    polling = asyncio.create_task(
        TelegramPolling(channel.address, TelegramIntake(office, channel.number), long_poll=2).run()
    )
    try:
        yield office
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        await office.close()
        await channel.close()


async def said(server: TelegramServer, person: int, number: int) -> list[dict[str, Any]]:
    """Messages of the bot, waited for without holding up the bot."""
    return await asyncio.to_thread(server.wait_for, person, number)


async def test_a_message_is_answered_with_one_button_a_row(
    server: TelegramServer, store: Store, echo: Echo, clock: Clock
) -> None:
    """Text reaches the dialogue, and its bubbles come out in order with buttons."""
    async with served(server, store, echo, clock):
        server.write(101, "hola")
        messages = await said(server, 101, 2)
    assert [one["text"] for one in messages] == ["oí hola", "¿Nunca o siempre?"]
    assert [button["text"] for button in messages[1]["buttons"]] == ["Nunca", "Siempre"]
    assert store.counts() == {"received": 0, "failed": 0, "to_send": 0, "dead": 0, "unreachable": 0}


async def test_a_tap_is_answered_and_its_buttons_go(
    server: TelegramServer, store: Store, echo: Echo, clock: Clock
) -> None:
    """The payload comes back whole, the waiting sign of the button ends and the old keyboard is taken away."""
    async with served(server, store, echo, clock):
        server.write(102, "hola")
        await said(server, 102, 2)
        server.tap(102, "Siempre")
        messages = await said(server, 102, 4)
    assert echo.heard[1][0] == '/answer{"k":"ab12:item:siempre"}'
    assert messages[1]["buttons"] == []
    assert any(call["status"] == 200 for call in server.calls("answerCallbackQuery"))


async def test_another_bot_counts_its_updates_from_the_start_and_is_heard(
    server: TelegramServer, store: Store, echo: Echo, clock: Clock
) -> None:
    """A programme changes to another bot: its first messages are no repetitions, and none is skipped."""
    async with served(server, store, echo, clock):
        server.write(151, "hola")
        await said(server, 151, 2)
    with telegram_server("654321:prueba") as another:
        async with served(another, store, echo, clock, another.token):
            another.write(151, "hola otra vez")
            messages = await said(another, 151, 2)
    assert messages[0]["text"] == "oí hola otra vez"


async def test_the_same_update_twice_is_one_message(
    server: TelegramServer, store: Store, echo: Echo, clock: Clock
) -> None:
    """Telegram may deliver an update again."""
    async with served(server, store, echo, clock):
        server.write(103, "hola")
        await said(server, 103, 2)
        server.redeliver()
        server.write(103, "sigo")
        await said(server, 103, 4)
    assert [text for text, _ in echo.heard] == ["hola", "sigo"]


async def test_an_update_that_cannot_be_read_does_not_hold_up_the_next(
    server: TelegramServer, store: Store, echo: Echo, clock: Clock
) -> None:
    """A poison update is passed over; python-telegram-bot by itself would ask for it for ever."""
    async with served(server, store, echo, clock):
        server.raw({"message": {"text": "sin fecha ni persona", "chat": "roto"}})
        server.write(104, "hola")
        await said(server, 104, 2)
    assert [text for text, _ in echo.heard] == ["hola"]


async def test_too_many_requests_are_waited_out(server: TelegramServer, store: Store, echo: Echo, clock: Clock) -> None:
    """429 holds this person's answer for as long as Telegram says, and nothing is lost."""
    async with served(server, store, echo, clock):
        server.fault("sendMessage", 429, "Too Many Requests", chat_id=105, times=1, parameters={"retry_after": 1})
        server.write(105, "hola")
        messages = await said(server, 105, 2)
    assert [one["text"] for one in messages] == ["oí hola", "¿Nunca o siempre?"]


async def test_somebody_who_blocked_the_bot_is_unreachable_until_they_write(
    server: TelegramServer, store: Store, echo: Echo, clock: Clock
) -> None:
    """403 stops the sending to this person; their next message opens the way again."""
    async with served(server, store, echo, clock) as office:
        server.block(106)
        server.write(106, "hola")
        await asyncio.to_thread(_until, lambda: store.counts()["unreachable"] == 1)
        await office.idle()
        assert store.counts()["to_send"] == 0
        server.block(106, blocked=False)
        server.write(106, "ya volví")
        messages = await said(server, 106, 2)
    assert messages[0]["text"] == "oí ya volví"
    assert store.counts()["unreachable"] == 0


async def test_my_chat_member_says_who_blocked_the_bot(
    server: TelegramServer, store: Store, echo: Echo, clock: Clock
) -> None:
    """Blocking is known at once, without trying to write."""
    who = {"id": 107, "is_bot": False, "first_name": "P"}
    bot = {"id": 7000000001, "is_bot": True, "first_name": "B"}
    change = {
        "chat": {"id": 107, "type": "private", "first_name": "P"},
        "from": who,
        "date": 1795363200,
        "old_chat_member": {"status": "member", "user": bot},
        "new_chat_member": {"status": "kicked", "user": bot, "until_date": 0},
    }
    async with served(server, store, echo, clock):
        server.raw({"my_chat_member": change})
        await asyncio.to_thread(_until, lambda: store.counts()["unreachable"] == 1)


async def test_a_group_gets_no_screening(server: TelegramServer, store: Store, echo: Echo, clock: Clock) -> None:
    """What is said in a group never reaches the dialogue."""
    message = {
        "message_id": 5,
        "date": 1795363200,
        "chat": {"id": -77, "type": "group", "title": "Familia"},
        "from": {"id": 108, "is_bot": False, "first_name": "P"},
        "text": "hola bot",
    }
    async with served(server, store, echo, clock):
        server.raw({"message": message})
        server.write(108, "hola")
        await said(server, 108, 2)
    assert [text for text, _ in echo.heard] == ["hola"]
    assert server.messages(-77) == []


async def test_an_edit_is_no_new_answer(server: TelegramServer, store: Store, echo: Echo, clock: Clock) -> None:
    """An edited message reaches the dialogue without its words: it never changes what was recorded."""
    message = {
        "message_id": 5,
        "date": 1795363200,
        "edit_date": 1795363300,
        "chat": {"id": 109, "type": "private", "first_name": "P"},
        "from": {"id": 109, "is_bot": False, "first_name": "P"},
        "text": "siempre",
    }
    async with served(server, store, echo, clock):
        server.raw({"edited_message": message})
        await said(server, 109, 2)
    assert [text for text, _ in echo.heard] == ['/received{"kind":"edited"}']


async def test_one_s_own_contact_is_a_phone_and_another_s_is_not(
    server: TelegramServer, store: Store, echo: Echo, clock: Clock
) -> None:
    """A contact card counts as a typed number only when it is the writer's."""
    async with served(server, store, echo, clock):
        server.write(110, "", contact={"phone_number": "+51987654321", "first_name": "P", "user_id": 110})
        await said(server, 110, 2)
        server.write(110, "", contact={"phone_number": "+51911111111", "first_name": "Q", "user_id": 999})
        await said(server, 110, 4)
    assert [text for text, _ in echo.heard] == ["+51987654321", '/received{"kind":"contact"}']


async def test_where_a_phone_is_asked_for_one_s_own_may_be_given_by_a_button(
    server: TelegramServer, store: Store, echo: Echo, clock: Clock
) -> None:
    """Telegram's own button for it comes after the question, and goes with the next message."""
    question = {
        "text": "¿A qué número?",
        "buttons": [{"title": "No tengo", "payload": '/answer{"k":"ab12:phone:none"}'}],
    }
    own = {"text": "Si es el de este celular, toque abajo.", "button": "Dar mi número"}
    async with served(server, store, echo, clock):
        echo.bubbles = [{**question, "share": own}]
        server.write(152, "llámenme")
        asked = await said(server, 152, 2)
        echo.bubbles = [{"text": "Gracias.", "buttons": []}]
        server.write(152, "", contact={"phone_number": "+51987654321", "first_name": "P", "user_id": 152})
        await said(server, 152, 3)
    keyboards = [
        sent["body"].get("reply_markup") for sent in server.calls("sendMessage") if sent["body"]["chat_id"] == "152"
    ]
    assert [one["text"] for one in asked] == [question["text"], own["text"]]
    assert asked[0]["buttons"][0]["text"] == "No tengo"
    assert "request_contact" in str(keyboards[1])
    assert "Dar mi número" in str(keyboards[1])
    assert "remove_keyboard" in str(keyboards[2])
    assert echo.heard[-1][0] == "+51987654321"


async def test_a_dialogue_that_fails_is_asked_again_and_then_the_person_is_told(
    server: TelegramServer, store: Store, echo: Echo, clock: Clock
) -> None:
    """Two failures are bridged; after the third the person hears so, with the hotline, and staff can see it."""
    async with served(server, store, echo, clock):
        echo.fail = 2
        server.write(111, "hola")
        await said(server, 111, 2)
        echo.fail = 3
        server.write(111, "otra")
        messages = await said(server, 111, 3)
    assert messages[2]["text"] == "llame al 113"
    assert store.counts()["failed"] == 1


async def test_what_waits_is_answered_after_a_restart(
    server: TelegramServer, store: Store, echo: Echo, clock: Clock
) -> None:
    """A process that dies with an unanswered message and an unsent answer leaves both to the next one."""
    async with served(server, store, echo, clock) as office:
        echo.fail = 10_000
        server.write(112, "hola")
        await asyncio.to_thread(_until, lambda: store.counts()["received"] == 1)
        await office.close()
    echo.fail = 0
    async with served(server, store, echo, clock):
        messages = await said(server, 112, 2)
    assert messages[0]["text"] == "oí hola"


async def test_a_refused_token_is_an_open_alert(server: TelegramServer, store: Store, echo: Echo, clock: Clock) -> None:
    """Sending with a token that is no longer good keeps the answer and says so."""
    async with served(server, store, echo, clock) as office:
        server.fault("sendMessage", 401, "Unauthorized", chat_id=113, times=1)
        server.write(113, "hola")
        await asyncio.to_thread(_until, lambda: office.refused.get("telegram") == "token")
        assert store.counts()["to_send"] == 2
        clock.ahead = timedelta(minutes=1)
        await said(server, 113, 2)
        await office.idle()
        assert "telegram" not in office.refused


async def test_long_text_is_split_and_the_buttons_hang_on_its_end(
    server: TelegramServer, store: Store, echo: Echo, clock: Clock
) -> None:
    """Nothing that the bot says is too long for Telegram."""
    long = "\n\n".join("palabra " * 100 for _ in range(8))
    async with served(server, store, echo, clock) as office:
        conversation = Identity(SECRET).conversation("telegram", "114")
        office.write(conversation, [{"text": long, "buttons": [{"title": "Sí", "payload": '/answer{"k":"a:b:c"}'}]}])
        messages = await said(server, 114, 2)
    assert [bool(one["buttons"]) for one in messages] == [False, True]
    assert "".join("".join(one["text"].split()) for one in messages) == "".join(long.split())


def test_text_is_cut_between_paragraphs() -> None:
    """A cut falls on a paragraph where one is near the limit, else on a line, else on a word, else anywhere."""
    assert split_text("aaa\n\nbbb", 6) == ["aaa", "bbb"]
    assert split_text("aaaa bbbb", 6) == ["aaaa", "bbbb"]
    assert split_text("a" * 13, 6) == ["aaaaaa", "aaaaaa", "a"]


def test_nothing_in_the_store_can_be_read(store: Store, tmp_path: Path) -> None:
    """Words, phones and platform ids are sealed in the file."""
    from bot.gateway.incoming import Incoming

    identity = Identity(SECRET)
    conversation = identity.conversation("telegram", "987654321")
    store.keep([(conversation, Incoming("telegram", "1", "987654321", "text", "me siento sola"))], Clock()())
    store.put(conversation, [{"text": "gracias por contarme"}], Clock()())
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not any(word in kept for word in (b"987654321", b"sola", b"gracias"))


def _until(true: Any, seconds: float = 10) -> None:
    import time

    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError("it did not happen in time")
        time.sleep(0.05)
