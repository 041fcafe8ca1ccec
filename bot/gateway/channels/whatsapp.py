"""WhatsApp's Cloud API: bubbles as text, buttons or lists, at a pace that meets no limit of one person's phone."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from datetime import timedelta
from typing import Any

import httpx
from aiolimiter import AsyncLimiter

from bot.gateway.channels.whatsapp_events import NAME
from bot.gateway.channels.whatsapp_shapes import bodies
from bot.gateway.download import download
from bot.gateway.gateway import Bubble
from bot.gateway.incoming import Incoming
from bot.gateway.prompts import OnDemand, Prompts
from bot.gateway.sending import NotSent, Refused, TokenRefused, TryLater, Unreachable, seconds_said
from bot.gateway.voice import Recording

logger = logging.getLogger(__name__)
OFFICIAL = "https://graph.facebook.com"
VERSION = "v23.0"
# One message in six seconds to one person, with a burst of 45 that is borrowed from the time after it.
BURST, BURST_SECONDS = 45, 270
OVERALL = 60
LONGEST_PAUSE = 8.0
WINDOW = timedelta(hours=24)
# Meta keeps what was uploaded for thirty days.
MEDIA_SECONDS = 20 * 24 * 3600.0
RECORDINGS = 5_000
# Of somebody's voice note, in bytes: some minutes of speech.
MOST_SOUND = 2 * 1024 * 1024
# Errors of the API, as they come in the answer or later in a report.
_UNREACHABLE = {131026, 131030}
_TOKEN = {0, 10, 190, *range(200, 300)}
_LATER = {1, 2, 4, 130429, 131000, 131016, 131048, 131056, 131057, 80007}


class WhatsApp:
    """The platform for the post office.

    token: secret; number_id: of the programme's number; client: for tests; voice: recordings that go before the words
    they say.
    """

    name = NAME
    window: timedelta | None = WINDOW

    def __init__(
        self,
        token: str,
        number_id: str,
        base_url: str = OFFICIAL,
        client: httpx.AsyncClient | None = None,
        voice: Prompts | None = None,
    ) -> None:
        # httpx logs addresses at its info level.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._http = client or httpx.AsyncClient(timeout=20)
        self._http.headers["Authorization"] = f"Bearer {token}"
        self._root = f"{base_url}/{VERSION}"
        self._address = f"{self._root}/{number_id}/messages"
        self._uploads = f"{self._root}/{number_id}/media"
        self._overall = AsyncLimiter(OVERALL, 1)
        self._voice = voice
        # Digest of a recording -> (Meta's id of it, when it was uploaded).
        self._uploaded: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    def pace(self) -> AsyncLimiter:
        """How fast one person may be written to."""
        return AsyncLimiter(BURST, BURST_SECONDS)

    def weight(self, bubble: Bubble) -> int:
        """A bubble with its recording is two messages, a long one several: the limit of one person counts them all."""
        if bubble.get("hear"):
            return 1
        return len(bodies(bubble, self._on_demand(bubble))) + bool(self._recording(bubble))

    async def send(self, person: str, bubble: Bubble) -> str | None:
        """Send a bubble; the platform's id of its last message."""
        await asyncio.sleep(min(float(bubble.get("delay") or 0), LONGEST_PAUSE))
        alone = bool(bubble.get("hear"))
        recording = await asyncio.to_thread(self._alone, bubble) if alone else self._recording(bubble)
        spoken = await self._speak(person, recording) if recording is not None else None
        if alone and spoken:
            return spoken
        sent = None
        for body in bodies(bubble, self._on_demand(bubble)):
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

    async def fetch(self, media: str) -> bytes:
        """The sound of a voice note: Meta gives an address for some minutes, which wants the token as well."""
        where = await self._ask("GET", f"{self._root}/{media}")
        return await download(self._http, str(where.get("url")), MOST_SOUND, lambda status: problem_of(0, status))

    def _recording(self, bubble: Bubble) -> Recording | None:
        return self._voice.with_words(bubble) if self._voice else None

    def _on_demand(self, bubble: Bubble) -> OnDemand | None:
        return self._voice.on_demand(bubble) if self._voice else None

    def _alone(self, bubble: Bubble) -> Recording | None:
        return self._voice.alone(bubble) if self._voice else None

    async def _speak(self, person: str, recording: Recording) -> str | None:
        """The recording by itself: buttons can not hang on it. None where it is not taken; the words go alone then."""
        try:
            media = {"id": await self._media(recording), "voice": True}
            async with self._overall:
                return await self._post({**_to(person), "type": "audio", "audio": media})
        except Refused as error:
            self._uploaded.pop(recording.digest, None)
            logger.warning("whatsapp.not_spoken %s", error.reason)
            return None

    async def _media(self, recording: Recording) -> str:
        """Meta's id of a recording, which is uploaded once in its time."""
        known, at = self._uploaded.get(recording.digest, ("", 0.0))
        if known and time.monotonic() - at < MEDIA_SECONDS:
            return known
        sound = await asyncio.to_thread(recording.path.read_bytes)
        form = {"messaging_product": "whatsapp", "type": "audio/ogg"}
        said = await self._ask("POST", self._uploads, data=form, files={"file": ("voice.ogg", sound, "audio/ogg")})
        made = str(said.get("id") or "")
        if not made:
            raise Refused("upload")
        self._uploaded[recording.digest] = made, time.monotonic()
        if len(self._uploaded) > RECORDINGS:
            self._uploaded.popitem(last=False)
        return made

    async def _post(self, body: dict[str, Any]) -> str | None:
        said = await self._ask("POST", self._address, json=body)
        messages = said.get("messages") or [{}]
        found: str | None = messages[0].get("id")
        return found

    async def _ask(self, method: str, address: str, **parts: Any) -> dict[str, Any]:
        """What the API answers. Raises NotSent."""
        try:
            answer = await self._http.request(method, address, **parts)
        except httpx.HTTPError as error:
            raise TryLater("network") from error
        try:
            said: dict[str, Any] = answer.json()
        except ValueError:
            said = {}
        if answer.is_success:
            return said
        code, wait = int((said.get("error") or {}).get("code") or 0), seconds_said(answer.headers.get("Retry-After"))
        raise problem_of(code, answer.status_code, wait)


def problem_of(code: int, status: int = 400, wait: float | None = None) -> NotSent:
    """An error of the API as the post office knows it.

    code: Meta's, 0 when there was none; status: of HTTP; wait: seconds that it told us to wait.
    """
    if code in _UNREACHABLE:
        return Unreachable(str(code))
    if code == 131047:
        return Refused("window_closed")
    if code in _LATER or (code == 0 and status >= 500) or status == httpx.codes.TOO_MANY_REQUESTS:
        return TryLater(str(code or status), wait)
    if (code and code in _TOKEN) or status == httpx.codes.UNAUTHORIZED:
        return TokenRefused("token")
    return Refused(str(code or status))


def _to(person: str) -> dict[str, Any]:
    """A phone is digits; a business-scoped id has a country's letters before it."""
    receiver = {"to": person} if person.isdigit() else {"recipient": person}
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **receiver}
