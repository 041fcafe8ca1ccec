"""Pages, styles and scripts go over the line compressed: a slow one is where they are read.

A page holds the token of its forms, and some repeat what was typed. That others guess at the one by way of the other
needs requests from elsewhere that carry the session; its cookie never comes along from another site.
"""

from __future__ import annotations

import gzip

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALLEST = 1000
"""Bytes; below, it all fits into one packet anyway."""
LEVEL = 5
TEXTS = ("text/", "application/json", "application/javascript", "image/svg+xml")
"""Sounds and workbooks are compressed by themselves."""


class Compression:
    """Compresses answers that are text and come in one piece, for browsers that say they can read it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; its answer goes through."""
        if scope["type"] != "http" or "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Answer(send).pass_on)


class _Answer:
    """One answer on its way. The first message waits for the second, as its headers say how long that is."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None

    async def pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_text(message):
            self._start = message
            return
        if self._start is not None:
            start, self._start = self._start, None
            body = message.get("body", b"")
            if not message.get("more_body", False) and len(body) >= SMALLEST:
                message = {**message, "body": _compressed(start, body)}
            await self._send(start)
        await self._send(message)


def _is_text(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    kind = headers.get("content-type", "")
    return start["status"] != 206 and "content-encoding" not in headers and kind.startswith(TEXTS)


def _compressed(start: Message, body: bytes) -> bytes:
    made = gzip.compress(body, LEVEL, mtime=0)
    headers = MutableHeaders(scope=start)
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(made))
    headers.add_vary_header("Accept-Encoding")
    return made
