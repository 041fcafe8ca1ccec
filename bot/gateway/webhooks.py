"""The addresses that the platforms call: the caller is checked on the raw bytes, what came is kept, then it is 200."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

logger = logging.getLogger(__name__)
# The platforms' own limits are lower; nobody else has anything to say here.
LONGEST_BODY = 3 * 1024 * 1024
TELEGRAM_HEADER = "x-telegram-bot-api-secret-token"
META_HEADER = "x-hub-signature-256"
Take = Callable[[Any], Awaitable[None]]
Check = Callable[[Request, bytes], bool]


def gateway_app(routes: list[Route], alive: Callable[[], bool]) -> Starlette:
    """The application with the platforms' routes, and `GET /healthz`."""

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok", 200) if alive() else PlainTextResponse("refused", 503)

    return Starlette(routes=[*routes, Route("/healthz", health)])


def telegram_route(secret: str, take: Take) -> Route:
    """`POST /webhooks/telegram`, with the secret that Telegram was given when the webhook was set."""

    def known(request: Request, _: bytes) -> bool:
        return hmac.compare_digest(request.headers.get(TELEGRAM_HEADER, "").encode(), secret.encode())

    return Route("/webhooks/telegram", _door(known, take), methods=["POST"])


def whatsapp_routes(app_secret: str, verify_token: str, take: Take) -> list[Route]:
    """`/webhooks/whatsapp`: Meta's handshake, and its events with their signature."""

    async def handshake(request: Request) -> Response:
        asked = request.query_params
        token = hmac.compare_digest(asked.get("hub.verify_token", "").encode(), verify_token.encode())
        if asked.get("hub.mode") != "subscribe" or not token:
            return Response(status_code=403)
        return PlainTextResponse(asked.get("hub.challenge", ""))

    def signed(request: Request, body: bytes) -> bool:
        return hmac.compare_digest(request.headers.get(META_HEADER, "").encode(), signature(app_secret, body).encode())

    address = "/webhooks/whatsapp"
    return [Route(address, handshake, methods=["GET"]), Route(address, _door(signed, take), methods=["POST"])]


def signature(secret: str, body: bytes) -> str:
    """Meta's signature of a body: of the bytes as they came, since written anew they would be others."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _door(known: Check, take: Take) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        body = await read_body(request, LONGEST_BODY)
        if body is None:
            return Response(status_code=413)
        if not known(request, body):
            logger.warning("webhook.unknown_caller")
            return Response(status_code=403)
        try:
            event = json.loads(body)
        except ValueError:
            return Response(status_code=400)
        try:
            await take(event)
        except Exception as error:  # not kept: the platform must send it again
            logger.error("webhook.not_kept %s", type(error).__name__)
            return Response(status_code=503)
        return Response(status_code=200)

    return receive


async def read_body(request: Request, longest: int) -> bytes | None:
    """The body, or None as soon as it is longer than anybody's message."""
    parts = []
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > longest:
            return None
        parts.append(part)
    return b"".join(parts)
