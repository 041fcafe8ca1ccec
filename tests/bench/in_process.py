"""Times of single questionnaire answers, through gateway, Rasa, engine and database, without HTTP."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from uyariq.rooms import House, open_house
from uyariq.settings import read_settings

PERSON = "bench"
ITEM = "srq_"


def answer_times(home: Path, answers: int) -> list[float]:
    """Milliseconds of each answer to an item, in one conversation that goes back and answers again to grow long."""
    return asyncio.run(_answer_times(home, answers))


async def _answer_times(home: Path, answers: int) -> list[float]:
    house = await open_house(read_settings({"UYARIQ_HOME": str(home)}))
    said = 0
    times: list[float] = []
    bubbles = await _say(house, said, text="hola")
    while len(times) < answers:
        said += 1
        number = bubbles[-1].get("progress", [0])[0] if bubbles else 0
        if number >= 12:
            bubbles = await _say(house, said, text="quiero corregir mi respuesta anterior")
            said += 1
        asked = bubbles[-1]
        started = time.perf_counter()
        bubbles = await _say(house, said, **_reply(asked))
        if asked.get("progress"):
            times.append((time.perf_counter() - started) * 1000)
    house.database.close()
    return times


def _reply(asked: dict[str, Any]) -> dict[str, str]:
    buttons = asked.get("buttons") or []
    if not buttons:
        text = asked["text"].lower()
        return {"text": "34" if "años" in text else "Comas" if "distrito" in text else "hola"}
    no = [button for button in buttons if button["title"] == "No"]
    return {"payload": (no or buttons)[0]["payload"]}


async def _say(house: House, number: int, **message: str) -> list[dict[str, Any]]:
    return await house.gateway.receive("bench", PERSON, f"m{number}", **message)
