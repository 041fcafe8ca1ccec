"""`uyariq run`: everything in one process, on embedded defaults."""

from __future__ import annotations

import argparse
import time

import uvloop

from uyariq.all_in_one import run_all
from uyariq.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--bot-port", type=int, help="Rasa's REST channel, on loopback (default 5005)")
    parser.add_argument("--console-port", type=int, help="web chat and console (default 8000)")


def run(options: argparse.Namespace) -> int:
    """Start and go on until stopped."""
    started = time.monotonic()
    settings = read_settings().with_ports(bot=options.bot_port, console=options.console_port)
    uvloop.run(run_all(settings, started))
    return 0
