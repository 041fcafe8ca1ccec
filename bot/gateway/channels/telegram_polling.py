"""Reading Telegram's updates by long polling: raw, kept, and only then confirmed."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx

from bot.gateway.channels.telegram_intake import TelegramIntake
from bot.gateway.channels.telegram_updates import WANTED

logger = logging.getLogger(__name__)
LONG_POLL = 25
LONGEST_WAIT = 60.0
UNAUTHORIZED, CONFLICT, TOO_MANY = 401, 409, 429


class TelegramPolling:
    """Asks for updates until cancelled. address: of the Bot API with the token, secret."""

    def __init__(self, address: str, intake: TelegramIntake, long_poll: int = LONG_POLL) -> None:
        self._address = address
        self._intake = intake
        self._long_poll = long_poll

    async def run(self) -> None:
        """Read on from where the last run stopped."""
        failures = 0
        async with httpx.AsyncClient(timeout=self._long_poll + 10) as client:
            while True:
                try:
                    await self._once(client)
                    failures = 0
                except httpx.HTTPError as error:
                    failures += 1
                    logger.warning("telegram.polling_failed %s", type(error).__name__)
                    await asyncio.sleep(min(2.0**failures, LONGEST_WAIT))

    async def _once(self, client: httpx.AsyncClient) -> None:
        wish = {"offset": self._intake.position() + 1, "timeout": self._long_poll, "allowed_updates": WANTED}
        answer = await client.post(f"{self._address}/getUpdates", json=wish)
        body: dict[str, Any] = (
            answer.json() if answer.headers.get("content-type", "").startswith("application/json") else {}
        )
        if answer.status_code == httpx.codes.OK and body.get("ok"):
            await self._intake.take(body["result"])
            return
        self._intake.complain(answer.status_code)
        await asyncio.sleep(_wait(answer.status_code, body))


def _wait(status: int, body: dict[str, Any]) -> float:
    """Seconds before asking again."""
    if status == TOO_MANY:
        return float((body.get("parameters") or {}).get("retry_after") or 5)
    return LONGEST_WAIT if status == UNAUTHORIZED else 5.0
