"""Recorded prompts: which file belongs to which words, and how both platforms send them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.gateway.asides.hearing import Hearing
from bot.gateway.asides.words import Phrases
from bot.gateway.channels.telegram import Telegram
from bot.gateway.channels.telegram_intake import TelegramIntake
from bot.gateway.channels.telegram_polling import TelegramPolling
from bot.gateway.channels.whatsapp import WhatsApp
from bot.gateway.channels.whatsapp_intake import WhatsAppIntake
from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.post_office import PostOffice
from bot.gateway.prompts import Prompts
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from bot.gateway.voice import MOST_BYTES, BadRecording, VoiceFolder
from followup.database import open_database
from tests.emulators.graph import PHONE_ID, Graph, event, message
from tests.emulators.telegram_server import TOKEN, telegram_server

SECRET = bytes(range(32))
SOUND = b"OggS\0\2" + bytes(22) + b"OpusHead" + bytes(100)
QUESTION = "¿Duerme mal?"


def bubble(text: str = QUESTION, language: str = "es", context: str = "srq.srq_3") -> Bubble:
    buttons = [{"title": one, "payload": f'/answer{{"k":"a:b:{one}"}}'} for one in ("Sí", "No")]
    voice = {"context": context, "language": language, "question": True}
    return {"text": text, "buttons": buttons, "voice": voice}


@pytest.fixture
def folder(tmp_path: Path) -> VoiceFolder:
    """Where nothing is recorded yet."""
    return VoiceFolder(tmp_path / "voice")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An inbox and outbox of its own."""
    database = open_database(f"sqlite:///{tmp_path}/gateway.db", SECRET)
    yield Store(database.writer, Seal(SECRET))
    database.close()


