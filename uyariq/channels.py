"""The platforms over this house: post office, Telegram, WhatsApp, and the addresses that they call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
import uvicorn
from starlette.routing import Route

from bot.gateway.asides.linking import Linking
from bot.gateway.asides.listeners import Source
from bot.gateway.asides.typed import TypedChoices
from bot.gateway.asides.words import Phrases
from bot.gateway.channels.telegram import Telegram
from bot.gateway.channels.telegram_intake import TelegramIntake
from bot.gateway.channels.telegram_polling import TelegramPolling
from bot.gateway.channels.telegram_updates import COMMANDS, WANTED
from bot.gateway.channels.twilio import NAME as TWILIO
from bot.gateway.channels.twilio import Twilio, twilio_route
from bot.gateway.channels.whatsapp import WhatsApp
from bot.gateway.channels.whatsapp_intake import WhatsAppIntake
from bot.gateway.gateway import Bubble, Dialogue
from bot.gateway.holds import AdvisoryHolds, Alone
from bot.gateway.identity import Identity
from bot.gateway.post_office import PostOffice
from bot.gateway.prompts import Prompts
from bot.gateway.pulled import PulledMessages
from bot.gateway.seal import Seal
from bot.gateway.sending import TokenRefused
from bot.gateway.sounds import SoundAddresses, sound_route
from bot.gateway.store import Store
from bot.gateway.webhooks import gateway_app, telegram_route, whatsapp_routes
from followup.database import Database
from uyariq.gateway_asides import add_asides, fetching, prompts, typed_choices
from uyariq.settings import Settings, TelegramSettings, TwilioSettings, WhatsAppSettings

log = structlog.get_logger("uyariq.channels")
LOOK_EVERY = 60
# What was answered or sent is kept this long, so that a late repetition is still known; its words are gone at once.
KEEP = timedelta(days=8)
# The platforms come through the programme's own proxy, which holds the certificate.
HOST = "0.0.0.0"  # noqa: S104
LANGUAGES = ("es", "qu")
NOT_IN_GROUPS = "utter_not_in_groups"
Say = Callable[[str, str], str]


def open_post_office(
    settings: Settings,
    database: Database,
    dialogue: Dialogue,
    failed: Callable[[], list[Bubble]],
    now: Callable[[], datetime],
) -> PostOffice:
    """Inbox and outbox in the installation's database."""
    store = Store(database.writer, Seal(settings.secret))
    shared = database.engine.dialect.name == "postgresql"
    holds = AdvisoryHolds(database.engine) if shared else Alone()
    return PostOffice(store, dialogue, Identity(settings.secret), failed, now, holds)


def open_pulled(settings: Settings, database: Database) -> PulledMessages:
    """What waits for people at the web chat, whose page comes and asks."""
    return PulledMessages(database.writer, Seal(settings.secret), Identity(settings.secret))


def start_channels(
    office: PostOffice,
    settings: Settings,
    database: Database,
    now: Callable[[], datetime],
    say: Say,
    phrases: Mapping[str, Phrases] | None = None,
) -> list[asyncio.Task[Any]]:
    """The tasks of all platforms that are set up; none when there is none. say: (response, language) -> words.

    phrases: what the gateway hears, for whoever holds them to renew.
    """
    work: list[Any] = []
    routes: list[Route] = []
    sources: dict[str, Source] = {}
    # What somebody typed for a choice is known before anything else looks at it.
    choices = typed_choices(office, TWILIO, now) if settings.twilio else None
    voice = prompts(settings, say)
    linking = add_asides(office, settings, database, now, say, phrases)
    if settings.telegram is not None:
        channel = Telegram(settings.telegram.token, settings.telegram.base_url, voice)
        sources[channel.name] = channel
        intake = TelegramIntake(
            office,
            channel.number,
            lambda group: channel.refuse_group(group, _in_all_languages(say, NOT_IN_GROUPS)),
        )
        work.append(_serve_telegram(office, settings.telegram, channel, intake, say))
        if settings.telegram.webhook_secret:
            routes.append(telegram_route(settings.telegram.webhook_secret, _one_update(intake)))
    if settings.whatsapp is not None:
        sender = WhatsApp(
            settings.whatsapp.token,
            settings.whatsapp.number_id,
            settings.whatsapp.base_url,
            voice=voice,
        )
        sources[sender.name] = sender
        routes += _whatsapp(office, settings.whatsapp, sender, linking)
    if settings.twilio is not None:
        sounds = SoundAddresses(settings.secret, settings.public_url, now) if settings.public_url else None
        third = _twilio(office, settings.twilio, voice, sounds, choices)
        sources[third.name] = third
        routes.append(twilio_route(settings.twilio.token, settings.twilio.webhook_url, office, third.sound_of))
        routes += [sound_route(sounds, voice.folder)] if sounds else []
    if routes:
        work.append(_listen(routes, office, settings.gateway_port))
    if work and settings.listeners:
        work.append(fetching(office, database, now, sources))
    if work:
        work.append(_look_after(office, now))
    return [asyncio.create_task(one) for one in work]


