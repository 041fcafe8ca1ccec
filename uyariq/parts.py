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
from uyariq.bot_server import LOOPBACK, start_bot_server
from uyariq.channels import open_post_office, open_pulled, start_channels
from uyariq.clock import Clock
from uyariq.clock_work import keep_time
from uyariq.errors import UsageError
from uyariq.gateway_words import read_gateway_words
from uyariq.hot_reload import keep_rules
from uyariq.message_templates import read_templates
from uyariq.model_reload import keep_model
from uyariq.notifiers import read_notifiers
from uyariq.quiet import quiet_libraries
from uyariq.rooms import (
    LOCALE,
    RULES,
    configure_actions,
    failure_words,
    live_words,
    open_database,
    open_house,
    rules_in_use,
    words,
)
from uyariq.rules_in_use import RulesInUse
from uyariq.settings import Settings
from uyariq.staff_talk import carry_staff_messages
from uyariq.staff_words import staff_words
from uyariq.training import MODEL
from uyariq.translations_live import keep_translations
from uyariq.words_in_use import WordsInUse, gateway_words, keep_words
from uyariq.write_first import write_first

ACTIONS_PORT = 5055
# Apart from the bot, the console stands behind the programme's own proxy.
CONSOLE_HOST = "0.0.0.0"  # noqa: S104


async def serve_bot(settings: Settings) -> None:
    """Rasa's server with actions in the same process."""
    house = await open_house(settings)
    await start_bot_server(house.agent, settings.bot_port)
    current = _keep_current(house.rules, "bot", house.clock)
    await asyncio.gather(current, keep_model(house.agent, MODEL), keep_words(house.words_read))


async def serve_actions(settings: Settings) -> None:
    """The action server that `rasa shell` and `rasa run` ask (endpoints.yml)."""
    quiet_libraries()
    database = open_database(settings)
    database.migrate()
    rules, clock = rules_in_use(settings, database, Catalog(LOCALE)), Clock()
    configure_actions(settings, rules, clock)
    from rasa_sdk.endpoint import create_app

    app = create_app("actions")
    server = await app.create_server(host=LOOPBACK, port=ACTIONS_PORT, return_asyncio_server=True)
    await server.startup()
    await server.start_serving()
    await _keep_current(rules, "actions", clock)


async def serve_console(settings: Settings) -> None:
    """The console and the web chat; the bot answers on UYARIQ_BOT_URL."""
    from console.app import create_app
    from uyariq.console_app import channels_of, console_settings, follow_rules, model_desk, translation_desk, words_desk

    quiet_libraries()
    catalog, database = Catalog(LOCALE), open_database(settings)
    database.migrate()
    rules = rules_in_use(settings, database, catalog)
    gateway = Gateway(RemoteDialogue(bot_address(settings)), Identity(settings.secret), failure_words(rules, catalog))
    chat = WebChat(gateway, open_pulled(settings, database))
    app = create_app(
        database,
        chat,
        library=rules.library,
        translate=catalog.translate,
        settings=console_settings(settings),
        channels=channels_of(settings, database),
        engine=rules.engine,
        translations=translation_desk(settings, rules),
        models=model_desk(database),
        words=words_desk(rules),
    )
    follow_rules(app, rules, settings)
    config = uvicorn.Config(
        app, host=CONSOLE_HOST, port=settings.console_port, log_config=None, access_log=False, ws="none"
    )
    looking = asyncio.create_task(_keep_current(rules, "console", Clock()))
    try:
        await uvicorn.Server(config).serve()
    finally:
        looking.cancel()


async def serve_gateway(settings: Settings) -> None:
    """The only part that the platforms reach; the bot answers on UYARIQ_BOT_URL."""
    quiet_libraries()
    if not (settings.telegram or settings.whatsapp or settings.twilio):
        raise UsageError("No hay ninguna plataforma: defina TELEGRAM_TOKEN, o las variables de WhatsApp o de Twilio.")
    catalog, clock, database = Catalog(LOCALE), Clock(), open_database(settings)
    database.migrate()
    rules = rules_in_use(settings, database, catalog)
    dialogue = RemoteDialogue(bot_address(settings))
    office = open_post_office(settings, database, dialogue, failure_words(rules, catalog), clock)
    phrases = read_gateway_words(RULES)
    read = WordsInUse(rules, RULES, [gateway_words(phrases)])
    try:
        read.begin()
        channels = start_channels(office, settings, database, clock, words(rules, catalog), phrases)
        staff = carry_staff_messages(office, database, staff_words(rules, catalog, clock), clock)
        writing = write_first(office, database, clock, lambda: read_templates(rules.folder))
        await asyncio.gather(*channels, staff, writing, _keep_current(rules, "gateway", clock), keep_words(read))
    finally:
        await office.close()
        database.close()


async def _keep_current(rules: RulesInUse, part: str, clock: Clock) -> None:
    """What staff publish and what reviewers save is in use within seconds."""
    words = keep_translations(live_words(rules.catalog, rules.database), rules)
    await asyncio.gather(keep_rules(rules, part, clock), words)


def bot_address(settings: Settings) -> str:
    """Where the bot answers, on a private address."""
    return os.environ.get("UYARIQ_BOT_URL") or f"http://{LOOPBACK}:{settings.bot_port}"


async def serve_clock(settings: Settings) -> None:
    """Retries, leases and alerts."""
    quiet_libraries()
    database = open_database(settings)
    database.migrate()
    clock = Clock()
    rules = rules_in_use(settings, database, Catalog(LOCALE))
    looking = keep_time(database, settings.home / "spool", clock, read_notifiers())
    await asyncio.gather(looking, keep_rules(rules, "clock", clock))