def post_office(store: Store, folder: VoiceFolder) -> PostOffice:
    """One whose dialogue always asks the same, and that knows «escuchar»."""

    async def dialogue(conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        return [bubble(f"3 de 20\n{QUESTION}")]

    office = PostOffice(store, dialogue, Identity(SECRET), list, lambda: datetime.now(timezone.utc))
    office.add_aside(Hearing(office.notes, folder, lambda name, language: f"{name} {language}", Phrases(["Escuchar"])))
    return office


def test_a_recording_is_found_by_language_and_context(folder: VoiceFolder) -> None:
    """The progress before the words does not matter; another text or language does."""
    folder.put("es", "srq.srq_3", SOUND, QUESTION)
    assert folder.find(bubble(f"3 de 20\n{QUESTION}")) is not None
    assert folder.find(bubble(language="qu")) is None
    assert folder.find(bubble(context="srq.srq_4")) is None
    assert folder.listed() == [("es", "srq.srq_3")]


def test_words_that_were_changed_are_not_spoken(folder: VoiceFolder) -> None:
    """A recording of the old words beside new ones would ask two different questions."""
    folder.put("es", "srq.srq_3", SOUND, "¿Durmió mal?")
    assert folder.find(bubble()) is None
    folder.put("es", "srq.srq_3", SOUND, QUESTION)
    assert folder.find(bubble()) is not None


def test_quechua_is_the_variety_of_the_programme_before_any_other(folder: VoiceFolder) -> None:
    """Somebody in Cusco hears Collao where it is recorded, else what there is."""
    for language in ("quy", "quz"):
        folder.put(language, "srq.srq_3", SOUND + language.encode(), QUESTION)
    asked = bubble(language="qu")
    for preferred in ("quy", "quz"):
        found = VoiceFolder(folder.folder, preferred).find(asked)
        assert found is not None
        assert found.path.parent.name == preferred
    assert folder.remove("quy", "srq.srq_3")
    found = folder.find(asked)
    assert found is not None
    assert found.path.parent.name == "quz"


def test_a_new_recording_takes_the_place_of_the_old_at_once(folder: VoiceFolder) -> None:
    """Platforms know a recording by its bytes: a new one is uploaded anew."""
    folder.put("es", "srq.srq_3", SOUND, QUESTION)
    first = folder.find(bubble())
    folder.put("es", "srq.srq_3", SOUND + b"otra", QUESTION)
    second = folder.find(bubble())
    assert first is not None
    assert second is not None
    assert first.digest != second.digest


@pytest.mark.parametrize(
    ("language", "context", "sound", "why"),
    [
        ("es", "../../secret", SOUND, "context"),
        ("es", ".oculto", SOUND, "context"),
        ("en", "srq.srq_3", SOUND, "language"),
        ("es", "srq.srq_3", b"ID3 mp3", "format"),
        ("es", "srq.srq_3", SOUND + bytes(MOST_BYTES), "size"),
    ],
)
def test_what_can_not_be_sent_is_refused_at_once(
    folder: VoiceFolder, language: str, context: str, sound: bytes, why: str
) -> None:
    """Whoever records learns it then, and nothing is written outside the folder."""
    with pytest.raises(BadRecording, match=why):
        folder.put(language, context, sound, QUESTION)
    assert folder.listed() == []
    assert folder.find(bubble(context=context)) is None


async def test_telegram_sends_one_voice_message_with_words_and_buttons(store: Store, folder: VoiceFolder) -> None:
    """The recording is uploaded once; the tap takes its buttons away; «escuchar» brings it again."""
    folder.put("es", "srq.srq_3", SOUND, QUESTION)
    with telegram_server() as server:
        office = post_office(store, folder)
        channel = Telegram(TOKEN, server.address, Prompts(folder))
        office.add(channel)
        await channel.start()
        polling = asyncio.create_task(
            TelegramPolling(channel.address, TelegramIntake(office, channel.number), long_poll=2).run()
        )
        try:
            await asyncio.to_thread(server.write, 401, "hola")
            (first,) = await asyncio.to_thread(server.wait_for, 401, 1)
            assert first["caption"] == f"3 de 20\n{QUESTION}"
            assert [one["text"] for one in first["buttons"]] == ["Sí", "No"]
            await asyncio.to_thread(server.write, 401, "¡escuchar!")
            first, again = await asyncio.to_thread(server.wait_for, 401, 2)
            assert first["buttons"] == []
            assert [one["text"] for one in again["buttons"]] == ["Sí", "No"]
            assert again["voice"]["file_id"] == first["voice"]["file_id"]
            await asyncio.to_thread(
                server.fault, "sendVoice", 400, "Bad Request: VOICE_MESSAGES_FORBIDDEN", chat_id=402
            )
            await asyncio.to_thread(server.write, 402, "hola")
            (words,) = await asyncio.to_thread(server.wait_for, 402, 1)
            assert words["text"] == f"3 de 20\n{QUESTION}"
            assert words["buttons"]
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            await office.close()
            await channel.close()


async def test_whatsapp_sends_the_recording_and_then_the_words(store: Store, folder: VoiceFolder) -> None:
    """A voice note cannot carry buttons; it is uploaded once, and both count for the person's pace."""
    folder.put("es", "srq.srq_3", SOUND, QUESTION)
    graph = Graph()
    office = post_office(store, folder)
    channel = WhatsApp("token", PHONE_ID, client=graph.client(), voice=Prompts(folder))
    office.add(channel)
    intake = WhatsAppIntake(office)
    for number, words in enumerate(("hola", "Escuchar")):
        await intake.take(event(message(f"w{number}", "text", body=words)))
        await office.idle()
    assert [one["type"] for one in graph.sent] == ["audio", "interactive"] * 2
    assert {one["audio"]["id"] for one in graph.sent if one["type"] == "audio"} == {"media1"}
    assert len(graph.uploads) == 1
    assert SOUND in graph.uploads[0]
    assert channel.weight(bubble()) == 2
    assert channel.weight(bubble(context="srq.srq_9")) == 1


async def test_whatsapp_that_takes_no_recording_gets_the_words(store: Store, folder: VoiceFolder) -> None:
    """A file that Meta refuses holds nobody up."""
    folder.put("es", "srq.srq_3", SOUND, QUESTION)
    graph = Graph(refuses_media=True)
    office = post_office(store, folder)
    office.add(WhatsApp("token", PHONE_ID, client=graph.client(), voice=Prompts(folder)))
    await WhatsAppIntake(office).take(event(message("w1", "text", body="hola")))
    await office.idle()
    assert [one["type"] for one in graph.sent] == ["interactive"]


async def test_where_nothing_is_recorded_it_is_said_kindly(store: Store, folder: VoiceFolder) -> None:
    """Before any question in both languages; after one in the person's, with the question again."""
    graph = Graph()
    office = post_office(store, folder)
    office.add(WhatsApp("token", PHONE_ID, client=graph.client(), voice=Prompts(folder)))
    intake = WhatsAppIntake(office)
    for number, words in enumerate(("escuchar", "hola", "escuchar")):
        await intake.take(event(message(f"w{number}", "text", body=words)))
        await office.idle()
    sorry = [f"utter_no_recording {language}" for language in ("es", "qu")]
    asked = {"text": f"3 de 20\n{QUESTION}"}
    assert graph.texts() == [*sorry, asked, sorry[0], asked]


async def test_a_sentence_with_the_word_in_it_is_no_wish_to_listen(store: Store, folder: VoiceFolder) -> None:
    """«No puedo escuchar más esas voces» belongs to the dialogue."""
    graph = Graph()
    office = post_office(store, folder)
    office.add(WhatsApp("token", PHONE_ID, client=graph.client(), voice=Prompts(folder)))
    await WhatsAppIntake(office).take(event(message("w1", "text", body="ya no puedo escuchar esas voces")))
    await office.idle()
    assert graph.texts() == [{"text": f"3 de 20\n{QUESTION}"}]
