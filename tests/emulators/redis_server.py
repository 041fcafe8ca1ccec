"""A Redis of our own on a free port, for tests of several bots at once."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

WITHOUT_REDIS = "sin pruebas con Redis: falta el servidor; instálelo con `apt-get install redis-server`"


@contextmanager
def redis_server() -> Iterator[str]:
    """Its address. Without the program its tests are left out; with CI set they fail."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.fail(WITHOUT_REDIS) if os.environ.get("CI") else pytest.skip(WITHOUT_REDIS)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        _until_listening(port, process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError("redis-server ended at once")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("redis-server did not start")
