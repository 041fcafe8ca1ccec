"""`uyariq train`: train the model, with a progress display."""

from __future__ import annotations

import argparse
import sys

from uyariq import training
from uyariq.quiet import quiet_libraries


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--if-needed", action="store_true", help="only when something that it is made from has changed")


def run(options: argparse.Namespace) -> int:
    """Train and say how long it took."""
    if options.if_needed and training.is_current():
        return 0
    quiet_libraries()
    seconds = training.train(only_if_needed=options.if_needed)
    print(f"Modelo listo: {training.MODEL} ({seconds:.0f} s)", file=sys.stderr)
    return 0
