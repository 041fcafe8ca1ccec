"""Settings, read once from the environment. Everything has a default for embedded running."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from console.permissions import ROLES
from uyariq.errors import UsageError
from uyariq.keys import Keys, read_keys

OFFICIAL_TELEGRAM = "https://api.telegram.org"
OFFICIAL_WHATSAPP = "https://graph.facebook.com"
WHATSAPP_NEEDS = ("WHATSAPP_TOKEN", "WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN")
TWILIO_NEEDS = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_NUMBER", "TWILIO_WEBHOOK_URL")
OFFICIAL_TWILIO = "https://api.twilio.com"
TELEGRAM_TOKEN = re.compile(r"\d+:[\w-]+")
PUBLIC_URL = re.compile(r"https://[A-Za-z0-9.-]+(:\d{1,5})?")
TELEGRAM_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True)
class TelegramSettings:
    """How Telegram is reached. secret: of the webhook; without one, updates are asked for."""

    token: str = field(repr=False)
    base_url: str
    webhook_secret: str = field(default="", repr=False)
    webhook_url: str = ""


@dataclass(frozen=True)
class WhatsAppSettings:
    """How WhatsApp's Cloud API is reached, and how its calls are known."""

    token: str = field(repr=False)
    number_id: str
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    base_url: str


@dataclass(frozen=True)
class TwilioSettings:
    """How Twilio is reached. webhook_url: the public address that Twilio calls and signs."""

    account: str
    token: str = field(repr=False)
    number: str
    webhook_url: str
    base_url: str


