"""`uyariq replay FILE`: play messages through the real dialogue on the configured database."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from uyariq.errors import UsageError
from uyariq.rooms import House, open_house
from uyariq.settings import read_settings

CHANNEL = "replay"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "file", help="lines of JSON: person, text or payload, optionally at and id; - for standard input"
    )


def run(options: argparse.Namespace) -> int:
    """Answer every line, in order."""
    asyncio.run(_play(options.file))
    return 0


async def _play(name: str) -> None:
    house = await open_house(read_settings())
    for number, line in _lines(name):
        for bubble in await _answer(house, line, number):
            print(json.dumps({"person": line["person"], **bubble}, ensure_ascii=False), flush=True)


async def _answer(house: House, line: dict[str, Any], number: int) -> list[dict[str, Any]]:
    house.clock.set(datetime.fromisoformat(line["at"]) if line.get("at") else None)
    bubbles = await house.gateway.receive(
        CHANNEL,
        str(line["person"]),
        str(line.get("id") or f"{house.run_id}-{number}"),
        text=line.get("text"),
        payload=line.get("payload"),
    )
    return [{"text": bubble["text"], "buttons": bubble.get("buttons") or []} for bubble in bubbles]


def _lines(name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    source = sys.stdin if name == "-" else _opened(name)
    for number, text in enumerate(source, 1):
        if text.strip():
            yield number, _parsed(text, number)


def _opened(name: str) -> Iterator[str]:
    path = Path(name)
    if not path.is_file():
        raise UsageError(f"No encuentro el archivo {name}.")
    with path.open(encoding="utf-8") as file:
        yield from file


def _parsed(text: str, number: int) -> dict[str, Any]:
    try:
        line = json.loads(text)
        if line.get("at") and datetime.fromisoformat(line["at"]).tzinfo is None:
            raise UsageError(f"Línea {number}: «at» necesita la zona horaria, por ejemplo 2026-11-22T10:00:00-05:00.")
    except ValueError as error:
        raise UsageError(f"Línea {number}: no es JSON o la hora no se entiende ({error}).") from error
    if "person" not in line or not ("text" in line or "payload" in line):
        raise UsageError(f"Línea {number}: hacen falta «person» y «text» o «payload».")
    return dict(line)
