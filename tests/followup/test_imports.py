"""The room stands on its own: no Rasa, no web, no console behind it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FORBIDDEN = {
    "rasa",
    "rasa_sdk",
    "starlette",
    "sanic",
    "uvicorn",
    "telegram",
    "jinja2",
    "console",
    "actions",
    "bot",
    "uyariq",
}
PROGRAM = """
import importlib, pkgutil, sys
import followup
for module in pkgutil.walk_packages(followup.__path__, "followup."):
    if ".migrations.versions" not in module.name and not module.name.endswith("migrations.env"):
        importlib.import_module(module.name)
print("\\n".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_the_room_imports_no_rasa_and_no_web() -> None:
    """A fresh interpreter loads every module of the room and none of the forbidden ones."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "followup" in loaded
    assert loaded & FORBIDDEN == set()


def test_the_statements_are_in_the_style_of_sqlalchemy_2() -> None:
    """What SQLAlchemy 2 took away raises here, under 1.4."""
    program = (
        "import warnings\n"
        "from sqlalchemy import exc\n"
        "warnings.simplefilter('error', exc.RemovedIn20Warning)\n" + PROGRAM + "\n"
        "from datetime import datetime, timezone\n"
        "from followup.database import open_database\n"
        "from followup import clocks, reports, worklist\n"
        "now = datetime(2026, 11, 23, 15, tzinfo=timezone.utc)\n"
        "database = open_database('sqlite://', b'k' * 32)\n"
        "database.migrate()\n"
        "with database.turn('c', 'm', now) as turn: turn.save({'status': 'in-progress'})\n"
        "with database.begin() as conn:\n"
        "    clocks.tick(conn, now); clocks.due_messages(conn, now); reports.funnel(conn, None, None)\n"
        "    worklist.open_tasks(conn, now); worklist.counts(conn, now)\n"
    )
    command = [sys.executable, "-c", program]
    environment = {"SQLALCHEMY_WARN_20": "1", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
