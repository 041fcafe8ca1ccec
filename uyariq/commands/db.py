"""`uyariq db upgrade`: bring the tables up to date. `uyariq db retention`: what is kept how long, and was forgotten."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import datetime, timezone

from followup.forgetting import report
from uyariq.rooms import open_database
from uyariq.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("action", choices=["upgrade", "retention"])


def run(options: argparse.Namespace) -> int:
    """Run the migrations that are missing; with `retention`, print a JSON object for each rule."""
    database = open_database(read_settings())
    database.migrate()
    if options.action == "upgrade":
        print("La base de datos está al día.")
    else:
        with database.read() as conn:
            for line in report(conn, datetime.now(timezone.utc)):
                print(json.dumps(asdict(line), ensure_ascii=False))
    database.close()
    return 0
