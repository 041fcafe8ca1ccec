"""Recordings at an address of ours, for a platform that fetches what it sends: signed, for an hour, about nobody.

The address holds the recording's name, a time and a signature; who has not got it cannot guess it, and what it gives is
the programme's own voice reading its own question.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.gateway.voice import Recording, VoiceFolder

# Under the platform's own path: a proxy that lets its calls in lets this in as well.
PATH = "/webhooks/twilio/sound"
LASTS = timedelta(hours=1)
MEDIA_TYPE = "audio/ogg"
_TIME, _NAME, _TAG = 5, 12, 16


class SoundAddresses:
    """Addresses of recordings. secret: of the installation; public: our address on the internet; now: aware."""

    def __init__(self, secret: bytes, public: str, now: Callable[[], datetime]) -> None:
        self._key = HKDF(hashes.SHA256(), length=32, salt=None, info=b"uyariq sound addresses").derive(secret)
        self._public = public.rstrip("/")
        self._now = now

    def of(self, recording: Recording) -> str:
        """Where the recording can be fetched for an hour."""
        until = int((self._now() + LASTS).timestamp())
        said = until.to_bytes(_TIME, "big") + bytes.fromhex(recording.name)
        token = base64.urlsafe_b64encode(said + self._tag(said)).decode().rstrip("=")
        return f"{self._public}{PATH}/{token}.ogg"

    def opened(self, token: str) -> str | None:
        """The recording's name; None when the address is not ours, or is over."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            return None
        said, tag = raw[: _TIME + _NAME], raw[_TIME + _NAME :]
        if len(raw) != _TIME + _NAME + _TAG or not hmac.compare_digest(tag, self._tag(said)):
            return None
        over = int.from_bytes(said[:_TIME], "big") < self._now().timestamp()
        return None if over else said[_TIME:].hex()

    def _tag(self, said: bytes) -> bytes:
        return hmac.new(self._key, said, hashlib.sha256).digest()[:_TAG]


def sound_route(addresses: SoundAddresses, folder: VoiceFolder) -> Route:
    """`GET /webhooks/twilio/sound/….ogg`; whatever is wrong with an address, the answer is the same."""

    def read(token: str) -> bytes | None:
        name = addresses.opened(token)
        found = folder.known_as(name) if name else None
        try:
            return found.path.read_bytes() if found else None
        except OSError:  # taken away a moment ago
            return None

    async def give(request: Request) -> Response:
        sound = await asyncio.to_thread(read, request.path_params["token"])
        if sound is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
        return Response(sound, media_type=MEDIA_TYPE, headers=headers)

    return Route(f"{PATH}/{{token}}.ogg", give, methods=["GET"])
