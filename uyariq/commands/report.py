"""`uyariq report --json`: people from screening to re-screening, as the programme reports them."""

from __future__ import annotations

import argparse
import json
from datetime import date

from followup.reports import days, funnel
from uyariq.errors import UsageError
from uyariq.rooms import open_database
from uyariq.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--json", action="store_true", help="one JSON object (the only form)")
    parser.add_argument("--from", dest="first", help="first day, as 2026-11-01")
    parser.add_argument("--to", dest="last", help="last day, as 2026-11-30")


def run(options: argparse.Namespace) -> int:
    """Print the funnel of the period; without one, of all time."""
    database = open_database(read_settings())
    database.migrate()
    with database.read() as conn:
        start, end = days(conn, _day(options.first), _day(options.last))
        print(json.dumps(funnel(conn, start, end), ensure_ascii=False))
    return 0


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"«{text}» no es una fecha; escríbala como 2026-11-22.") from error
