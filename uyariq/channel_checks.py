"""What is wrong with the platforms' settings, in words: token, webhook, secret, templates. Sends nothing to anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from typing import Any

import httpx
from twilio.request_validator import RequestValidator

from bot.gateway.channels.whatsapp import VERSION, problem_of
from bot.gateway.sending import TokenRefused
from bot.gateway.sounds import MEDIA_TYPE, SoundAddresses
from bot.gateway.voice import VoiceFolder
from bot.gateway.webhooks import META_HEADER, signature
from uyariq.gateway_asides import voice_folder
from uyariq.settings import Settings, TelegramSettings, TwilioSettings, WhatsAppSettings

UNAUTHORIZED = (401, 404)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. words: for staff, with what to do where it is not good."""

    good: bool
    words: str


async def check_telegram(settings: TelegramSettings, client: httpx.AsyncClient) -> AsyncIterator[Finding]:
    """The token, and whether Telegram calls where we listen."""
    address = f"{settings.base_url}/bot{settings.token}"
    try:
        me = await client.get(f"{address}/getMe")
        if me.status_code in UNAUTHORIZED:
            yield Finding(False, "Telegram no reconoce TELEGRAM_TOKEN: cópielo otra vez de @BotFather.")
            return
        hook = (await client.get(f"{address}/getWebhookInfo")).json().get("result") or {}
    except (httpx.HTTPError, ValueError) as error:
        yield Finding(False, f"No se llega a Telegram ({type(error).__name__}): revise la salida a internet.")
        return
    yield Finding(True, f"Telegram reconoce el bot @{me.json()['result'].get('username', '')}.")
    yield _webhook(settings, hook)


def _webhook(settings: TelegramSettings, hook: dict[str, Any]) -> Finding:
    there, waiting = str(hook.get("url") or ""), int(hook.get("pending_update_count") or 0)
    if not settings.webhook_secret:
        if there:
            return Finding(
                False, "Telegram todavía llama a otra dirección; se corrige solo cuando arranca la pasarela."
            )
        return Finding(True, "Los mensajes se piden a Telegram; no hace falta ninguna dirección abierta.")
    if there != settings.webhook_url:
        return Finding(False, "Telegram no tiene nuestra dirección; se la damos cuando arranca la pasarela.")
    if hook.get("last_error_date") and waiting:
        return Finding(False, f"Telegram no pudo entregar: {waiting} esperan. Revise el proxy y su certificado.")
    return Finding(True, f"Telegram llama a nuestra dirección; {waiting} mensajes esperan.")


async def check_whatsapp(settings: WhatsAppSettings, gateway: str, client: httpx.AsyncClient) -> AsyncIterator[Finding]:
    """Token and number; then handshake and secret, asked of our own gateway as Meta would."""
    bearer = {"Authorization": f"Bearer {settings.token}"}
    try:
        answer = await client.get(f"{settings.base_url}/{VERSION}/{settings.number_id}", headers=bearer)
        said = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        yield Finding(False, f"No se llega a WhatsApp ({type(error).__name__}): revise la salida a internet.")
        return
    if answer.is_success:
        yield Finding(True, "WhatsApp reconoce la clave y el número.")
    else:
        yield _refused_by_meta(int((said.get("error") or {}).get("code") or 0), answer.status_code)
    async for finding in _own_door(settings, gateway, client):
        yield finding


def _refused_by_meta(code: int, status: int) -> Finding:
    if isinstance(problem_of(code, status), TokenRefused):
        return Finding(False, "WhatsApp no acepta WHATSAPP_TOKEN: venció o le faltan permisos. Cree otro en Meta.")
    return Finding(False, f"WhatsApp no conoce WHATSAPP_PHONE_NUMBER_ID (código {code or status}): revíselo en Meta.")


async def _own_door(settings: WhatsAppSettings, gateway: str, client: httpx.AsyncClient) -> AsyncIterator[Finding]:
    address = f"{gateway}/webhooks/whatsapp"
    hello = {"hub.mode": "subscribe", "hub.verify_token": settings.verify_token, "hub.challenge": "7"}
    body = b'{"object":"uyariq_check"}'
    signed = {META_HEADER: signature(settings.app_secret, body)}
    try:
        met = await client.get(address, params=hello)
        taken = await client.post(address, content=body, headers=signed)
    except httpx.HTTPError:
        yield Finding(False, "La pasarela no contesta en este equipo: arránquela, o revise UYARIQ_GATEWAY_PORT.")
        return
    if met.text == "7":
        yield Finding(True, "La pasarela contesta al saludo de Meta con WHATSAPP_VERIFY_TOKEN.")
    else:
        yield Finding(False, "La pasarela no acepta WHATSAPP_VERIFY_TOKEN: arrancó con otro. Reiníciela.")
    if taken.is_success:
        yield Finding(True, "La pasarela acepta lo firmado con WHATSAPP_APP_SECRET.")
    else:
        yield Finding(False, "La pasarela no acepta la firma: arrancó con otro WHATSAPP_APP_SECRET. Reiníciela.")


