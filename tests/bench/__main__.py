"""`make bench`: this bot beside the one that `rasa init` makes, in the same run on the same machine.

Writes the table to docs/benchmarks.md. Times are wall-clock; a noisy machine shows in both columns.
"""

from __future__ import annotations

import asyncio
import platform
import secrets
import statistics
import subprocess
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from tests.bench.in_process import answer_times
from tests.bench.people import cheerful, crowd, screened
from tests.bench.servers import free_port, serving, tool

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 8
MESSAGES = 30
Row = dict[str, float]


def vanilla(folder: Path) -> Row:
    """The bot of `rasa init`, trained and served as Rasa comes."""
    started = time.perf_counter()
    subprocess.run(
        [tool("rasa"), "init", "--no-prompt", "--init-dir", str(folder)], check=True, cwd=folder, capture_output=True
    )
    trained = time.perf_counter() - started
    port = free_port()
    command = [tool("rasa"), "run", "--port", str(port), "--interface", "127.0.0.1"]
    with serving(command, port, folder) as server:
        crowded = asyncio.run(crowd(server.address, cheerful, PEOPLE, MESSAGES, "v"))
        return {"training_s": trained, "ready_s": server.ready_s, "memory_mb": server.memory_mb(), **crowded}


def ours(home: Path) -> Row:
    """This bot, trained anew and served by `uyariq run` on a second start."""
    environment = {"UYARIQ_HOME": str(home)}
    started = time.perf_counter()
    subprocess.run([tool("uyariq"), "train"], check=True, cwd=ROOT, capture_output=True)
    trained = time.perf_counter() - started
    for attempt in ("first", "second"):
        port = free_port()
        command = [tool("uyariq"), "run", "--bot-port", str(port), "--console-port", str(free_port())]
        with serving(command, port, ROOT, environment) as server:
            if attempt == "first":
                continue
            crowded = asyncio.run(crowd(server.address, screened, PEOPLE, MESSAGES, secrets.token_hex(3)))
            return {"training_s": trained, "ready_s": server.ready_s, "memory_mb": server.memory_mb(), **crowded}
    raise AssertionError("unreachable")


def report(theirs: Row, mine: Row, answers: list[float]) -> str:
    """The page for docs/benchmarks.md."""
    first, last = statistics.median(answers[:20]), statistics.median(answers[180:200])
    rows = [
        ("Training", f"{theirs['training_s']:.0f} s", f"{mine['training_s']:.0f} s"),
        ("Ready, from start to first answer", f"{theirs['ready_s']:.1f} s", f"{mine['ready_s']:.1f} s"),
        ("Memory after the run", f"{theirs['memory_mb']:.0f} MB", f"{mine['memory_mb']:.0f} MB"),
        (
            f"REST, {PEOPLE} people at once",
            f"{theirs['per_second']:.0f} messages/s",
            f"{mine['per_second']:.0f} messages/s ({mine['per_second'] / theirs['per_second']:.1f} times)",
        ),
        ("REST, median answer under that load", f"{theirs['median_ms']:.0f} ms", f"{mine['median_ms']:.0f} ms"),
        ("Questionnaire answer in process, turns 1-20, median", "-", f"{first:.2f} ms"),
        (
            "Questionnaire answer in process, turns 181-200, median",
            "-",
            f"{last:.2f} ms ({last / first:.2f} times turns 1-20)",
        ),
    ]
    table = "\n".join(f"| {what} | {vanilla_} | {own} |" for what, vanilla_, own in rows)
    return f"""# Benchmarks

Measured by `make bench` on {time.strftime("%Y-%m-%d")}: {_machine()}. Python {platform.python_version()},
Rasa {version("rasa")}, spaCy {version("spacy")}, SQLAlchemy {version("sqlalchemy")}.

| | bot of `rasa init` | Uyariq |
|---|---|---|
{table}

The bot of `rasa init` keeps its trackers in memory and answers from templates. Uyariq writes every answer, score, task
and audit row to SQLite (WAL, synchronous=FULL) before it answers, runs the console in the same process, and half of its
messages are typed, half tapped. "In process" is one answer to a questionnaire item through gateway, Rasa, engine and
database, without HTTP.
"""


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names) or '?'} cores ({names[0] if names else platform.processor()}), {platform.system()}"


def main() -> None:
    """Measure both and write the page."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "vanilla").mkdir()
        theirs = vanilla(folder / "vanilla")
        mine = ours(folder / "home")
        answers = answer_times(folder / "in-process", 200)
    page = report(theirs, mine, answers)
    (ROOT / "docs" / "benchmarks.md").write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
