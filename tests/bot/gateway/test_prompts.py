"""To hear a message when one wishes to: a button of its own, which answers nothing and changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.catalog import Catalog
from bot.gateway.asides.hearing import GONE, MOST_TAPS, Hearing
from bot.gateway.asides.words import Phrases
from bot.gateway.channels import whatsapp
from bot.gateway.channels.telegram import Telegram
from bot.gateway.channels.telegram_intake import TelegramIntake
from bot.gateway.channels.telegram_polling import TelegramPolling
from bot.gateway.channels.telegram_updates import data_of, payload_of
from bot.gateway.channels.whatsapp import WhatsApp
from bot.gateway.channels.whatsapp_intake import WhatsAppIntake
from bot.gateway.channels.whatsapp_shapes import LONGEST_FOOTER, LONGEST_TITLE, bodies
from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.post_office import PostOffice
from bot.gateway.prompts import HINT, LISTEN, OnDemand, Prompts, to_hear
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from bot.gateway.voice import VoiceFolder
from followup.database import open_database
from tests.emulators.graph import PHONE_ID, Graph, event, message
from tests.emulators.telegram_server import TOKEN, telegram_server

SECRET = bytes(range(32))
SOUND = b"OggS\0\2" + bytes(22) + b"OpusHead" + bytes(100)
QUESTION = "¿Duerme mal?"
WORDS = {LISTEN: "Escuchar", HINT: "Para oírlo, escriba «escuchar».", GONE: "Ya no está."}
ASKED = OnDemand("Escuchar", '/answer{"k":"gateway:hear:' + "a" * 24 + '"}', WORDS[HINT])


def say(response: str, language: str) -> str:
    return WORDS.get(response, response)


def bubble(*titles: str, text: str = QUESTION, question: bool = True) -> Bubble:
    buttons = [{"title": one, "payload": f'/answer{{"k":"ab12:srq_3:{one.lower()}"}}'} for one in titles]
    return {"text": text, "buttons": buttons, "voice": {"context": "srq.srq_3", "language": "es", "question": question}}


class House:
    """A post office whose dialogue always asks the same, of which there is a recording."""

    def __init__(self, store: Store, folder: VoiceFolder, by_itself: bool = False) -> None:
        folder.put("es", "srq.srq_3", SOUND, QUESTION)
        self.heard: list[str] = []
        self.asks = bubble("Sí", "No")
        self.store = store
        self.voice = Prompts(folder, say, by_itself)
        self.office = PostOffice(store, self.dialogue, Identity(SECRET), list, lambda: datetime.now(timezone.utc))
        self.office.add_aside(Hearing(self.office.notes, folder, say, Phrases(["escuchar"])))
        self.graph = Graph()
        self.office.add(WhatsApp("token", PHONE_ID, client=self.graph.client(), voice=self.voice))
        self._intake = WhatsAppIntake(self.office)
        self._events = 0

    async def dialogue(self, conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        self.heard.append(text)
        return [self.asks]

    async def write(self, text: str) -> list[dict[str, Any]]:
        """Somebody writes on WhatsApp; what is sent to them."""
        return await self._take("text", body=text)

    async def tap(self, payload: str) -> list[dict[str, Any]]:
        """They tap a button."""
        reply = {"id": payload, "title": "x"}
        return await self._take("interactive", type="button_reply", button_reply=reply)

    async def _take(self, kind: str, **part: Any) -> list[dict[str, Any]]:
        self._events += 1
        before = len(self.graph.sent)
        await self._intake.take(event(message(f"w{self._events}", kind, **part)))
        await self.office.idle()
        return self.graph.sent[before:]


@pytest.fixture
def folder(tmp_path: Path) -> VoiceFolder:
    return VoiceFolder(tmp_path / "voice")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An inbox and outbox of its own."""
    database = open_database(f"sqlite:///{tmp_path}/gateway.db", SECRET)
    yield Store(database.writer, Seal(SECRET))
    database.close()


def replies(sent: dict[str, Any]) -> list[dict[str, str]]:
    return [one["reply"] for one in sent["interactive"]["action"]["buttons"]]