async def _serve_telegram(
    office: PostOffice, settings: TelegramSettings, channel: Telegram, intake: TelegramIntake, say: Say
) -> None:
    """Read updates, or have them sent, until cancelled; what waits is sent."""
    office.add(channel)
    await _until_known(office, channel, settings)
    await channel.set_commands({language: _commands(say, language) for language in LANGUAGES})
    office.resume()
    try:
        if settings.webhook_secret:
            await asyncio.Event().wait()
        await TelegramPolling(channel.address, intake).run()
    finally:
        await channel.close()


def _commands(say: Say, language: str) -> list[tuple[str, str]]:
    return [(name, say(f"utter_command_{name}", language)) for name in COMMANDS]


def _in_all_languages(say: Say, response: str) -> str:
    return "\n\n".join(say(response, language) for language in LANGUAGES)


async def _until_known(office: PostOffice, channel: Telegram, settings: TelegramSettings) -> None:
    """The bot comes up by itself when the network or the token does."""
    while True:
        try:
            await channel.start()
            if settings.webhook_secret:
                await channel.bot.set_webhook(
                    settings.webhook_url, secret_token=settings.webhook_secret, allowed_updates=WANTED
                )
            else:
                await channel.bot.delete_webhook()
            office.refused.settled(channel.name)
            return
        except TokenRefused:
            office.refused[channel.name] = "token"
            log.error("telegram.token_refused")
        except Exception as error:  # no network yet
            log.warning("telegram.not_reached", error=type(error).__name__)
        await asyncio.sleep(LOOK_EVERY)


def _one_update(intake: TelegramIntake) -> Callable[[Any], Any]:
    async def take(update: Any) -> None:
        if isinstance(update, dict) and isinstance(update.get("update_id"), int):
            await intake.take([update])

    return take


def _whatsapp(office: PostOffice, settings: WhatsAppSettings, sender: WhatsApp, linking: Linking) -> list[Route]:
    office.add(sender)
    office.resume()
    intake = WhatsAppIntake(office, linking.moved)
    return whatsapp_routes(settings.app_secret, settings.verify_token, intake.take)


def _twilio(
    office: PostOffice,
    settings: TwilioSettings,
    voice: Prompts,
    sounds: SoundAddresses | None,
    choices: TypedChoices | None,
) -> Twilio:
    channel = Twilio(
        settings.account,
        settings.token,
        settings.number,
        settings.webhook_url,
        base_url=settings.base_url,
        voice=voice,
        sounds=sounds,
        choices=choices,
    )
    office.add(channel)
    office.resume()
    return channel


async def _listen(routes: list[Route], office: PostOffice, port: int) -> None:
    app = gateway_app(routes, alive=lambda: not office.refused)
    config = uvicorn.Config(
        app, host=HOST, port=port, log_config=None, access_log=False, server_header=False, loop="none", ws="none"
    )
    await uvicorn.Server(config).serve()


async def _look_after(office: PostOffice, now: Callable[[], datetime]) -> None:
    """See to what was left waiting, and forget what is done, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_EVERY)
        office.resume()
        office.store.leave()
        office.store.forget(now() - KEEP)
