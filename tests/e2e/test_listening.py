"""To hear each question of a whole screening by its button, with the real bot: nothing else changes by it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.gateway.asides.hearing import Hearing
from bot.gateway.asides.words import Phrases
from bot.gateway.channels import whatsapp
from bot.gateway.channels.whatsapp import WhatsApp
from bot.gateway.post_office import PostOffice
from bot.gateway.prompts import LISTEN, Prompts, to_hear
from bot.gateway.voice import VoiceFolder
from screening.texts import texts
from tests.e2e.whatsapp_phone import ASKED, GREETING, MOST_STEPS, NO, OWN_LANGUAGE, Phone, options, words
from tests.emulators.graph import PHONE_ID, Graph
from uyariq.channels import open_post_office
from uyariq.rooms import House

SOUND = b"OggS\0\2" + bytes(22) + b"OpusHead"
RECORDED = re.compile(r"(srq_minsa|mental_health)\.\w+")
WORD = {"es": "escuchar", "qu": "uyariy"}


@pytest.fixture
def graph() -> Graph:
    """Meta, for one test."""
    return Graph()


@pytest.fixture
def folder(house: House, tmp_path: Path) -> VoiceFolder:
    """Everything that the bot asks, recorded in both languages."""
    made = VoiceFolder(tmp_path)
    for one in texts(house.library):
        for language, catalog in (("es", "es"), ("quy", "qu")):
            if not RECORDED.fullmatch(one.context) or "{" in one.text:
                continue
            sound = SOUND + one.context.encode() + language.encode()
            made.put(language, one.context, sound, house.catalog.translate(one.context, one.text, catalog))
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def office(
    house: House, graph: Graph, folder: VoiceFolder, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[PostOffice]:
    """The gateway over the real bot; sound comes for the asking."""
    monkeypatch.setattr(whatsapp, "LONGEST_PAUSE", 0.0)
    monkeypatch.setattr(whatsapp, "BURST", 100_000)
    house.clock.set(None)
    made = open_post_office(house.settings, house.database, house.dialogue, house.failed, house.clock)
    voice = Prompts(folder, house.say, by_itself=False)
    made.add(WhatsApp("token", PHONE_ID, client=graph.client(), voice=voice))
    made.add_aside(Hearing(made.notes, folder, house.say, Phrases(WORD.values())))
    yield made
    await made.close()


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_hearing_every_question_twice_leaves_every_answer_as_it_was(
    house: House, office: PostOffice, graph: Graph, language: str
) -> None:
    """A tap brings the sound alone, the word brings it with the question; what is stored stays; the screening ends."""
    dead = office.store.counts()["dead"]
    phone = Phone(office, graph)
    last = await phone.write(GREETING[language])
    taps = typed_words = 0
    for answered in range(MOST_STEPS):
        listen = [one for one in options(last) if to_hear(one["id"]) is not None]
        assert [one["title"] for one in listen] in ([], [house.say(LISTEN, language)])
        before = house.database.session(phone.conversation)
        for button in listen * 2:
            count = len(phone.said())
            assert (await phone.tap(button))["type"] == "audio"
            assert len(phone.said()) == count + 1
            taps += 1
        if (last.get("interactive") or {}).get("footer"):
            assert not listen
            last = await phone.write(WORD[language])
            assert phone.said()[-2]["type"] == "audio"
            assert "footer" not in last["interactive"]
            typed_words += 1
        assert house.database.session(phone.conversation) == before
        offered = [one for one in options(last) if to_hear(one["id"]) is None]
        own = [one for one in offered if one["title"] in OWN_LANGUAGE]
        no = [one for one in offered if one["title"].startswith(NO[language])] if answered > 3 else []
        reply = [said for key, said in ASKED.items() if key in words(last).lower()] if len(offered) < 2 else []
        chosen = (own[:1] if language == "es" else own[-1:]) or no or offered
        if not chosen and not reply:
            break
        last = await phone.write(reply[0]) if reply else await phone.tap(chosen[0])
    # Yes, no and «no entiendo» leave no room for a fourth button; other questions have some.
    assert typed_words >= 20
    assert taps >= 2 * 3
    assert [one["type"] for one in phone.said()].count("audio") == taps + typed_words
    assert len(graph.uploads) == taps // 2 + typed_words
    assert office.store.counts()["dead"] == dead
