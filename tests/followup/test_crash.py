"""A process that is killed in the middle of writing loses nothing that was said to be kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

from followup.database import open_database
from followup.models import answer, turn

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from datetime import datetime, timezone
from followup.database import open_database
from screening import events as said
now = datetime(2026, 11, 23, 15, tzinfo=timezone.utc)
database = open_database(sys.argv[1], bytes(range(32)))
response = dict(response_id="r-1", instrument="srq", version="1", sha256="0", language="es", state="draft")
with database.turn("c", "start", now) as turn:
    turn.record([said.ConsentGiven(at=now, kind="screening", version="1"),
                 said.QuestionnaireStarted(at=now, **response)])
for number in range(1_000_000):
    with database.turn("c", f"m{number}", now) as turn:
        event = said.ItemAnswered(at=now, response_id="r-1", link_id=f"i{number}", value=1, code="yes")
        turn.record([event])
        turn.save({"status": "in-progress", "number": number})
    print(number, flush=True)
"""


def test_no_answer_that_was_committed_is_lost_when_the_process_is_killed(database_url: str) -> None:
    """kill -9 in mid-write, some times over: every turn that was reported done is there, and every turn is whole."""
    for kill in range(3):
        command = [sys.executable, "-c", WRITER.replace('"c"', f'"c{kill}"'), database_url]
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        reported = [child.stdout.readline() for _ in range(20)]
        time.sleep(0.05 + 0.03 * kill)
        os.kill(child.pid, signal.SIGKILL)
        reported += child.stdout.read().splitlines(keepends=True)
        child.wait()
        whole = [line for line in reported if line.endswith("\n")]
        _check(database_url, f"c{kill}", done=len(whole))


def _check(url: str, conversation_id: str, done: int) -> None:
    database = open_database(url, bytes(range(32)))
    with database.read() as conn:
        answers = conn.execute(select(func.count()).select_from(answer)).scalar_one()
        messages = conn.execute(select(func.count()).select_from(turn)).scalar_one()
    people = int(conversation_id[1:]) + 1
    session = database.session(conversation_id)
    database.close()
    assert messages - people == answers, "a turn was written by half"
    assert session is not None
    assert session["number"] + 1 >= done
