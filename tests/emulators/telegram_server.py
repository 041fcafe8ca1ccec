"""Starts the Telegram emulator (a third-party npm package) and plays the people who write to the bot."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

FOLDER = Path(__file__).with_name("telegram")
TOKEN = "123456:prueba"
WITHOUT_NODE = "sin pruebas con el emulador de Telegram: falta Node; instálelo con `apt-get install nodejs npm`"
_seconds = count(int(time.time()))


@dataclass
class TelegramServer:
    """A running emulator. address: for the bot and for the people; token: of the one bot that it knows."""

    address: str
    token: str = TOKEN

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=self.address, timeout=10)

    def write(self, person: int, text: str, **more: Any) -> None:
        """Somebody writes, or sends what `more` holds (voice, sticker, contact)."""
        body = {**self._who(person), "text": text, **more} if text else {**self._who(person), **more}
        self._http.post("/sendMessage", json=body).raise_for_status()

    def tap(self, person: int, title: str) -> None:
        """Somebody taps the button with this title, of the newest message that has one."""
        for message in reversed(self.messages(person)):
            for button in message["buttons"]:
                if button["text"] == title:
                    self.tap_data(person, button["data"], message["message_id"])
                    return
        raise AssertionError("no such button")

    def tap_data(self, person: int, data: str, message_id: int) -> None:
        """Somebody taps a button that may be long gone."""
        who = self._who(person)
        message = {"message_id": message_id, "date": 1, "chat": who["chat"]}
        body = {"botToken": self.token, "date": 0, "from": who["from"], "data": data, "message": message}
        self._http.post("/sendCallback", json=body).raise_for_status()

    def upload(self, file_id: str, sound: bytes) -> None:
        """The sound behind a voice note that somebody is about to send."""
        body = {"file_id": file_id, "base64": base64.b64encode(sound).decode()}
        self._http.post("/sim/file", json=body).raise_for_status()

    def raw(self, update: dict[str, Any]) -> None:
        """Any update at all."""
        self._http.post("/sim/raw", json={"update": update}).raise_for_status()

    def redeliver(self) -> None:
        """The last update comes once more."""
        self._http.post("/sim/redeliver", json={}).raise_for_status()

    def fault(self, method: str, code: int, description: str, **more: Any) -> None:
        """The next calls of a method fail (times: how many)."""
        body = {"method": method, "code": code, "description": description, **more}
        self._http.post("/sim/fault", json=body).raise_for_status()

    def block(self, person: int, blocked: bool = True) -> None:
        """Somebody blocks the bot."""
        self._http.post("/sim/block", json={"chat_id": person, "blocked": blocked}).raise_for_status()

    def messages(self, person: int) -> list[dict[str, Any]]:
        """What the bot said to somebody so far: message_id, text or caption, voice, buttons."""
        answer: list[dict[str, Any]] = self._http.get("/sim/messages", params={"chat_id": person}).json()
        return answer

    def calls(self, method: str) -> list[dict[str, Any]]:
        """What the bot called."""
        return [one for one in self._http.get("/sim/calls").json() if one["method"] == method.lower()]

    def wait_for(self, person: int, number: int, seconds: float = 20) -> list[dict[str, Any]]:
        """All messages to somebody, once there are so many."""
        until = time.monotonic() + seconds
        while len(found := self.messages(person)) < number:
            if time.monotonic() > until:
                raise AssertionError(f"{len(found)} messages instead of {number}")
            time.sleep(0.05)
        return found

    def _who(self, person: int) -> dict[str, Any]:
        return {
            "botToken": self.token,
            "date": next(_seconds),
            "from": {"id": person, "is_bot": False, "first_name": "Persona"},
            "chat": {"id": person, "type": "private", "first_name": "Persona"},
        }


@contextmanager
def telegram_server(token: str = TOKEN) -> Iterator[TelegramServer]:
    """The emulator for as long as the block runs."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").exists():
        if os.environ.get("CI"):
            pytest.fail(WITHOUT_NODE)
        pytest.skip(WITHOUT_NODE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [node, "emulator.js", str(port), token], cwd=FOLDER, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _until_listening(port, process)
        yield TelegramServer(f"http://127.0.0.1:{port}", token)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(400):
        if process.poll() is not None:
            raise RuntimeError("the emulator ended at once")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the emulator did not start")
