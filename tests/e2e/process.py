"""`uyariq run` as a process of its own, talked to over HTTP and killed when a test says so."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_AT_START = 120
RUNNING_ITEM = re.compile(r"Pregunta (\d+) de \d+")
ANSWERS_AS_THEY_STAND = """
    select answer.link_id, answer.code from answer
    join conversation on conversation.patient_id = answer.patient_id
    where conversation.id = ? and answer.current order by answer.id
"""


class Installation:
    """A data folder, and the process that runs on it while it is started. Ports are new at each start."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.bot = self.console = ""

    def start(self) -> None:
        """Run it on free ports and wait until the bot answers."""
        self.starts += 1
        bot, console = _free_port(), _free_port()
        self.bot, self.console = f"http://127.0.0.1:{bot}", f"http://127.0.0.1:{console}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("UYARIQ_")}
        environment |= {"UYARIQ_HOME": str(self.home), "UYARIQ_BOT_PORT": str(bot), "UYARIQ_CONSOLE_PORT": str(console)}
        with self._log("out").open("wb") as out, self._log("err").open("wb") as err:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "uyariq", "run"], cwd=ROOT, env=environment, stdout=out, stderr=err
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        give_up = time.monotonic() + PATIENCE_AT_START
        while time.monotonic() < give_up:
            assert self._process is not None
            ended = self._process.poll()
            assert ended is None, f"it ended by itself with {ended}:\n" + self.output()[-2000:]
            try:
                if all(httpx.get(f"{one}", timeout=5).status_code == 200 for one in (self.bot, self.console)):
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise AssertionError(f"not ready after {PATIENCE_AT_START} s:\n" + self.output()[-2000:])

    def kill(self) -> None:
        """Take its life at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end."""
        self._end(signal.SIGTERM)

    def _end(self, with_signal: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(with_signal)
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def _log(self, name: str) -> Path:
        return self.home.parent / f"{self.home.name}-{self.starts}.{name}"

    def output(self) -> str:
        """Everything that it has printed since the first start, on both channels."""
        logs = sorted(self.home.parent.glob(f"{self.home.name}-*.*"))
        return "\n".join(log.read_text(encoding="utf-8", errors="replace") for log in logs)

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "uyariq.db"

    def answers(self, sender: str) -> dict[str, str]:
        """linkId -> code of a conversation, read past the program."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as conn:
            return dict(conn.execute(ANSWERS_AS_THEY_STAND, (sender,)).fetchall())

    def is_sound(self) -> bool:
        """Whether SQLite finds nothing broken."""
        with closing(sqlite3.connect(self.database)) as conn:
            pages = conn.execute("pragma integrity_check").fetchone()[0]
            references = conn.execute("pragma foreign_key_check").fetchall()
        return bool(pages == "ok" and not references)


class RestTalk:
    """A person on Rasa's REST channel."""

    def __init__(self, installation: Installation, sender: str) -> None:
        self.installation = installation
        self.sender = sender
        self.bubbles: list[dict[str, Any]] = []

    def say(self, message: str) -> list[dict[str, Any]]:
        """Send text or a payload, and hear the answer."""
        answer = httpx.post(
            f"{self.installation.bot}/webhooks/rest/webhook",
            json={"sender": self.sender, "message": message},
            timeout=60,
        )
        answer.raise_for_status()
        self.bubbles = answer.json()
        return self.bubbles

    def choose(self, code: str) -> list[dict[str, Any]]:
        """Tap the button that stands for the code."""
        return self.say(self.payload(code))

    def payload(self, code: str) -> str:
        """What the button for the code sends."""
        payloads = [button["payload"] for bubble in self.bubbles for button in bubble.get("buttons") or ()]
        keys = {json.loads(one.removeprefix("/answer"))["k"].split(":")[2]: one for one in payloads}
        assert code in keys, f"no button for «{code}», there are {sorted(keys)}"
        return keys[code]

    def arrive(self) -> None:
        """Say hello and agree to everything, up to the first item."""
        self.say("hola")
        for code in ("es", "yes", "yes", "yes"):
            self.choose(code)
        self.say("40")
        self.choose("female")
        self.say("huanta")

    @property
    def item(self) -> int | None:
        """Number of the item that is asked; None when none is."""
        found = [RUNNING_ITEM.search(bubble["text"]) for bubble in self.bubbles]
        return next((int(one[1]) for one in found if one), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
