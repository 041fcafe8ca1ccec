"""The work list over a million people on PostgreSQL: `python -m tests.bench.worklist [people]`.

Fills a server of its own by COPY, asks for every view of the list as the console does, and writes its section of
docs/benchmarks.md. Times are wall-clock on this machine; the bar is the 95th percentile of the whole answer.
"""

from __future__ import annotations

import io
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import psutil
import psycopg2
from sqlalchemy import text
from starlette.testclient import TestClient

from console.app import create_app
from console.view import View
from console.worklist import _cards_of
from followup import staff
from followup.clocks import tick
from followup.database import Database, open_database
from screening.reader import read_folder
from tests.conftest import _binaries, _free_port, _run, _unprivileged
from tests.console.people import PASSWORD, csrf_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- work list: begin -->", "<!-- work list: end -->"
PEOPLE = 1_000_000
OPEN_SHARE = 0.1
ROUNDS = 20
BAR_MS = 50
FILLED = ("patient", "task", "contact_preference")
BOARD = "the supervisor's board"
Times = dict[str, list[float]]
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=timezone.utc)
PRIORITIES = (("stat", 0), ("asap", 1), ("urgent", 2), ("routine", 3))
WEIGHTS = (1, 4, 25, 70)
LANGUAGES = (("es", None), ("qu", "quy"), ("qu", "quz"), ("qu", None))
VIEWS = {
    "what can be done now": "",
    "in crisis": "ver=crisis",
    "due today": "ver=due",
    "later": "ver=later",
    "agreed": "ver=agreed",
    "closed": "ver=closed",
    "mine": "mios=1",
    "late": "vencidos=1",
    "Quechua collao": "idioma=quz",
    "a department": "lugar=05",
    "a district, in Quechua": "lugar=050401&idioma=qu",
    "no telephone, third attempt": "telefono=no&intento=3",
    "visits, fourth attempt": "tipo=community_visit&intento=4",
    "tenth page": "ver=later&pagina=10",
}


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL with its usual settings, without fsync; the address of an empty database."""
    place, user, port = _binaries(), _unprivileged(), _free_port()
    if place is None:
        raise SystemExit("PostgreSQL is missing: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="uyariq-bench-"))
    if user:
        shutil.chown(folder, user)
    data = str(folder / "data")
    _run(user, str(place / "initdb"), "-D", data, "-U", "uyariq", "-A", "trust", "-E", "UTF8", "--no-sync")
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_wal_size=4GB"
    _run(user, str(place / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", settings, "start")
    try:
        yield f"postgresql+psycopg2://uyariq@127.0.0.1:{port}/postgres"
    finally:
        _run(user, str(place / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def fill(url: str, people: int, districts: list[str]) -> float:
    """So many people, each with one case and an answer about voice messages. Seconds."""
    started = time.perf_counter()
    chance = random.Random(20261125)
    with psycopg2.connect(url.replace("+psycopg2", "")) as conn, conn.cursor() as cursor, _without_indexes(cursor):
        for first in range(0, people, 100_000):
            _copy_part(cursor, chance, range(first, min(people, first + 100_000)), districts)
    vacuum = psycopg2.connect(url.replace("+psycopg2", ""))
    vacuum.autocommit = True
    vacuum.cursor().execute("VACUUM ANALYZE")
    vacuum.close()
    return time.perf_counter() - started


@contextmanager
def _without_indexes(cursor: Any) -> Iterator[None]:
    """Indexes are made when the rows are there, and keys of other tables are not looked up row by row."""
    cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '256MB'")
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)", (list(FILLED),))
    indexes = [(name, made) for name, made in cursor.fetchall() if not name.startswith("pk_")]
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _, made in indexes:
        cursor.execute(made)


def _copy_part(cursor: Any, chance: random.Random, numbers: range, districts: list[str]) -> None:
    patients, tasks, preferences = io.StringIO(), io.StringIO(), io.StringIO()
    for number in numbers:
        priority, order = chance.choices(PRIORITIES, WEIGHTS)[0]
        language, variety = chance.choices(LANGUAGES, (75, 10, 12, 3))[0]
        district, phone = chance.choice(districts), "t" if chance.random() < 0.9 else "f"
        created = NOW - timedelta(minutes=chance.randrange(60 * 24 * 365))
        person = f"{number:08x}-0000-4000-8000-000000000000"
        patients.write(f"{person}\t{created}\t{language}\t{variety or chr(92) + 'N'}\t{district}\t{phone}\t{order}\n")
        is_open = chance.random() < OPEN_SHARE
        tasks.write(_task_line(chance, number, person, priority, order, language, variety, district, phone, is_open))
        if is_open:
            preferences.write(f"{person}\tvoicemail\tno\t{created}\tt\n")
    _copy(cursor, "patient", "id,created_at,language,variety,district,has_phone,risk_order", patients)
    columns = "id,patient_id,kind,status,priority,risk_order,created_at,due_at,closed_at,not_before,attempts,agreed,"
    columns += "reasons,rule,language,variety,district,has_phone"
    _copy(cursor, "task", columns, tasks)
    _copy(cursor, "contact_preference", "patient_id,field,value,at,current", preferences)


def _task_line(
    chance: random.Random,
    number: int,
    person: str,
    priority: str,
    order: int,
    language: str,
    variety: str | None,
    district: str,
    phone: str,
    is_open: bool,
) -> str:
    """Open cases fell due up to a day ago or will within a month; one in twenty waits for an agreed hour."""
    none = "\\N"
    due = NOW + timedelta(minutes=chance.randrange(-60 * 24, 60 * 24 * 30))
    created = min(due, NOW) - timedelta(hours=chance.randrange(1, 48))
    closed = none if is_open else str(NOW - timedelta(minutes=chance.randrange(60 * 24 * 365)))
    agreed = is_open and chance.random() < 0.05
    waits = str(NOW + timedelta(hours=chance.randrange(1, 200))) if agreed else none
    kind = "crisis" if order == 0 else chance.choices(("callback", "referral", "community_visit"), (80, 15, 5))[0]
    status = ("on-hold" if agreed else "requested") if is_open else "completed"
    fields = [f"{number:08x}-0000-4000-8000-000000000001", person, kind, status, priority, str(order), str(created)]
    fields += [str(due), closed, waits, str(chance.choice((0, 0, 0, 1, 2, 3))), "agreed_to_attend" if agreed else none]
    fields += ['["asked_for_call"]', "bench", language, variety or none, district, phone]
    return "\t".join(fields) + "\n"


def _copy(cursor: Any, table: str, columns: str, rows: io.StringIO) -> None:
    rows.seek(0)
    cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", rows)


class _Silent:
    """No conversation is held here."""

    async def send(self, person: str, **_: Any) -> list[dict[str, Any]]:
        """Nothing is said."""
        return []


def browser(database: Database, library: Any) -> TestClient:
    """A counselor's browser, signed in."""
    with database.begin() as conn:
        staff.add(conn, "ana", "Ana", PASSWORD, "supervisor", NOW, view_pii=True, languages=("es", "qu"))
    client = TestClient(create_app(database, _Silent(), library=library, now=lambda: NOW), follow_redirects=False)
    form = {"csrf": csrf_of(client.get("/login").text), "usuario": "ana", "clave": PASSWORD}
    client.post("/login", data=form)
    return client


