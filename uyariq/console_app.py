"""The console and the web chat over this house."""

from __future__ import annotations

from dataclasses import replace

from starlette.applications import Starlette

from bot.gateway.board import Board
from console.app import create_app
from console.channels import Channels, Template
from console.chat_backend import ChatBackend
from console.site import ConsoleSettings, use_rules
from followup.database import Database
from uyariq.gateway_asides import voice_folder
from uyariq.message_templates import template_states
from uyariq.model_desk import ModelShelfDesk
from uyariq.model_shelf import Shelf
from uyariq.rooms import LOCALE, House, live_words
from uyariq.rules_in_use import Loaded, RulesInUse
from uyariq.settings import Settings
from uyariq.training import MODEL
from uyariq.translation_desk import CatalogDesk
from uyariq.translations_live import take_new_words
from uyariq.words_desk import RulesWordsDesk


def console_app(house: House, chat: ChatBackend) -> Starlette:
    """The web application, with the rules, words and clock of the house."""
    app = create_app(
        house.database,
        chat,
        library=house.library,
        translate=house.catalog.translate,
        settings=console_settings(house.settings),
        now=house.clock,
        channels=channels_of(house.settings, house.database),
        engine=house.rules.engine,
        translations=translation_desk(house.settings, house.rules),
        models=model_desk(house.database),
        words=words_desk(house.rules),
    )
    follow_rules(app, house.rules, house.settings)
    return app


def follow_rules(app: Starlette, rules: RulesInUse, settings: Settings) -> None:
    """Whenever the rules change, the next page is made with them."""

    def take(loaded: Loaded) -> None:
        use_rules(app, loaded.library, loaded.engine, channels_of(settings, rules.database))

    rules.watch(take)


def translation_desk(settings: Settings, rules: RulesInUse) -> CatalogDesk:
    """What the pages of the translations work with."""
    live = live_words(rules.catalog, rules.database)

    def refresh() -> None:
        take_new_words(live, rules)

    return CatalogDesk(lambda: rules.folder, LOCALE, voice_folder(settings), rules.catalog, rules.database, refresh)


def model_desk(database: Database) -> ModelShelfDesk:
    """The models that understand messages."""
    return ModelShelfDesk(Shelf(MODEL.parent), database)


def words_desk(rules: RulesInUse) -> RulesWordsDesk:
    """Checks words of danger, of places and of the gateway."""
    return RulesWordsDesk(lambda: rules.folder)


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
    templates = [Template(*row) for row in template_states(database.rules)]
    return Channels(Board(database.writer), templates)
