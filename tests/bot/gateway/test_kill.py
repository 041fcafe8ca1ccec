"""A gateway that is killed again and again loses nothing."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from tests.emulators.telegram_server import TOKEN, telegram_server

PEOPLE, EACH, KILLS = 6, 8, 4


def test_no_message_is_lost_and_everybody_is_answered_in_order(tmp_path: Path) -> None:
    """kill -9 at random moments: every message is handled, every answer arrives, a person's in order."""
    chance = random.Random(7)
    with telegram_server() as server:
        process = _start(tmp_path, server.address)
        try:
            for number in range(EACH):
                for person in range(301, 301 + PEOPLE):
                    server.write(person, f"mensaje {number}")
                if number % (EACH // KILLS) == 0:
                    time.sleep(chance.uniform(0.2, 1.2))
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                    process = _start(tmp_path, server.address)
            for person in range(301, 301 + PEOPLE):
                _until_answered(server, person)
        finally:
            process.kill()
            process.wait()
        said = {person: [one["text"] for one in server.messages(person)] for person in range(301, 301 + PEOPLE)}
    expected = [f"oí mensaje {number}" for number in range(EACH)]
    for texts in said.values():
        # An answer on its way when the process died may come twice; none is missing, none out of order.
        assert list(dict.fromkeys(texts)) == expected
        assert len(texts) <= EACH + KILLS
    with sqlite3.connect(tmp_path / "answers.db") as answers:
        assert answers.execute("SELECT count(*) FROM answer").fetchone() == (PEOPLE * EACH,)


def _until_answered(server, person: int) -> None:  # type: ignore[no-untyped-def]
    until = time.monotonic() + 40
    while len({one["text"] for one in server.messages(person)}) < EACH:
        if time.monotonic() > until:
            raise AssertionError("somebody was not answered")
        time.sleep(0.1)


def _start(folder: Path, address: str) -> subprocess.Popen[bytes]:
    script = str(Path(__file__).with_name("short_lived.py"))
    return subprocess.Popen([sys.executable, script, str(folder), address, TOKEN], stderr=subprocess.DEVNULL)
