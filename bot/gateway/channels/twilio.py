"""WhatsApp through Twilio, for programmes that have no access to the Cloud API: options are words to type.

Twilio fetches a recording where we say that it is; a voice note is fetched from Twilio, and from nowhere else.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import httpx
from aiolimiter import AsyncLimiter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from bot.gateway.asides.typed import TypedChoices
from bot.gateway.download import download
from bot.gateway.gateway import Bubble
from bot.gateway.incoming import LOCATION, TEXT, VOICE, Incoming
from bot.gateway.place import rounded_place
from bot.gateway.post_office import PostOffice
from bot.gateway.prompts import Prompts
from bot.gateway.sending import NotSent, Refused, TokenRefused, TryLater, Unreachable, seconds_said
from bot.gateway.sounds import SoundAddresses
from bot.gateway.split import split_text
from bot.gateway.voice import Recording
from bot.gateway.webhooks import read_body

logger = logging.getLogger(__name__)
NAME = "twilio"
OFFICIAL = "https://api.twilio.com"
LONGEST_TEXT = 1600
LONGEST_BODY = 100_000
LONGEST_CODE = 10
OVERALL = 60
BURST, BURST_SECONDS = 45, 270
LONGEST_PAUSE = 8.0
WINDOW = timedelta(hours=24)
# Of somebody's voice note, in bytes: some minutes of speech.
MOST_SOUND = 2 * 1024 * 1024
_SOUND = re.compile(r"[A-Z]{2}[0-9a-f]{32}/Media/ME[0-9a-f]{32}")
_SOUND_TYPE = "audio/ogg"
# Where Twilio keeps what people send; its API leads there.
_STORES = (".twiliocdn.com",)
_BUCKET, _FOLDER = "s3-external-1.amazonaws.com", "/media.twiliocdn.com/"
_KINDS = {"audio": VOICE, "image": "photo", "video": "video"}
_UNREACHABLE = {21211, 21610, 21614, 63003, 63024}
_LATER = {20429, 14107, 63018, 63017}
_TOKEN = {20003, 20404, 63007}
_WINDOW_CLOSED = 63016
_FAILED = ("failed", "undelivered")
SoundOf = Callable[[Mapping[str, str]], "str | None"]


class Twilio:
    """The platform for the post office.

    account, token: of Twilio; number: the programme's, as +51…; callback: our public address; client: for tests.
    voice, sounds: recordings, and where Twilio finds them; choices: remembers what typed words stand for.
    """

    name = NAME
    window: timedelta | None = WINDOW

    def __init__(
        self,
        account: str,
        token: str,
        number: str,
        callback: str,
        base_url: str = OFFICIAL,
        client: httpx.AsyncClient | None = None,
        voice: Prompts | None = None,
        sounds: SoundAddresses | None = None,
        choices: TypedChoices | None = None,
    ) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._http = client or httpx.AsyncClient(timeout=20)
        self._key = (account, token)
        self._number = number
        self._callback = callback
        self._messages = f"{base_url}/2010-04-01/Accounts/{account}/Messages"
        self._address = f"{self._messages}.json"
        # Without an address of ours that Twilio can reach there are words only.
        self._voice = voice if sounds else None
        self._sounds = sounds
        self._choices = choices
        self._overall = AsyncLimiter(OVERALL, 1)

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    def pace(self) -> AsyncLimiter:
        """How fast one person may be written to."""
        return AsyncLimiter(BURST, BURST_SECONDS)

    def weight(self, bubble: Bubble) -> int:
        """A recording is a message of its own; what is longer is split and counts once."""
        return 1 + bool(self._recording(bubble))

    async def heard(self, message: Incoming, buttons_on: str | None) -> None:
        """Twilio shows no typing and has no buttons to take away."""

    async def send(self, person: str, bubble: Bubble) -> str | None:
        """Send a bubble; its options stand below it as lines."""
        await asyncio.sleep(min(float(bubble.get("delay") or 0), LONGEST_PAUSE))
        recording = self._recording(bubble)
        if recording is not None:
            await self._speak(person, recording)
        sent = None
        for part in split_text(self._words(bubble), LONGEST_TEXT):
            sent = await self._post(person, Body=part)
        if self._choices is not None:
            self._choices.offered(person, bubble)
        return sent

    def _words(self, bubble: Bubble) -> str:
        options = "\n".join(f"• {one['title']}" for one in bubble.get("buttons") or [])
        asked = self._voice.on_demand(bubble) if self._voice else None
        parts = [bubble["text"], options, asked.hint if asked else ""]
        return "\n\n".join(part for part in parts if part)

    def _recording(self, bubble: Bubble) -> Recording | None:
        return self._voice.with_words(bubble) if self._voice else None

    async def _speak(self, person: str, recording: Recording) -> None:
        """The recording by itself: WhatsApp shows no words with a sound. Where it is not taken, the words go alone."""
        assert self._sounds is not None
        try:
            await self._post(person, MediaUrl=self._sounds.of(recording))
        except Refused as error:
            logger.warning("twilio.not_spoken %s", error.reason)

    def sound_of(self, form: Mapping[str, str]) -> str | None:
        """Which voice note of our account a call speaks of; None for any other sound and any other address."""
        kind, where = form.get("MediaContentType0", "").partition(";")[0], form.get("MediaUrl0", "")
        media = where.removeprefix(f"{self._messages}/")
        return media if media != where and _SOUND.fullmatch(media) and kind == _SOUND_TYPE else None

    async def fetch(self, media: str) -> bytes:
        """The sound of a voice note. Raises NotSent."""
        if not _SOUND.fullmatch(media):
            raise Refused("media")
        where = f"{self._messages}/{media}"
        return await download(self._http, where, MOST_SOUND, lambda status: problem_of(0, status), self._key, may_lead)

    async def _post(self, person: str, **what: str) -> str | None:
        form = {
            "From": f"whatsapp:{self._number}",
            "To": f"whatsapp:+{person}",
            **what,
            "StatusCallback": self._callback,
        }
        try:
            async with self._overall:
                answer = await self._http.post(self._address, data=form, auth=self._key)
            said = answer.json()
        except httpx.HTTPError as error:
            raise TryLater("network") from error
        except ValueError as error:
            raise TryLater(str(answer.status_code)) from error
        if not answer.is_success:
            wait = seconds_said(answer.headers.get("Retry-After"))
            raise problem_of(int(said.get("code") or 0), answer.status_code, wait)
        return str(said["sid"]) if said.get("sid") else None


def may_lead(there: httpx.URL) -> bool:
    """Whether Twilio's API may lead there when it is asked for a voice note: to Twilio's own stores alone."""
    if there.scheme != "https" or there.port not in (None, 443) or there.userinfo:
        return False
    bucket = there.host == _BUCKET and there.path.startswith(_FOLDER)
    return bucket or any(there.host.endswith(store) for store in _STORES)


def problem_of(code: int, status: int = 400, wait: float | None = None) -> NotSent:
    """An error of Twilio as the post office knows it.

    code: Twilio's, 0 when there was none; status: of HTTP; wait: seconds that it told us to wait.
    """
    if code in _UNREACHABLE:
        return Unreachable(str(code))
    if code == _WINDOW_CLOSED:
        return Refused("window_closed")
    if code in _LATER or status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
        return TryLater(str(code or status), wait)
    if code in _TOKEN or status == httpx.codes.UNAUTHORIZED:
        return TokenRefused("token")
    return Refused(str(code or status))


def read_form(form: Mapping[str, str]) -> Incoming | None:
    """The message of a call, or None when there is nothing to answer."""
    writer = (form.get("WaId") or form.get("From", "").removeprefix("whatsapp:")).lstrip("+")
    if not writer or not form.get("MessageSid") or form.get("MessageStatus"):
        return None
    text = form.get("ButtonText") or form.get("Body") or ""
    kind = TEXT
    if form.get("NumMedia", "0") not in ("", "0") and not text:
        kind = _KINDS.get(form.get("MediaContentType0", "").partition("/")[0], "document")
    elif form.get("Latitude"):
        kind, text = LOCATION, rounded_place(form["Latitude"], form.get("Longitude"))
    made = Incoming(NAME, form["MessageSid"], writer, kind, text if kind in (TEXT, LOCATION) else "")
    # What no database keeps was taken out of both: somebody must be left who can be answered.
    return made if made.person and made.event_id else None


def twilio_route(token: str, address: str, office: PostOffice, sound_of: SoundOf = lambda _: None) -> Route:
    """`POST /webhooks/twilio`.

    address: the public one, which Twilio signs; behind a proxy the request has another. sound_of: which voice note of
    ours a call speaks of.
    """
    return Route("/webhooks/twilio", _door(RequestValidator(token), address, office, sound_of), methods=["POST"])


def _door(
    validator: RequestValidator, address: str, office: PostOffice, sound_of: SoundOf
) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        body = await read_body(request, LONGEST_BODY)
        if body is None:
            return Response(status_code=413)
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        if not validator.validate(address, form, request.headers.get("X-Twilio-Signature", "")):
            logger.warning("webhook.unknown_caller")
            return Response(status_code=403)
        try:
            _take(office, form, sound_of)
        except Exception as error:  # not kept: Twilio must send it again
            logger.error("webhook.not_kept %s", type(error).__name__)
            return Response(status_code=503)
        return Response("<Response/>", media_type="application/xml")

    return receive


def _take(office: PostOffice, form: Mapping[str, str], sound_of: SoundOf) -> None:
    message = read_form(form)
    if message is not None:
        office.receive([replace(message, media=sound_of(form)) if message.kind == VOICE else message])
        return
    sid, status = form.get("MessageSid", ""), form.get("MessageStatus", "")
    if status in _FAILED:
        code = form.get("ErrorCode", "")
        problem = problem_of(int(code) if code.isdecimal() and len(code) < LONGEST_CODE else 0)
        logger.warning("twilio.not_delivered %s", problem.reason)
        if isinstance(problem, TokenRefused):
            office.refused[NAME] = problem.reason
        conversation = office.store.not_delivered(sid, problem.reason)
        if conversation is not None and isinstance(problem, Unreachable):
            office.store.unreachable(conversation, problem.reason)
    elif sid:
        office.store.delivered(sid, status)