def test_the_button_fits_every_platform_and_is_no_answer(folder: VoiceFolder) -> None:
    """64 bytes for Telegram, 20 letters for WhatsApp; other buttons are none of it, and it is no other's."""
    folder.put("es", "srq.srq_3", SOUND, QUESTION)
    asked = Prompts(folder, say, by_itself=False).on_demand(bubble("Sí"))
    assert asked is not None
    assert len(data_of(asked.payload).encode()) <= 64
    assert payload_of(data_of(asked.payload)) == asked.payload
    assert to_hear(asked.payload) == folder.find(bubble()).name  # type: ignore[union-attr]
    for other in ('/answer{"k":"ab12:srq_3:yes"}', '/answer{"k":"gateway:voice:yes"}', "escuchar", asked.payload + "x"):
        assert to_hear(other) is None


@pytest.mark.parametrize("by_itself", [True, False])
def test_there_is_a_button_exactly_where_the_sound_does_not_go_by_itself(folder: VoiceFolder, by_itself: bool) -> None:
    """Never both, never for words that nobody recorded, never under a template."""
    folder.put("es", "srq.srq_3", SOUND, QUESTION)
    voice = Prompts(folder, say, by_itself)
    assert bool(voice.with_words(bubble())) is by_itself
    assert bool(voice.on_demand(bubble())) is not by_itself
    for told, goes in (({"quiet": True}, False), ({"aloud": True}, True)):
        assert bool(voice.with_words({**bubble(), **told})) is goes
        assert bool(voice.on_demand({**bubble(), **told})) is not goes
    for other in (bubble(text="¿Come mal?"), {**bubble(), "template": {"name": "n"}}, {"text": "hola"}):
        assert voice.with_words(other) is None
        assert voice.on_demand(other) is None
    assert Prompts(folder, None, by_itself).on_demand(bubble()) is None


@pytest.mark.parametrize(
    ("titles", "kind", "shown", "footer"),
    [
        ([], "button", 1, False),
        (["Sí", "No"], "button", 3, False),
        (["Sí", "No", "Paso"], "button", 3, True),
        (["Nunca", "Varios días", "Más de la mitad", "Casi todos los días"], "list", 5, False),
        (["Sí", "Una opción larguísima"], "list", 3, False),
        ([f"Opción {number}" for number in range(9)], "list", 10, False),
        ([f"Opción {number}" for number in range(10)], "list", 10, True),
    ],
)
def test_whatsapp_shows_it_where_there_is_room_and_else_the_word(
    titles: list[str], kind: str, shown: int, footer: bool
) -> None:
    """At most three buttons or ten rows: it never turns buttons into a list nor opens another page."""
    (body,) = bodies(bubble(*titles), ASKED)
    part = body["interactive"]
    action = part["action"]
    options = action.get("buttons") or action["sections"][0]["rows"]
    assert (part["type"], len(options)) == (kind, shown)
    assert part.get("footer") == ({"text": WORDS[HINT]} if footer else None)


def test_words_without_buttons_keep_every_limit_of_whatsapp() -> None:
    """Long words go before, and the button hangs below the last of them."""
    *before, last = bodies(bubble(text="palabra " * 400), ASKED)
    assert [one["type"] for one in before] == ["text"] * len(before) != []
    assert 0 < len(last["interactive"]["body"]["text"]) <= 1024


async def test_on_whatsapp_a_tap_brings_the_sound_and_nothing_else(store: Store, folder: VoiceFolder) -> None:
    """The dialogue hears nothing of it, once or twice; then the question is answered as ever."""
    house = House(store, folder)
    (asked,) = await house.write("hola")
    yes, _, listen = replies(asked)
    assert listen["title"] == "Escuchar"
    for _ in range(2):
        assert [one["type"] for one in await house.tap(listen["id"])] == ["audio"]
    assert house.heard == ["hola"]
    await house.tap(yes["id"])
    assert house.heard == ["hola", yes["id"]]
    # An old keyboard of WhatsApp stays, and so does what it says.
    assert [one["type"] for one in await house.tap(listen["id"])] == ["audio"]
    assert len(house.graph.uploads) == 1


async def test_drumming_on_the_button_uses_up_nobodys_limit(store: Store, folder: VoiceFolder) -> None:
    """Some times the same recording, then nothing for a while; another message is answered at once."""
    house = House(store, folder)
    (asked,) = await house.write("hola")
    listen = replies(asked)[-1]["id"]
    sent = [len(await house.tap(listen)) for _ in range(MOST_TAPS + 2)]
    assert sent == [1] * MOST_TAPS + [0, 0]
    assert len(await house.write("sigo")) == 1
    assert house.heard == ["hola", "sigo"]
    assert store.counts()["received"] == 0


