"""What it costs that a page asks every five seconds, on PostgreSQL: `python -m tests.bench.polling [people]`.

The same database as that of the work list, with the history of its cases; writes its section of docs/benchmarks.md.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from functools import partial
from typing import Any

import psutil
from sqlalchemy import text
from starlette.testclient import TestClient

from console.fresh import TIME_SHOWN
from followup.database import Database, open_database
from screening.reader import read_folder
from tests.bench.worklist import PAGE, ROOT, browser, fill, measure, p95, server

BEGIN, END = "<!-- polling: begin -->", "<!-- polling: end -->"
PEOPLE = 100_000
EVENTS = 5
"""Of each case, in its history."""
ROUNDS = 300
ADDRESS, SESSION = "/lista/tarjetas", "/sesion"


def add_history(database: Database) -> None:
    """Each case has been opened, taken, given back, …"""
    wanted = text(
        "INSERT INTO task_event (task_id, at, event, status, detail) "
        "SELECT id, created_at, 'created', 'requested', '{}' FROM task CROSS JOIN generate_series(1, :events)"
    )
    with database.begin() as conn:
        conn.execute(wanted, {"events": EVENTS})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("VACUUM ANALYZE task_event")


def asked(client: TestClient, address: str, headers: dict[str, str], status: int) -> Any:
    """One question of the page."""
    answer = client.get(address, headers=headers)
    assert answer.status_code == status
    return answer


def processor_ms(database: Database, ask: Any) -> float:
    """Processor time of one question, console and server together, on average."""
    with database.read() as conn:
        backend = psutil.Process(conn.execute(text("SELECT pg_backend_pid()")).scalar_one())
    before = time.process_time() + sum(backend.cpu_times()[:2])
    for _ in range(ROUNDS):
        ask()
    return (time.process_time() + sum(backend.cpu_times()[:2]) - before) / ROUNDS * 1000


def sent(answer: Any) -> int:
    """Bytes of an answer as they are sent: its lines, and what follows, compressed where it is long."""
    return int(answer.headers.get("content-length", 0)) + sum(
        len(name) + len(value) + 4 for name, value in answer.headers.items()
    )


def report(people: int, rows: dict[str, tuple[list[float], float, int]]) -> str:
    """The section for docs/benchmarks.md."""
    lines = "\n".join(
        f"| {name} | {statistics.median(times):.1f} ms, {p95(times):.1f} ms | {used:.1f} ms | {size:,} |"
        for name, (times, used, size) in rows.items()
    )
    return f"""{BEGIN}
## A page that asks every five seconds

Measured by `python -m tests.bench.polling` on {time.strftime("%Y-%m-%d")}: {people:,} people with one case each and
{EVENTS * people:,} events, PostgreSQL on the same machine, {ROUNDS} of each, through the whole console without a
network, while the machine had a load of {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.

| what the page gets | median, 95th percentile | processor time | bytes |
|---|---|---|---|
{lines}

As long as no case changes, all but one answer in {TIME_SHOWN} seconds are "nothing new"; then the part is made again,
because it also says how much time is left, and is sent only when it reads differently. Most of what the small answers
take is the client that asks, in the same process.
{END}
"""


def write(section: str) -> None:
    """Put the section in the place of its last one, or at the end."""
    page = PAGE.read_text(encoding="utf-8")
    before, found, rest = page.partition(BEGIN)
    after = rest.partition(END)[2].lstrip("\n") if found else ""
    PAGE.write_text(f"{before.rstrip()}\n\n{section}{after}", encoding="utf-8")


def main() -> None:
    """Fill, ask, write."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    library = read_folder(ROOT / "screening_rules")[0]
    with server() as url:
        database = open_database(url, bytes(range(32)))
        database.migrate()
        fill(url, people, [place.ubigeo for place in library.places])
        add_history(database)
        client = browser(database, library)
        whole = asked(client, ADDRESS, {}, 200)
        tag = {"If-None-Match": whole.headers["etag"]}
        kinds = {
            "the list": (ADDRESS, {}, 200),
            "nothing new (304)": (ADDRESS, tag, 304),
            "for comparison: whether the session lasts (204)": (SESSION, {}, 204),
        }
        rows = {}
        for name, (address, headers, status) in kinds.items():
            ask = partial(asked, client, address, headers, status)
            rows[name] = measure(ask, ROUNDS), processor_ms(database, ask), sent(ask())
        database.close()
    section = report(people, rows)
    write(section)
    print(section)


if __name__ == "__main__":
    main()
