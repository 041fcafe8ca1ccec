"""People who talk to a bot over Rasa's REST channel, several at once."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable

import httpx

Talk = Callable[[httpx.AsyncClient, str, int], Awaitable[list[float]]]


async def send(client: httpx.AsyncClient, person: str, text: str) -> tuple[list[dict[str, object]], float]:
    """One message and how long its answer took, in milliseconds."""
    started = time.perf_counter()
    answer = await client.post("/webhooks/rest/webhook", json={"sender": person, "message": text})
    answer.raise_for_status()
    return answer.json(), (time.perf_counter() - started) * 1000


async def cheerful(client: httpx.AsyncClient, person: str, messages: int) -> list[float]:
    """A talk with the bot that `rasa init` makes."""
    said = ("hello", "I am sad", "no", "hi", "great", "bye")
    return [(await send(client, person, said[n % len(said)]))[1] for n in range(messages)]


async def screened(client: httpx.AsyncClient, person: str, messages: int) -> list[float]:
    """A screening with our bot: every other answer is tapped, every other one typed."""
    times: list[float] = []
    text = "hola"
    while len(times) < messages:
        bubbles, took = await send(client, person, text)
        times.append(took)
        text = _next(bubbles, typed=len(times) % 2 == 0)
    return times


def _next(bubbles: list[dict[str, object]], typed: bool) -> str:
    """What an adult from Comas without symptoms would answer to the last question."""
    buttons = next((b["buttons"] for b in reversed(bubbles) if b.get("buttons")), None)
    if not buttons:
        last = str(bubbles[-1]["text"]).lower() if bubbles else ""
        return "34" if "años" in last else "Comas" if "distrito" in last else "hola"
    titles = [str(button["title"]) for button in buttons]  # type: ignore[attr-defined]
    chosen = titles.index("No") if "No" in titles else 0
    return titles[chosen] if typed else str(buttons[chosen]["payload"])  # type: ignore[index]


async def crowd(address: str, talk: Talk, people: int, messages: int, run: str) -> dict[str, float]:
    """Messages a second and the median time of one, with that many people at once."""
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        await talk(client, f"{run}-warm", 4)
        started = time.perf_counter()
        all_times = await asyncio.gather(*(talk(client, f"{run}-{n}", messages) for n in range(people)))
        seconds = time.perf_counter() - started
    flat = [one for times in all_times for one in times]
    return {"per_second": len(flat) / seconds, "median_ms": statistics.median(flat)}
