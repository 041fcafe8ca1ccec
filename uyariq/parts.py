"""The parts of the house, each in a process of its own."""

from __future__ import annotations

import asyncio
import os

import uvicorn

from bot.catalog import Catalog
from bot.gateway.channels.web import WebChat
from bot.gateway.gateway import Gateway
from bot.gateway.identity import Identity
from bot.gateway.remote import RemoteDialogue
from followup.working_hours import working_calendar
from screening.engine import Engine
from screening.reader import load_library
from uyariq.bot_server import LOOPBACK, start_bot_server
from uyariq.channels import open_post_office, open_pulled, start_channels
from uyariq.clock import Clock
from uyariq.clock_work import keep_time
from uyariq.errors import UsageError
from uyariq.message_templates import read_templates
from uyariq.notifiers import read_notifiers
from uyariq.quiet import quiet_libraries
from uyariq.rooms import LOCALE, RULES, configure_actions, failure_words, open_database, open_house, words
from uyariq.settings import Settings
from uyariq.staff_talk import carry_staff_messages
from uyariq.staff_words import staff_words
from uyariq.write_first import write_first

ACTIONS_PORT = 5055
# Apart from the bot, the console stands behind the programme's own proxy.
CONSOLE_HOST = "0.0.0.0"  # noqa: S104


async def serve_bot(settings: Settings) -> None:
    """Rasa's server with actions in the same process."""
    house = await open_house(settings)
    await start_bot_server(house.agent, settings.bot_port)
    await asyncio.Event().wait()


async def serve_actions(settings: Settings) -> None:
    """The action server that `rasa shell` and `rasa run` ask (endpoints.yml)."""
    quiet_libraries()
    database = open_database(settings)
    database.migrate()
    configure_actions(settings, database, load_library(RULES), Catalog(LOCALE), Clock())
    from rasa_sdk.endpoint import create_app

    app = create_app("actions")
    server = await app.create_server(host=LOOPBACK, port=ACTIONS_PORT, return_asyncio_server=True)
    await server.startup()
    await server.start_serving()
    await asyncio.Event().wait()


async def serve_console(settings: Settings) -> None:
    """The console and the web chat; the bot answers on UYARIQ_BOT_URL."""
    from console.app import create_app
    from uyariq.console_app import channels_of, console_settings

    quiet_libraries()
    library, catalog, database = load_library(RULES), Catalog(LOCALE), open_database(settings)
    database.migrate()
    gateway = Gateway(RemoteDialogue(bot_address(settings)), Identity(settings.secret), failure_words(library, catalog))
    chat = WebChat(gateway, open_pulled(settings, database))
    app = create_app(
        database,
        chat,
        library=library,
        translate=catalog.translate,
        settings=console_settings(settings),
        channels=channels_of(settings, database),
        # Made before somebody on the telephone waits for it.
        engine=Engine(library, working_calendar(RULES), catalog.translate),
    )
    config = uvicorn.Config(
        app, host=CONSOLE_HOST, port=settings.console_port, log_config=None, access_log=False, ws="none"
    )
    await uvicorn.Server(config).serve()


async def serve_gateway(settings: Settings) -> None:
    """The only part that the platforms reach; the bot answers on UYARIQ_BOT_URL."""
    quiet_libraries()
    if not (settings.telegram or settings.whatsapp or settings.twilio):
        raise UsageError("No hay ninguna plataforma: defina TELEGRAM_TOKEN, o las variables de WhatsApp o de Twilio.")
    library, catalog, clock = load_library(RULES), Catalog(LOCALE), Clock()
    database = open_database(settings)
    database.migrate()
    dialogue = RemoteDialogue(bot_address(settings))
    office = open_post_office(settings, database, dialogue, failure_words(library, catalog), clock)
    try:
        channels = start_channels(office, settings, database, clock, words(library, catalog))
        staff = carry_staff_messages(office, database, staff_words(library, catalog, RULES, clock), clock)
        await asyncio.gather(*channels, staff, write_first(office, database, clock, read_templates(RULES)))
    finally:
        await office.close()
        database.close()


def bot_address(settings: Settings) -> str:
    """Where the bot answers, on a private address."""
    return os.environ.get("UYARIQ_BOT_URL") or f"http://{LOOPBACK}:{settings.bot_port}"


async def serve_clock(settings: Settings) -> None:
    """Retries, leases and alerts."""
    quiet_libraries()
    database = open_database(settings)
    database.migrate()
    await keep_time(database, settings.home / "spool", Clock(), read_notifiers())