def measure(ask: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of each round, after one that warms up."""
    ask()
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        found.append((time.perf_counter() - started) * 1000)
    return found


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def lists(database: Database, library: Any) -> dict[str, list[float]]:
    """Times of the list by view: 40 cards out of the database, with what each must warn of."""
    places = {place.ubigeo: place for place in library.places}
    visit: Any = SimpleNamespace(now=NOW)
    with database.read() as conn:
        viewer = staff.everyone(conn)[0].id

    def ask(view: View) -> None:
        with database.read() as conn:
            _cards_of(conn, visit, view, view.filters(viewer))

    return {name: measure(partial(ask, View.of_query(dict(parse_qsl(q)), places))) for name, q in VIEWS.items()}


def processor_ms(database: Database, library: Any) -> float:
    """Processor time that one list takes on both sides, on average: what a busy machine does not stretch."""
    with database.read() as conn:
        backend = psutil.Process(conn.execute(text("SELECT pg_backend_pid()")).scalar_one())
    before = time.process_time() + sum(backend.cpu_times()[:2])
    asked = sum(len(times) + 1 for times in lists(database, library).values())
    return (time.process_time() + sum(backend.cpu_times()[:2]) - before) / asked * 1000


def answers(client: TestClient) -> dict[str, list[float]]:
    """Times of the whole answer by view: session, list, counts of all sections, words and page."""
    found = {}
    for name, query in VIEWS.items():
        address = f"/lista/tarjetas?{query}"
        assert client.get(address).status_code == 200
        found[name] = measure(partial(client.get, address))
    return found | {BOARD: measure(partial(client.get, "/supervision/tarjetas"))}


def one_look(database: Database) -> float:
    """Milliseconds of one look of the clock, after the first, which has a backlog."""

    def look() -> None:
        with database.begin() as conn:
            tick(conn, NOW)

    for _ in range(30):
        look()
    return statistics.median(measure(look, 5))


def report(people: int, seconds: float, listed: Times, used: float, answered: Times, look: float) -> str:
    """The section for docs/benchmarks.md."""
    every = [one for times in listed.values() for one in times]
    rows = "\n".join(f"| {name} | {_cell(listed.get(name))} | {_cell(answered[name])} |" for name in answered)
    load = os.getloadavg()[1]
    return f"""{BEGIN}
## The work list

Measured by `python -m tests.bench.worklist` on {time.strftime("%Y-%m-%d")}: {people:,} people with one case each,
{OPEN_SHARE:.0%} of them open, PostgreSQL on the same machine (filled by COPY in {seconds:.0f} s); {ROUNDS} of each,
while the machine had a load of {load:.1f} on {os.cpu_count()} cores. "List" is 40 cards out of the database, with what
each must warn of; "whole answer" is what a browser gets every few seconds: session, list, counts, words and page.

| view | list: median, 95th percentile | whole answer: median, 95th percentile |
|---|---|---|
{rows}

The list, all views together: 95th percentile **{p95(every):.0f} ms** (bar: {BAR_MS} ms); it takes
{used:.1f} ms of processor time, console and server together. One look of the clock, which runs twice a minute, takes
{look:.0f} ms.
{END}
"""


def _cell(times: list[float] | None) -> str:
    return f"{statistics.median(times):.0f} ms, {p95(times):.0f} ms" if times else "-"


def write(section: str) -> None:
    """Put the section in the place of its last one, or at the end."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else "# Benchmarks\n"
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
        seconds = fill(url, people, [place.ubigeo for place in library.places])
        print(f"filled in {seconds:.0f} s", flush=True)
        client = browser(database, library)
        listed = lists(database, library)
        used = processor_ms(database, library)
        section = report(people, seconds, listed, used, answers(client), one_look(database))
        database.close()
    write(section)
    print(section)


if __name__ == "__main__":
    main()
