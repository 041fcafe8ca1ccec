"""WhatsApp through Twilio, for programmes that have no access to the Cloud API: options are words to type."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from urllib.parse import parse_qsl

import httpx
from aiolimiter import AsyncLimiter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from bot.gateway.gateway import Bubble
from bot.gateway.incoming import LOCATION, TEXT, Incoming
from bot.gateway.place import rounded_place
from bot.gateway.post_office import PostOffice
from bot.gateway.sending import NotSent, Refused, TokenRefused, TryLater, Unreachable
from bot.gateway.split import split_text

logger = logging.getLogger(__name__)
NAME = "twilio"
OFFICIAL = "https://api.twilio.com"
LONGEST_TEXT = 1600
LONGEST_BODY = 100_000
OVERALL = 60
BURST, BURST_SECONDS = 45, 270
LONGEST_PAUSE = 8.0
WINDOW = timedelta(hours=24)
_KINDS = {"audio": "voice", "image": "photo", "video": "video"}
_UNREACHABLE = {21211, 21610, 21614, 63003, 63024}
_LATER = {20429, 14107, 63018, 63017}
_TOKEN = {20003, 20404, 63007}
_WINDOW_CLOSED = 63016
_FAILED = ("failed", "undelivered")


class Twilio:
    """The platform for the post office.

    account, token: of Twilio; number: the programme's, as +51…; callback: our public address; client: for tests.
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
    ) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._http = client or httpx.AsyncClient(timeout=20)
        self._key = (account, token)
        self._number = number
        self._callback = callback
        self._address = f"{base_url}/2010-04-01/Accounts/{account}/Messages.json"
        self._overall = AsyncLimiter(OVERALL, 1)

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    def pace(self) -> AsyncLimiter:
        """How fast one person may be written to."""
        return AsyncLimiter(BURST, BURST_SECONDS)

    def weight(self, bubble: Bubble) -> int:
        """Nearly always one; what is longer is split and counts once."""
        return 1

    async def heard(self, message: Incoming, buttons_on: str | None) -> None:
        """Twilio shows no typing and has no buttons to take away."""

    async def send(self, person: str, bubble: Bubble) -> str | None:
        """Send a bubble; its options stand below it as lines."""
        await asyncio.sleep(min(float(bubble.get("delay") or 0), LONGEST_PAUSE))
        options = "\n".join(f"• {one['title']}" for one in bubble.get("buttons") or [])
        text = f"{bubble['text']}\n\n{options}" if options else bubble["text"]
        sent = None
        for part in split_text(text, LONGEST_TEXT):
            async with self._overall:
                sent = await self._post(person, part)
        return sent

    async def _post(self, person: str, text: str) -> str | None:
        form = {
            "From": f"whatsapp:{self._number}",
            "To": f"whatsapp:+{person}",
            "Body": text,
            "StatusCallback": self._callback,
        }
        try:
            answer = await self._http.post(self._address, data=form, auth=self._key)
            said = answer.json()
        except httpx.HTTPError as error:
            raise TryLater("network") from error
        except ValueError as error:
            raise TryLater(str(answer.status_code)) from error
        if not answer.is_success:
            raise problem_of(int(said.get("code") or 0), answer.status_code)
        return str(said["sid"]) if said.get("sid") else None


def problem_of(code: int, status: int = 400) -> NotSent:
    """An error of Twilio as the post office knows it. code: Twilio's, 0 when there was none; status: of HTTP."""
    if code in _UNREACHABLE:
        return Unreachable(str(code))
    if code == _WINDOW_CLOSED:
        return Refused("window_closed")
    if code in _LATER or status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
        return TryLater(str(code or status))
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
    return Incoming(NAME, form["MessageSid"], writer, kind, text if kind in (TEXT, LOCATION) else "")


def twilio_route(token: str, address: str, office: PostOffice) -> Route:
    """`POST /webhooks/twilio`. address: the public one, which Twilio signs; behind a proxy the request has another."""
    return Route("/webhooks/twilio", _door(RequestValidator(token), address, office), methods=["POST"])


def _door(validator: RequestValidator, address: str, office: PostOffice) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        body = await request.body()
        if len(body) > LONGEST_BODY:
            return Response(status_code=413)
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        if not validator.validate(address, form, request.headers.get("X-Twilio-Signature", "")):
            logger.warning("webhook.unknown_caller")
            return Response(status_code=403)
        try:
            _take(office, form)
        except Exception as error:  # not kept: Twilio must send it again
            logger.error("webhook.not_kept %s", type(error).__name__)
            return Response(status_code=503)
        return Response("<Response/>", media_type="application/xml")

    return receive


def _take(office: PostOffice, form: Mapping[str, str]) -> None:
    message = read_form(form)
    if message is not None:
        office.receive([message])
        return
    sid, status = form.get("MessageSid", ""), form.get("MessageStatus", "")
    if status in _FAILED:
        code = form.get("ErrorCode", "")
        problem = problem_of(int(code) if code.isdigit() else 0)
        conversation = office.store.not_delivered(sid, problem.reason)
        if conversation is not None and isinstance(problem, Unreachable):
            office.store.unreachable(conversation, problem.reason)
    elif sid:
        office.store.delivered(sid, status)
