"""The embedded shape: bot, web chat, console and clock in one process and one event loop."""

from __future__ import annotations

import asyncio
import socket
import time

import uvicorn

from bot.gateway.channels.web import WebChat
from uyariq.bot_server import LOOPBACK, start_bot_server
from uyariq.channels import open_post_office, open_pulled, start_channels
from uyariq.clock_work import keep_time
from uyariq.console_app import console_app
from uyariq.errors import UyariqError
from uyariq.first_login import first_login
from uyariq.hot_reload import keep_rules
from uyariq.message_templates import read_templates
from uyariq.model_reload import keep_model
from uyariq.notifiers import read_notifiers
from uyariq.rooms import House, live_words, open_house
from uyariq.settings import Settings
from uyariq.staff_talk import carry_staff_messages
from uyariq.training import MODEL
from uyariq.translations_live import keep_translations
from uyariq.words_in_use import keep_words
from uyariq.write_first import write_first


class PortTaken(UyariqError):
    """Somebody already listens there."""


async def run_all(settings: Settings, started: float) -> None:
    """Start everything, say where it is, and go on until Ctrl-C."""
    ways = read_notifiers()
    house = await open_house(settings)
    door = _listen(settings.console_port, "--console-port")
    try:
        bot = await start_bot_server(house.agent, settings.bot_port)
    except OSError as error:
        raise _taken(settings.bot_port, "--bot-port") from error
    clock = asyncio.create_task(keep_time(house.database, house.settings.home / "spool", house.clock, ways))
    rules = asyncio.create_task(keep_rules(house.rules, "all", house.clock))
    words = asyncio.create_task(keep_translations(live_words(house.catalog, house.database), house.rules))
    model = asyncio.create_task(keep_model(house.agent, MODEL))
    read = asyncio.create_task(keep_words(house.words_read))
    office = open_post_office(settings, house.database, house.dialogue, house.failed, house.clock)
    console = _console(house)
    channels = start_channels(office, settings, house.database, house.clock, house.say, house.phrases)
    if channels:
        writing = write_first(office, house.database, house.clock, lambda: read_templates(house.rules.folder))
        channels.append(asyncio.create_task(writing))
    channels.append(asyncio.create_task(carry_staff_messages(office, house.database, house.say_of_staff, house.clock)))
    print(_welcome(house, time.monotonic() - started), flush=True)
    try:
        await console.serve(sockets=[door])
    finally:
        for task in (clock, rules, words, model, read, *channels):
            task.cancel()
        await office.close()
        bot.close()
        house.database.close()


def _listen(port: int, option: str) -> socket.socket:
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise _taken(port, option) from error


def _taken(port: int, option: str) -> PortTaken:
    return PortTaken(f"El puerto {port} está ocupado; elija otro con {option} o cierre el otro programa.")


def _console(house: House) -> uvicorn.Server:
    app = console_app(house, WebChat(house.gateway, open_pulled(house.settings, house.database)))
    config = uvicorn.Config(
        app,
        host=LOOPBACK,
        port=house.settings.console_port,
        log_config=None,
        access_log=False,
        server_header=False,
        loop="asyncio",
        ws="none",
    )
    return uvicorn.Server(config)


def _welcome(house: House, seconds: float) -> str:
    settings = house.settings
    here = f"http://localhost:{settings.console_port}"
    lines = [
        "",
        f"Uyariq está escuchando (listo en {seconds:.0f} s).",
        f"  Chat de prueba:  {here}/chat",
        f"  Consola:         {here}/login",
        f"  Canal REST:      http://localhost:{settings.bot_port}/webhooks/rest/webhook",
    ]
    if settings.telegram:
        lines.append("  Telegram:        encendido")
    login = first_login(house.database, house.clock())
    if login:
        lines += ["", f"  Primer ingreso:  usuario {login[0]}, contraseña {login[1]}", "  (no se muestra otra vez)"]
    if settings.secret_is_new:
        lines += [
            "",
            f"  Se creó la clave {settings.home / 'secret.key'}. Guarde una copia en otro lugar:",
            "  sin ella no se pueden leer los nombres y teléfonos.",
        ]
    return "\n".join([*lines, "", "Ctrl-C para terminar."])
