"""Fetching a file from a platform: so many bytes and no more, and never further than it may lead."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from bot.gateway.sending import NotSent, Refused, TryLater

HOPS = 3
TOO_LONG, LED_AWAY = "too_long", "led_away"


def nowhere(_: httpx.URL) -> bool:
    """The address itself or nothing."""
    return False


async def download(
    client: httpx.AsyncClient,
    address: str,
    most: int,
    problem: Callable[[int], NotSent],
    auth: tuple[str, str] | None = None,
    onward: Callable[[httpx.URL], bool] = nowhere,
) -> bytes:
    """What stands at the address. Raises NotSent.

    most: bytes; problem: status of HTTP -> what it means; auth: for this address alone, never for where it leads;
    onward: where it may lead.
    """
    try:
        for _ in range(HOPS):
            async with client.stream("GET", address, auth=auth, follow_redirects=False) as answer:
                if not answer.has_redirect_location:
                    return await _read(answer, most, problem)
                further = answer.url.join(answer.headers["location"])
            if not onward(further):
                raise Refused(LED_AWAY)
            address, auth = str(further), None
    except httpx.InvalidURL as error:
        raise Refused(LED_AWAY) from error
    except httpx.HTTPError as error:
        raise TryLater("network") from error
    raise Refused(LED_AWAY)


async def _read(answer: httpx.Response, most: int, problem: Callable[[int], NotSent]) -> bytes:
    if not answer.is_success:
        raise problem(answer.status_code)
    parts = bytearray()
    async for part in answer.aiter_bytes():
        parts += part
        if len(parts) > most:
            raise Refused(TOO_LONG)
    return bytes(parts)
