"""The console and the web chat over this house."""

from __future__ import annotations

from dataclasses import replace

from starlette.applications import Starlette

from actions.context import current
from bot.gateway.board import Board
from console.app import create_app
from console.channels import Channels, Template
from console.chat_backend import ChatBackend
from console.site import ConsoleSettings
from followup.database import Database
from uyariq.message_templates import template_states
from uyariq.rooms import RULES, House
from uyariq.settings import Settings


def console_app(house: House, chat: ChatBackend) -> Starlette:
    """The web application, with the rules, words and clock of the house."""
    return create_app(
        house.database,
        chat,
        library=house.library,
        translate=house.catalog.translate,
        settings=console_settings(house.settings),
        now=house.clock,
        channels=channels_of(house.settings, house.database),
        engine=current().engine,
    )


def console_settings(settings: Settings) -> ConsoleSettings:
    """What the environment sets of the console; the rest keeps its defaults."""
    chosen = ConsoleSettings(
        listeners=settings.listeners,
        programme_contact=settings.programme_contact,
        second_step_roles=settings.second_step_roles,
    )
    return replace(chosen, programme=settings.programme) if settings.programme else chosen


def channels_of(settings: Settings, database: Database) -> Channels | None:
    """What the console sees of the platforms; None where none is set up."""
    if not (settings.telegram or settings.whatsapp or settings.twilio):
        return None
    templates = [Template(*row) for row in template_states(RULES)]
    return Channels(Board(database.writer), templates)