async def test_a_recording_that_is_gone_is_told_kindly(store: Store, folder: VoiceFolder) -> None:
    """Words instead, and the question stays as it was."""
    house = House(store, folder)
    (asked,) = await house.write("hola")
    folder.remove("es", "srq.srq_3")
    (told,) = await house.tap(replies(asked)[-1]["id"])
    assert told["text"]["body"] == WORDS[GONE]
    assert house.heard == ["hola"]


async def test_the_word_still_brings_question_and_sound(store: Store, folder: VoiceFolder) -> None:
    """For this once: the next time the question is repeated its sound waits for a tap again."""
    house = House(store, folder)
    await house.write("hola")
    sound, words = await house.write("Escuchar")
    assert sound["type"] == "audio"
    assert [one["title"] for one in replies(words)] == ["Sí", "No"]
    again = house.office.notes.get(Identity(SECRET).conversation("whatsapp", "PE.13491208655302741918"), "question")
    assert house.voice.with_words(again) is None


async def test_where_the_pair_limit_is_near_words_go_at_once_and_the_sound_waits_for_a_tap(
    store: Store, folder: VoiceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WhatsApp counts the sound as a message of its own: nobody waits for the next question because of it."""
    monkeypatch.setattr(whatsapp, "BURST", 3)
    house = House(store, folder, by_itself=True)
    first, second = await house.write("hola"), await house.write("hola otra vez")
    assert [one["type"] for one in first] == ["audio", "interactive"]
    assert [one["type"] for one in second] == ["interactive"]
    assert [one["title"] for one in replies(second[0])] == ["Sí", "No", "Escuchar"]


async def test_on_telegram_it_is_one_more_row_and_the_keyboard_stays(store: Store, folder: VoiceFolder) -> None:
    """Two taps bring two sounds without buttons; the question's own buttons work after it, and go with its answer."""
    house = House(store, folder)
    with telegram_server() as server:
        channel = Telegram(TOKEN, server.address, house.voice)
        house.office.add(channel)
        await channel.start()
        intake = TelegramIntake(house.office, channel.number)
        polling = asyncio.create_task(TelegramPolling(channel.address, intake, long_poll=2).run())
        try:
            await asyncio.to_thread(server.write, 501, "hola")
            (asked,) = await asyncio.to_thread(server.wait_for, 501, 1)
            assert [one["text"] for one in asked["buttons"]] == ["Sí", "No", "Escuchar"]
            for number in (2, 3):
                await asyncio.to_thread(server.tap, 501, "Escuchar")
                asked, *sounds = await asyncio.to_thread(server.wait_for, 501, number)
                assert all(one["voice"] and not one["buttons"] and not one.get("caption") for one in sounds)
            assert [one["text"] for one in asked["buttons"]] == ["Sí", "No", "Escuchar"]
            assert house.heard == ["hola"]
            await asyncio.to_thread(server.tap, 501, "Sí")
            asked, *_ = await asyncio.to_thread(server.wait_for, 501, 4)
            assert asked["buttons"] == []
            assert house.heard == ["hola", payload_of("ab12:srq_3:sí")]
            await asyncio.to_thread(server.fault, "sendVoice", 400, "Bad Request: VOICE_MESSAGES_FORBIDDEN")
            await asyncio.to_thread(server.tap, 501, "Escuchar")
            *_, told = await asyncio.to_thread(server.wait_for, 501, 5)
            assert told["text"] == WORDS[GONE]
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            await house.office.close()
            await channel.close()


@pytest.mark.parametrize("language", ["es", "qu"])
def test_button_and_hint_keep_the_limits_in_both_languages(language: str) -> None:
    """As the catalogs have them: 20 letters on the button, 60 below a list."""
    catalog = Catalog(Path("locale"))
    responses = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))["responses"]
    for response, longest in ((LISTEN, LONGEST_TITLE), (HINT, LONGEST_FOOTER)):
        source = responses[response][0]["text"]
        assert catalog.has(response, source, language)
        assert 0 < len(catalog.translate(response, source, language)) <= longest
