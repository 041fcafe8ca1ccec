"""How much one visitor may ask of the server: size of a body, and messages in a span of time."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from starlette.requests import Request


class BodyTooLarge(Exception):
    """The body is larger than the route accepts; what was read is dropped."""


async def read_body(request: Request, limit: int) -> bytes:
    """The request's body, at most `limit` bytes; reading stops at the first byte too many."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise BodyTooLarge
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > limit:
            raise BodyTooLarge
    return bytes(chunks)


@dataclass(frozen=True)
class Allowance:
    """Up to `burst` at once, refilled at `per_minute`."""

    burst: int
    per_minute: float


class RateLimiter:
    """A token bucket for each key. Memory is bounded: the key unused for longest is forgotten first."""

    def __init__(self, allowance: Allowance, remembered: int = 10_000) -> None:
        self._allowance = allowance
        self._remembered = remembered
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str, now: float) -> float:
        """Take one token: 0 when it was there, else the seconds until there is one. `now`: seconds, monotonic."""
        tokens, since = self._buckets.pop(key, (float(self._allowance.burst), now))
        per_second = self._allowance.per_minute / 60
        tokens = min(self._allowance.burst, tokens + (now - since) * per_second)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / per_second
