"""E-mail and Telegram for notices to the team; which of them are set up is said by the environment."""

from __future__ import annotations

import asyncio
import os
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from followup.notifiers import Notifier
from followup.staff_contacts import EMAIL, TELEGRAM
from uyariq.errors import UsageError
from uyariq.settings import OFFICIAL_TELEGRAM, TELEGRAM_TOKEN

SECURITIES = ("starttls", "tls", "none")
WAIT_SECONDS = 20.0
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class MailSettings:
    """The mail server that notices leave by."""

    host: str
    port: int
    sender: str
    security: str
    user: str = ""
    password: str = field(default="", repr=False)


class Mail:
    """Notices as plain e-mails over SMTP. link: the console's address, which every notice ends with."""

    def __init__(self, settings: MailSettings, link: str = "") -> None:
        self._settings = settings
        self._link = link

    def send(self, address: str, subject: str, text: str) -> None:
        """One connection per notice: there are few, and a server that closes idle ones does no harm."""
        with self._connect() as server:
            if self._settings.user:
                server.login(self._settings.user, self._settings.password)
            server.send_message(self._message(address, subject, text))

    def _connect(self) -> smtplib.SMTP:
        settings, context = self._settings, ssl.create_default_context()
        if settings.security == "tls":
            return smtplib.SMTP_SSL(settings.host, settings.port, timeout=WAIT_SECONDS, context=context)
        server = smtplib.SMTP(settings.host, settings.port, timeout=WAIT_SECONDS)
        if settings.security == "starttls":
            server.starttls(context=context)
        return server

    def _message(self, address: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._settings.sender, address, subject
        domain = self._settings.sender.rpartition("@")[2]
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=domain)
        # Mailboxes that answer by themselves leave such letters alone.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(_with_link(text, self._link))
        return message


class TelegramNotes:
    """Notices by a Telegram bot, to those of the team who began a chat with it."""

    def __init__(self, token: str, base_url: str = OFFICIAL_TELEGRAM, link: str = "") -> None:
        self._token = token
        self._base_url = base_url
        self._link = link

    def send(self, address: str, subject: str, text: str) -> None:
        """The words alone: a chat has no subject."""
        asyncio.run(self._say(int(address), _with_link(text, self._link)))

    async def _say(self, chat: int, text: str) -> None:
        from telegram import Bot
        from telegram.request import HTTPXRequest

        request = HTTPXRequest(read_timeout=WAIT_SECONDS, connect_timeout=WAIT_SECONDS)
        async with Bot(self._token, base_url=f"{self._base_url}/bot", request=request) as bot:
            await bot.send_message(chat, text)


def read_notifiers(environment: Mapping[str, str] | None = None) -> dict[str, Notifier]:
    """The ways that are set up. Raises UsageError when one is set up by half."""
    values = os.environ if environment is None else environment
    link = values.get("UYARIQ_CONSOLE_URL") or ""
    found: dict[str, Notifier] = {}
    mail = _mail(values)
    if mail is not None:
        found[EMAIL] = Mail(mail, link)
    token = values.get("UYARIQ_NOTICE_TELEGRAM_TOKEN") or values.get("TELEGRAM_TOKEN") or ""
    if token:
        if not TELEGRAM_TOKEN.fullmatch(token):
            raise UsageError("UYARIQ_NOTICE_TELEGRAM_TOKEN no tiene la forma de un token de @BotFather (123456:ABC…).")
        base = (values.get("TELEGRAM_BASE_URL") or OFFICIAL_TELEGRAM).rstrip("/")
        found[TELEGRAM] = TelegramNotes(token, base, link)
    return found


def _mail(values: Mapping[str, str]) -> MailSettings | None:
    host, sender = values.get("UYARIQ_SMTP_HOST") or "", values.get("UYARIQ_SMTP_FROM") or ""
    if not host and not sender:
        return None
    if not host or "@" not in sender:
        raise UsageError("Para avisar por correo hacen falta UYARIQ_SMTP_HOST y UYARIQ_SMTP_FROM (avisos@programa.pe).")
    security = values.get("UYARIQ_SMTP_SECURITY") or "starttls"
    if security not in SECURITIES:
        raise UsageError(f"UYARIQ_SMTP_SECURITY es {', '.join(SECURITIES)}; y es «{security}».")
    port = values.get("UYARIQ_SMTP_PORT") or str(_PORTS[security])
    if not port.isdecimal() or not 0 < int(port) <= 65535:
        raise UsageError(f"UYARIQ_SMTP_PORT debe ser un número de puerto, y es «{port}».")
    user, password = values.get("UYARIQ_SMTP_USER") or "", values.get("UYARIQ_SMTP_PASSWORD") or ""
    return MailSettings(host, int(port), sender, security, user, password)


def _with_link(text: str, link: str) -> str:
    return f"{text}\n{link}" if link else text
