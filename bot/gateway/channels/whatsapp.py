"""WhatsApp's Cloud API: bubbles as text, buttons or lists, at a pace that meets no limit of one person's phone."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

import httpx
from aiolimiter import AsyncLimiter

from bot.gateway.channels.whatsapp_events import NAME
from bot.gateway.channels.whatsapp_shapes import bodies
from bot.gateway.gateway import Bubble
from bot.gateway.incoming import Incoming
from bot.gateway.sending import NotSent, Refused, TokenRefused, TryLater, Unreachable

logger = logging.getLogger(__name__)
OFFICIAL = "https://graph.facebook.com"
VERSION = "v23.0"
# One message in six seconds to one person, with a burst of 45 that is borrowed from the time after it.
BURST, BURST_SECONDS = 45, 270
OVERALL = 60
LONGEST_PAUSE = 8.0
WINDOW = timedelta(hours=24)
# Errors of the API, as they come in the answer or later in a report.
_UNREACHABLE = {131026, 131030}
_TOKEN = {0, 10, 190, *range(200, 300)}
_LATER = {1, 2, 4, 130429, 131000, 131016, 131048, 131056, 131057, 80007}


class WhatsApp:
    """The platform for the post office.

    token: secret; number_id: of the programme's number; client: for tests.
    """

    name = NAME
    window: timedelta | None = WINDOW

    def __init__(
        self, token: str, number_id: str, base_url: str = OFFICIAL, client: httpx.AsyncClient | None = None
    ) -> None:
        # httpx logs addresses at its info level.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._http = client or httpx.AsyncClient(timeout=20)
        self._http.headers["Authorization"] = f"Bearer {token}"
        self._address = f"{base_url}/{VERSION}/{number_id}/messages"
        self._overall = AsyncLimiter(OVERALL, 1)

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    def pace(self) -> AsyncLimiter:
        """How fast one person may be written to."""
        return AsyncLimiter(BURST, BURST_SECONDS)

    async def send(self, person: str, bubble: Bubble) -> str | None:
        """Send a bubble; the platform's id of its last message."""
        await asyncio.sleep(min(float(bubble.get("delay") or 0), LONGEST_PAUSE))
        sent = None
        for body in bodies(bubble):
            async with self._overall:
                sent = await self._post({**_to(person), **body})
        return sent

    async def heard(self, message: Incoming, buttons_on: str | None) -> None:
        """Show that it was read and that an answer is being written. Old buttons can not be taken away here."""
        seen = {"status": "read", "message_id": message.event_id, "typing_indicator": {"type": "text"}}
        try:
            await self._post({"messaging_product": "whatsapp", **seen})
        except NotSent as error:
            logger.info("whatsapp.ignored %s", error.reason)

    async def _post(self, body: dict[str, Any]) -> str | None:
        try:
            answer = await self._http.post(self._address, json=body)
        except httpx.HTTPError as error:
            raise TryLater("network") from error
        try:
            said = answer.json()
        except ValueError:
            said = {}
        if answer.is_success:
            messages = said.get("messages") or [{}]
            return messages[0].get("id")
        raise problem_of(int((said.get("error") or {}).get("code") or 0), answer.status_code)


def problem_of(code: int, status: int = 400) -> NotSent:
    """An error of the API as the post office knows it. code: Meta's, 0 when there was none; status: of HTTP."""
    if code in _UNREACHABLE:
        return Unreachable(str(code))
    if code == 131047:
        return Refused("window_closed")
    if code in _LATER or (code == 0 and status >= 500) or status == httpx.codes.TOO_MANY_REQUESTS:
        return TryLater(str(code or status))
    if (code and code in _TOKEN) or status == httpx.codes.UNAUTHORIZED:
        return TokenRefused("token")
    return Refused(str(code or status))


def _to(person: str) -> dict[str, Any]:
    """A phone is digits; a business-scoped id has a country's letters before it."""
    receiver = {"to": person} if person.isdigit() else {"recipient": person}
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **receiver}
