"""Which room may import which, proved in a fresh interpreter for each room."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Room (or part of one) -> top-level packages that importing all of it must not bring in.
NEVER = {
    "screening": (
        "rasa",
        "rasa_sdk",
        "sqlalchemy",
        "starlette",
        "gettext",
        "bot",
        "followup",
        "actions",
        "console",
        "uyariq",
    ),
    "followup": ("rasa", "rasa_sdk", "starlette", "bot", "actions", "console", "uyariq"),
    "console": ("rasa", "rasa_sdk", "bot", "actions", "uyariq"),
    "actions": ("rasa", "bot", "console", "uyariq"),
    "bot.gateway": ("rasa", "rasa_sdk", "screening", "followup", "actions", "console", "uyariq"),
    "bot": ("screening", "followup", "actions", "console", "uyariq"),
}
LEAN = """
from bot.lean import leave_out_tensorflow
leave_out_tensorflow()
"""
IMPORT_ALL = """
import importlib, pkgutil, sys, warnings
warnings.simplefilter("ignore")
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if "__main__" not in module.name and ".migrations.versions" not in module.name and not module.name.endswith(".env"):
        importlib.import_module(module.name)
print(" ".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize("room", NEVER)
def test_room_imports_only_what_it_may(room: str) -> None:
    """Importing every module of a room brings in none of the packages that the room must not know."""
    script = LEAN + IMPORT_ALL if room == "bot" else IMPORT_ALL
    done = subprocess.run(
        [sys.executable, "-c", script, room], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & set(NEVER[room]) - {room.partition(".")[0]}
