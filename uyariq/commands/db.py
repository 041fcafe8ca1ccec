"""`uyariq db upgrade`: bring the database's tables up to date."""

from __future__ import annotations

import argparse

from uyariq.rooms import open_database
from uyariq.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("action", choices=["upgrade"])


def run(options: argparse.Namespace) -> int:
    """Run the migrations that are missing."""
    open_database(read_settings()).migrate()
    print("La base de datos está al día.")
    return 0
