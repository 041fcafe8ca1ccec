"""`uyariq tasks --json`: the open tasks, without names or phones."""

from __future__ import annotations

import argparse
import json
from datetime import datetime, timezone

from followup.worklist import Filters, open_tasks
from uyariq.rooms import open_database
from uyariq.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--json", action="store_true", help="one JSON object a line (the only form)")


def run(options: argparse.Namespace) -> int:
    """Print them in the order of the work list."""
    database = open_database(read_settings())
    database.migrate()
    with database.read() as conn:
        for card in open_tasks(conn, datetime.now(timezone.utc), Filters(limit=None)):
            print(json.dumps(card.public(), ensure_ascii=False))
    return 0
