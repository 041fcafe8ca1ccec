"""Whole conversations over WhatsApp: the real bot behind the gateway, and a Graph API that keeps Meta's limits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.gateway.channels import whatsapp
from bot.gateway.channels.whatsapp import WhatsApp
from bot.gateway.incoming import Incoming
from bot.gateway.post_office import PostOffice
from bot.gateway.tables import contact, farewell, inbox, note, outbox
from tests.e2e.whatsapp_phone import ASKED, EVENTS, GREETING, MOST_STEPS, NO, OWN_LANGUAGE, Phone, options, words
from tests.emulators.graph import PHONE_ID, Graph
from uyariq.channels import open_post_office
from uyariq.gateway_asides import add_asides
from uyariq.rooms import House


@pytest.fixture
def graph() -> Graph:
    """Meta, for one test."""
    return Graph()


@pytest_asyncio.fixture(loop_scope="session")
async def office(house: House, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PostOffice]:
    """The gateway over the real bot, with nothing that only takes time."""
    monkeypatch.setattr(whatsapp, "LONGEST_PAUSE", 0.0)
    monkeypatch.setattr(whatsapp, "BURST", 100_000)
    house.clock.set(None)
    made = open_post_office(house.settings, house.database, house.dialogue, house.failed, house.clock)
    made.add(WhatsApp("token", PHONE_ID, client=graph.client()))
    add_asides(made, house.settings, house.database, house.clock, house.say)
    yield made
    await made.close()


async def screened(phone: Phone, language: str) -> int:
    """Answer until nothing is asked; how many answers."""
    last = await phone.write(GREETING[language])
    for answered in range(MOST_STEPS):
        offered = options(last)
        if offered:
            own = [one for one in offered if one["title"] in OWN_LANGUAGE]
            chosen = own[0 if language == "es" else -1] if own else offered[0]
            no = [one for one in offered if one["title"].startswith(NO[language])]
            last = await phone.tap(no[0] if no and answered > 3 else chosen)
            continue
        replies = [said for key, said in ASKED.items() if key in words(last).lower()]
        if not replies:
            return answered
        last = await phone.write(replies[0])
    return MOST_STEPS


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_a_screening_by_taps_keeps_every_limit(
    house: House, office: PostOffice, graph: Graph, language: str
) -> None:
    """Every question arrives as buttons or a list that Meta takes; answers are kept in the person's language."""
    dead = office.store.counts()["dead"]
    phone = Phone(office, graph)
    assert await screened(phone, language) >= 20
    # The fake refuses whatever Meta would refuse, and then there is a dead letter.
    assert office.store.counts()["dead"] == dead
    assert (house.database.session(phone.conversation) or {}).get("language") == language


@pytest.mark.parametrize("begun", [False, True])
async def test_help_of_the_menu_leads_to_a_number_at_once(
    house: House, office: PostOffice, graph: Graph, begun: bool
) -> None:
    """Before the first word and in the middle of a question: the line first, then what is happening."""
    phone = Phone(office, graph)
    if begun:
        await phone.write("hola")
    before = len(phone.said())
    last = await phone.help()
    number = house.say("utter_services", "es").partition("Por teléfono: ")[2].partition(".")[0]
    assert number
    assert number in words(phone.said()[before])
    assert next(one["title"] for one in options(last)) == "Pienso en morir"


async def test_who_erases_their_data_leaves_nothing_in_the_gateway_either(
    house: House, office: PostOffice, graph: Graph
) -> None:
    """The last words go out; then inbox, outbox, contact and notes hold nothing of the person."""
    phone = Phone(office, graph)
    last = await phone.write("hola")
    last = await phone.write("borrar mis datos")
    for _ in range(3):
        yes = [one for one in options(last) if one["title"].startswith("Sí")]
        if not yes:
            break
        last = await phone.tap(yes[0])
    assert house.database.session(phone.conversation) is None
    with house.database.writer.connect() as conn:
        for table in (inbox, outbox, contact, note, farewell):
            mine = sa.select(sa.func.count()).select_from(table).where(table.c.conversation == phone.conversation)
            assert conn.execute(mine).scalar() == 0, table.name


async def test_nothing_that_was_written_nor_token_nor_phone_is_logged(
    house: House, office: PostOffice, graph: Graph, caplog: pytest.LogCaptureFixture
) -> None:
    """Also when the platform refuses, and at the level of debugging."""
    phone = Phone(office, graph)
    secret_words = "me pelee con zutano en la chacra"
    with caplog.at_level(logging.DEBUG, logger="bot.gateway"), caplog.at_level(logging.DEBUG, logger="httpx"):
        graph.faults = [(131056, 400), (100, 400), (190, 401)]
        office.receive([Incoming("whatsapp", f"e{next(EVENTS)}", phone.number, "text", secret_words)])
        for _ in range(200):
            if office.refused:
                break
            await asyncio.sleep(0.05)
    lines = "\n".join(record.getMessage() for record in caplog.records)
    assert "gateway.not_sent" in lines
    for secret in ("zutano", phone.number, "Bearer", secret_words):
        assert secret not in lines