async def check_twilio(settings: TwilioSettings, client: httpx.AsyncClient) -> AsyncIterator[Finding]:
    """The account and its token."""
    address = f"{settings.base_url}/2010-04-01/Accounts/{settings.account}.json"
    try:
        answer = await client.get(address, auth=(settings.account, settings.token))
    except httpx.HTTPError as error:
        yield Finding(False, f"No se llega a Twilio ({type(error).__name__}): revise la salida a internet.")
        return
    if answer.is_success:
        yield Finding(True, "Twilio reconoce la cuenta.")
    else:
        yield Finding(False, "Twilio no reconoce TWILIO_ACCOUNT_SID con TWILIO_AUTH_TOKEN: cópielos otra vez.")


async def check_twilio_door(settings: TwilioSettings, gateway: str, client: httpx.AsyncClient) -> Finding:
    """Whether our own gateway takes what Twilio signs for our public address."""
    form = {"AccountSid": settings.account, "Check": "uyariq"}
    signed = {"X-Twilio-Signature": RequestValidator(settings.token).compute_signature(settings.webhook_url, form)}
    try:
        taken = await client.post(f"{gateway}/webhooks/twilio", data=form, headers=signed)
    except httpx.HTTPError:
        return Finding(False, "La pasarela no contesta en este equipo: arránquela, o revise UYARIQ_GATEWAY_PORT.")
    if taken.is_success:
        return Finding(True, "La pasarela acepta lo que firma Twilio para TWILIO_WEBHOOK_URL.")
    return Finding(
        False,
        "La pasarela no acepta la firma de Twilio: arrancó con otro TWILIO_AUTH_TOKEN o TWILIO_WEBHOOK_URL. "
        "Reiníciela.",
    )


async def check_twilio_sounds(folder: VoiceFolder, sounds: SoundAddresses | None, client: httpx.AsyncClient) -> Finding:
    """Whether recordings can go out, and whether one can be fetched from outside as Twilio would."""
    listed = folder.listed()
    if not listed:
        return Finding(True, "Por Twilio salen solo palabras: todavía no hay grabaciones.")
    if sounds is None:
        return Finding(
            False,
            f"Por Twilio salen solo palabras: hay {len(listed)} grabaciones, pero falta UYARIQ_PUBLIC_URL, "
            "la dirección pública de la pasarela.",
        )
    recording = folder.recording(*listed[0])
    if recording is None:
        return Finding(True, "Por Twilio salen solo palabras: todavía no hay grabaciones.")
    try:
        answer = await client.get(sounds.of(recording))
        good = answer.is_success and answer.headers.get("content-type", "").startswith(MEDIA_TYPE)
    except httpx.HTTPError:
        good = False
    if good:
        return Finding(True, f"Las {len(listed)} grabaciones se pueden traer por UYARIQ_PUBLIC_URL.")
    return Finding(
        False,
        "Twilio no podrá traer las grabaciones: en UYARIQ_PUBLIC_URL no contesta la pasarela. "
        "Revise el proxy (/webhooks/twilio/sound) y reinicie la pasarela.",
    )


def check_templates(states: list[tuple[str, str, str, str]]) -> list[Finding]:
    """Which texts can be sent after a day of silence."""
    missing = [f"{name} ({status})" for _, _, name, status in states if status != "approved"]
    unique = list(dict.fromkeys(missing))
    if not unique:
        return [Finding(True, "Todas las plantillas están aprobadas.")]
    listed = ", ".join(unique)
    return [Finding(False, f"Sin aprobar: {listed}. Después de 24 horas esos mensajes no salen.")]


async def check_all(
    settings: Settings, states: list[tuple[str, str, str, str]], client: httpx.AsyncClient
) -> AsyncIterator[Finding]:
    """Everything that is set up."""
    if settings.telegram is not None:
        async for finding in check_telegram(settings.telegram, client):
            yield finding
    if settings.whatsapp is not None:
        gateway = f"http://127.0.0.1:{settings.gateway_port}"
        async for finding in check_whatsapp(settings.whatsapp, gateway, client):
            yield finding
        for finding in check_templates(states):
            yield finding
    if settings.twilio is not None:
        async for finding in check_twilio(settings.twilio, client):
            yield finding
        yield await check_twilio_door(settings.twilio, f"http://127.0.0.1:{settings.gateway_port}", client)
        now = partial(datetime.now, timezone.utc)
        sounds = SoundAddresses(settings.secret, settings.public_url, now) if settings.public_url else None
        yield await check_twilio_sounds(voice_folder(settings), sounds, client)
