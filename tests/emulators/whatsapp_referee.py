"""Asks a WhatsApp library of others (npm) what it makes of events and signatures."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).with_name("whatsapp")
WITHOUT_NODE = "sin la segunda biblioteca de WhatsApp: falta Node; instálelo con `apt-get install nodejs npm`"


def judged(events: list[tuple[bytes, str, str]]) -> list[dict[str, Any]]:
    """What it says of each (raw body, signature, secret): kind and text of the message, or why it refuses."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").exists():
        pytest.fail(WITHOUT_NODE) if os.environ.get("CI") else pytest.skip(WITHOUT_NODE)
    lines = [json.dumps({"raw": raw.decode(), "signature": given, "secret": secret}) for raw, given, secret in events]
    done = subprocess.run(
        [node, "referee.js"], cwd=FOLDER, input="\n".join(lines), capture_output=True, text=True, timeout=60, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
