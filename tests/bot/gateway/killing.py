"""Kills a gateway again and again while people write, and counts what became of their messages."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.emulators.telegram_server import TOKEN, TelegramServer, telegram_server

FIRST = 301
PATIENCE = 90.0


@dataclass(frozen=True)
class Killed:
    """What came of it. handled: messages that the dialogue took; again: how often it was given one that it had taken.

    lost: replies that never came; doubled: replies that came twice; out_of_order: people answered out of order.
    """

    kills: int
    messages: int
    handled: int
    again: int
    lost: int
    doubled: int
    out_of_order: int


def kill_again_and_again(folder: Path, people: int, each: int, kills: int, seed: int = 7) -> Killed:
    """So many people write so many messages each, while the gateway is killed at random moments."""
    chance = random.Random(seed)
    writing = [(FIRST + number % people, f"mensaje {number // people}") for number in range(people * each)]
    batch = -(-len(writing) // kills)
    with telegram_server() as server:
        process = _start(folder, server.address)
        try:
            for begin in range(0, len(writing), batch):
                for person, text in writing[begin : begin + batch]:
                    server.write(person, text)
                # In the middle of the work: some of these are answered, some under way, some not yet read.
                _until_taken(folder, begin + chance.randint(1, batch))
                time.sleep(chance.uniform(0.0, 0.06))
                process.send_signal(signal.SIGKILL)
                process.wait()
                process = _start(folder, server.address)
            _until_answered(server, people, each)
        finally:
            process.kill()
            process.wait()
        said = [[one["text"] for one in server.messages(FIRST + person)] for person in range(people)]
    return _counted(folder, said, each, kills)


def _counted(folder: Path, said: list[list[str]], each: int, kills: int) -> Killed:
    wanted = [f"oí mensaje {number}" for number in range(each)]
    taken = _taken(folder)
    return Killed(
        kills=kills,
        messages=len(said) * each,
        handled=taken[0],
        again=taken[1],
        lost=sum(len(set(wanted) - set(texts)) for texts in said),
        doubled=sum(count - 1 for texts in said for count in Counter(texts).values()),
        out_of_order=sum(list(dict.fromkeys(texts)) != wanted for texts in said),
    )


def _until_taken(folder: Path, number: int) -> None:
    until = time.monotonic() + PATIENCE
    while _taken(folder)[0] < number and time.monotonic() < until:
        time.sleep(0.003)


def _taken(folder: Path) -> tuple[int, int]:
    """(messages that the dialogue took, how often it was given one again)."""
    with closing(sqlite3.connect(folder / "answers.db", timeout=10)) as answers:
        there = answers.execute("SELECT count(*) FROM sqlite_master WHERE name = 'answer'").fetchone()[0]
        if not there:
            return 0, 0
        count, again = answers.execute("SELECT count(*), sum(times - 1) FROM answer").fetchone()
        return int(count), int(again or 0)


def _until_answered(server: TelegramServer, people: int, each: int) -> None:
    until = time.monotonic() + PATIENCE
    for person in range(FIRST, FIRST + people):
        while len({one["text"] for one in server.messages(person)}) < each:
            if time.monotonic() > until:
                return
            time.sleep(0.1)


def _start(folder: Path, address: str) -> subprocess.Popen[bytes]:
    script = str(Path(__file__).with_name("short_lived.py"))
    return subprocess.Popen([sys.executable, script, str(folder), address, TOKEN], stderr=subprocess.DEVNULL)
