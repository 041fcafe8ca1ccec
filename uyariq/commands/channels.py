"""`uyariq channels check`: what is wrong with a token, a webhook, a secret or a template."""

from __future__ import annotations

import argparse
import asyncio
import logging

import httpx

from uyariq.channel_checks import Finding, check_all
from uyariq.errors import UsageError
from uyariq.message_templates import template_states
from uyariq.rooms import RULES
from uyariq.settings import Settings, read_settings

PATIENCE = 15.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("check", help="ask the platforms and our own gateway; 1 when something must be mended")


def run(options: argparse.Namespace) -> int:
    """Print what was found; nothing is sent to anybody."""
    # httpx logs addresses, and Telegram's token is part of them.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = read_settings()
    if not (settings.telegram or settings.whatsapp or settings.twilio):
        raise UsageError("No hay ninguna plataforma: defina TELEGRAM_TOKEN, o las variables de WhatsApp o de Twilio.")
    findings = asyncio.run(_ask(settings))
    for finding in findings:
        print(f"{'bien ' if finding.good else 'FALTA'}  {finding.words}")
    return 0 if all(finding.good for finding in findings) else 1


async def _ask(settings: Settings) -> list[Finding]:
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        return [finding async for finding in check_all(settings, template_states(RULES), client)]