@dataclass(frozen=True)
class Settings:
    """Where things are kept, which ports are listened on and which platforms are served.

    secret: the oldest key in use, for ids of conversations; key_ring: all of them. None is ever printed. public_url:
    where platforms reach the gateway, for those that fetch recordings.
    """

    home: Path
    database_url: str
    secret: bytes
    key_ring: Keys
    secret_is_new: bool
    bot_port: int
    gateway_port: int
    console_port: int
    telegram: TelegramSettings | None = None
    whatsapp: WhatsAppSettings | None = None
    twilio: TwilioSettings | None = None
    voice: Path = Path("voice")
    quechua_voice: str = "quy"
    voice_by_itself: bool = True
    public_url: str = ""
    listeners: bool = False
    redis_url: str = field(default="", repr=False)
    programme: str = ""
    programme_contact: str = ""
    second_step_roles: frozenset[str] = frozenset()

    def with_ports(self, *, bot: int | None = None, console: int | None = None) -> Settings:
        """The same with other ports, where they are given."""
        return replace(
            self,
            bot_port=self.bot_port if bot is None else bot,
            console_port=self.console_port if console is None else console,
        )

    def __repr__(self) -> str:
        """Without the secret and without the database's password."""
        return f"Settings(home={self.home}, bot_port={self.bot_port}, console_port={self.console_port})"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this installation; makes the data folder and, on the first run, the secret key."""
    values = os.environ if environment is None else environment
    home = Path(values.get("UYARIQ_HOME") or "var")
    # Health data of people at risk: for its owner only.
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys, is_new = read_keys(values.get("UYARIQ_SECRET_KEY"), home / "secret.key")
    return Settings(
        home=home,
        database_url=values.get("UYARIQ_DATABASE_URL") or f"sqlite:///{home / 'uyariq.db'}",
        secret=keys.oldest,
        key_ring=keys,
        secret_is_new=is_new,
        bot_port=_port(values, "UYARIQ_BOT_PORT", 5005),
        gateway_port=_port(values, "UYARIQ_GATEWAY_PORT", 8080),
        console_port=_port(values, "UYARIQ_CONSOLE_PORT", 8000),
        telegram=_telegram(values),
        whatsapp=_whatsapp(values),
        twilio=_twilio(values),
        voice=Path(values.get("UYARIQ_VOICE") or home / "voice"),
        quechua_voice=_one_of(values, "UYARIQ_QUECHUA_VOICE", ("quy", "quz", "qu")),
        voice_by_itself=_one_of(values, "UYARIQ_VOICE_BY_ITSELF", ("1", "0")) == "1",
        public_url=_public(values, "UYARIQ_PUBLIC_URL"),
        listeners=_one_of(values, "UYARIQ_LISTENERS", ("0", "1")) == "1",
        redis_url=values.get("UYARIQ_REDIS_URL") or "",
        programme=(values.get("UYARIQ_PROGRAMME_NAME") or "").strip(),
        programme_contact=(values.get("UYARIQ_PROGRAMME_CONTACT") or "").strip(),
        second_step_roles=_roles(values, "UYARIQ_SECOND_STEP_ROLES"),
    )


def _roles(values: Mapping[str, str], name: str) -> frozenset[str]:
    """Roles of the console, separated by commas."""
    named = frozenset(part.strip() for part in (values.get(name) or "").split(",") if part.strip())
    if not named <= set(ROLES):
        raise UsageError(f"{name} solo admite, separados por comas: {', '.join(ROLES)}.")
    return named


def _one_of(values: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """The first is the default."""
    text = values.get(name) or allowed[0]
    if text not in allowed:
        raise UsageError(f"{name} debe ser uno de: {', '.join(allowed)}; y es «{text}».")
    return text


def _telegram(values: Mapping[str, str]) -> TelegramSettings | None:
    token = values.get("TELEGRAM_TOKEN")
    if not token:
        return None
    if not TELEGRAM_TOKEN.fullmatch(token):
        raise UsageError("TELEGRAM_TOKEN no tiene la forma de un token de @BotFather (123456:ABC…); cópielo de nuevo.")
    secret = values.get("TELEGRAM_WEBHOOK_SECRET") or ""
    if secret and not TELEGRAM_SECRET.fullmatch(secret):
        raise UsageError("TELEGRAM_WEBHOOK_SECRET admite de 1 a 256 letras sin tilde, números, «_» y «-».")
    url = values.get("TELEGRAM_WEBHOOK_URL") or ""
    if bool(secret) != bool(url):
        raise UsageError("El webhook necesita las dos: TELEGRAM_WEBHOOK_SECRET y TELEGRAM_WEBHOOK_URL.")
    return TelegramSettings(token, _base(values, "TELEGRAM_BASE_URL", OFFICIAL_TELEGRAM), secret, url)


def _whatsapp(values: Mapping[str, str]) -> WhatsAppSettings | None:
    given = _all_or_none(values, WHATSAPP_NEEDS)
    if given is None:
        return None
    token, number_id, app_secret, verify_token = given
    return WhatsAppSettings(
        token, number_id, app_secret, verify_token, _base(values, "WHATSAPP_BASE_URL", OFFICIAL_WHATSAPP)
    )


def _twilio(values: Mapping[str, str]) -> TwilioSettings | None:
    given = _all_or_none(values, TWILIO_NEEDS)
    if given is None:
        return None
    account, token, number, webhook_url = given
    return TwilioSettings(account, token, number, webhook_url, _base(values, "TWILIO_BASE_URL", OFFICIAL_TWILIO))


def _all_or_none(values: Mapping[str, str], names: tuple[str, ...]) -> list[str] | None:
    given = {name: values.get(name) or "" for name in names}
    if not any(given.values()):
        return None
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise UsageError(f"Falta {', '.join(missing)}: se necesitan las cuatro variables, o ninguna.")
    return list(given.values())


def _base(values: Mapping[str, str], name: str, official: str) -> str:
    return (values.get(name) or official).rstrip("/")


def _public(values: Mapping[str, str], name: str) -> str:
    """An address that others reach from outside: encrypted, and nothing behind the host."""
    text = (values.get(name) or "").rstrip("/")
    if text and not PUBLIC_URL.fullmatch(text):
        raise UsageError(f"{name} debe ser una dirección como https://bot.ejemplo.org, sin nada detrás; y es «{text}».")
    return text


def _port(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name) or str(default)
    if not text.isdigit() or not 0 <= int(text) <= 65535:
        raise UsageError(f"{name} debe ser un número de puerto, y es «{text}».")
    return int(text)
