"""`uyariq chat`: talk to the bot in this terminal."""

from __future__ import annotations

import argparse
import asyncio
import secrets
from typing import Any

from uyariq.rooms import House, open_house
from uyariq.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--person", help="go on as this person (default: a new one)")


def run(options: argparse.Namespace) -> int:
    """Talk until the input ends."""
    asyncio.run(_talk(options.person or secrets.token_hex(4)))
    return 0


async def _talk(person: str) -> None:
    house = await open_house(read_settings())
    print("Escriba «hola» para empezar. Un número toca un botón; Ctrl-D sale.\n")
    buttons: list[dict[str, str]] = []
    while True:
        try:
            typed = await asyncio.to_thread(input, "> ")
        except EOFError:
            print()
            return
        buttons = await _say(house, person, typed, buttons)


async def _say(house: House, person: str, typed: str, buttons: list[dict[str, str]]) -> list[dict[str, str]]:
    tapped = buttons[int(typed) - 1] if typed.isdigit() and 0 < int(typed) <= len(buttons) else None
    bubbles = await house.gateway.receive(
        "terminal",
        person,
        secrets.token_hex(8),
        text=None if tapped else typed,
        payload=tapped["payload"] if tapped else None,
    )
    shown: list[dict[str, str]] = []
    for bubble in bubbles:
        await asyncio.sleep(min(float(bubble.get("delay") or 0), 8))
        shown = _show(bubble) or shown
    return shown


def _show(bubble: dict[str, Any]) -> list[dict[str, str]]:
    print(f"  {bubble['text']}".replace("\n", "\n  "))
    offered: list[dict[str, str]] = bubble.get("buttons") or []
    for number, button in enumerate(offered, 1):
        print(f"    [{number}] {button['title']}")
    return offered
