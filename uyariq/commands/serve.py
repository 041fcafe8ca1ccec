"""`uyariq serve`: one part by itself, for running them on several machines."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

from uyariq import parts
from uyariq.settings import Settings, read_settings

PARTS: dict[str, Callable[[Settings], Coroutine[Any, Any, None]]] = {
    "bot": parts.serve_bot,
    "actions": parts.serve_actions,
    "console": parts.serve_console,
    "gateway": parts.serve_gateway,
    "clock": parts.serve_clock,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("part", choices=sorted(PARTS))


def run(options: argparse.Namespace) -> int:
    """Serve until stopped."""
    uvloop.run(PARTS[options.part](read_settings()))
    return 0
