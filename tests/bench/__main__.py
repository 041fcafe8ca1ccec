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
from contextlib import AbstractContextManager
from importlib.metadata import version
from pathlib import Path

from tests.bench.in_process import answer_times
from tests.bench.people import cheerful, crowd, screened
from tests.bench.servers import Server, free_port, serving, tool

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 8
MESSAGES = 30
ROUNDS = 7
TALKS = 3
Row = dict[str, float]


def vanilla(folder: Path) -> float:
    """Train the bot of `rasa init`, as Rasa comes. Seconds."""
    return _seconds([tool("rasa"), "init", "--no-prompt", "--init-dir", str(folder)], folder)


def ours(environment: dict[str, str]) -> float:
    """Train this bot anew, and start it once so that its database and key are there. Seconds of the training."""
    trained = _seconds([tool("uyariq"), "train"], ROOT)
    with _uyariq(environment):
        return trained


def side_by_side(folder: Path, environment: dict[str, str]) -> tuple[Row, Row]:
    """Both servers at once, asked in turns, so that a minute in which the machine is slow is slow for both."""
    port = free_port()
    command = [tool("rasa"), "run", "--port", str(port), "--interface", "127.0.0.1"]
    theirs: list[Row] = []
    mine: list[Row] = []
    with serving(command, port, folder) as rasa, _uyariq(environment) as uyariq:
        for _ in range(ROUNDS):
            run = secrets.token_hex(3)
            theirs.append(asyncio.run(crowd(rasa.address, cheerful, PEOPLE, MESSAGES, run)))
            mine.append(asyncio.run(crowd(uyariq.address, screened, PEOPLE, MESSAGES, run)))
        pairs = zip(mine, theirs, strict=True)
        times = statistics.median(own["per_second"] / other["per_second"] for own, other in pairs)
        return _row(rasa, theirs), {**_row(uyariq, mine), "times": times}


def _row(server: Server, rounds: list[Row]) -> Row:
    middle = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    return {"ready_s": server.ready_s, "memory_mb": server.memory_mb(), **middle}


def _uyariq(environment: dict[str, str]) -> AbstractContextManager[Server]:
    port = free_port()
    command = [tool("uyariq"), "run", "--bot-port", str(port), "--console-port", str(free_port())]
    return serving(command, port, ROOT, environment)


def _seconds(command: list[str], folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, cwd=folder, capture_output=True)
    return time.perf_counter() - started


def report(theirs: Row, mine: Row, talks: list[list[float]]) -> str:
    """The page for docs/benchmarks.md."""
    first, last = (
        statistics.median(time for answers in talks for time in answers[part])
        for part in (slice(0, 20), slice(180, 200))
    )
    rows = [
        ("Training", f"{theirs['training_s']:.0f} s", f"{mine['training_s']:.0f} s"),
        ("Ready, from start to first answer", f"{theirs['ready_s']:.1f} s", f"{mine['ready_s']:.1f} s"),
        ("Memory after the run", f"{theirs['memory_mb']:.0f} MB", f"{mine['memory_mb']:.0f} MB"),
        (
            f"REST, {PEOPLE} people at once",
            f"{theirs['per_second']:.0f} messages/s",
            f"{mine['per_second']:.0f} messages/s ({mine['times']:.1f} times)",
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
messages are typed, half tapped. Both servers run at once and are asked in turns, {ROUNDS} rounds each; the numbers are
medians of the rounds, and "times" is the median of each round's quotient. "In process" is one answer to a questionnaire
item through gateway, Rasa, engine and database, without HTTP, in {TALKS} conversations of 200 answers.
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
        environment = {"UYARIQ_HOME": str(folder / "home")}
        trained = vanilla(folder / "vanilla"), ours(environment)
        theirs, mine = side_by_side(folder / "vanilla", environment)
        theirs["training_s"], mine["training_s"] = trained
        talks = [answer_times(folder / f"in-process-{n}", 200) for n in range(TALKS)]
    page = report(theirs, mine, talks)
    place = ROOT / "docs" / "benchmarks.md"
    # Other measurements have parts of their own behind this one.
    _, heading, others = place.read_text(encoding="utf-8").partition("\n## ")
    place.write_text(f"{page}{heading}{others}", encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
