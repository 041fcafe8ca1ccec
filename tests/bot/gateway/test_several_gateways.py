"""Several gateways on one PostgreSQL database: no message is taken twice, and each person is answered in order."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.gateway.holds import AdvisoryHolds
from bot.gateway.identity import Identity
from bot.gateway.incoming import Incoming
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from followup.database import open_database
from tests.emulators.telegram_server import TOKEN, TelegramServer, telegram_server

pytestmark = pytest.mark.postgres
SECRET = bytes(range(32))
PEOPLE, EACH, FIRST = 10, 12, 601
NAMES = ("uno", "dos")


@pytest.fixture
def engine(new_postgres_url: str) -> Iterator[Engine]:
    """A database of its own, with a place to write down who took what."""
    database = open_database(new_postgres_url, SECRET)
    with database.writer.begin() as conn:
        conn.execute(sa.text("CREATE TABLE taken (id text, name text)"))
        conn.execute(sa.text("CREATE TABLE ready (name text)"))
    yield database.writer
    database.close()


@contextmanager
def gateways(url: str, server: TelegramServer) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two of them at once."""
    script = str(Path(__file__).with_name("shared_work.py"))
    running = [subprocess.Popen([sys.executable, script, url, server.address, TOKEN, name]) for name in NAMES]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait()


def test_two_gateways_take_each_message_once_and_in_order(engine: Engine, new_postgres_url: str) -> None:
    """Both look at the same inbox all the time; one is killed in the middle, and the other goes on with its people."""
    store, identity = Store(engine, Seal(SECRET)), Identity(SECRET)
    with telegram_server() as server:
        with gateways(new_postgres_url, server) as running:
            _until(lambda: _ready(engine) == set(NAMES))
            for number in range(EACH):
                for person in range(FIRST, FIRST + PEOPLE):
                    message = Incoming("telegram", f"{person}-{number}", str(person), "text", f"mensaje {number}")
                    store.keep([(identity.conversation("telegram", str(person)), message)], datetime.now(timezone.utc))
                if number == EACH // 2:
                    _until(lambda: {name for _, name in _taken(engine)} == set(NAMES))
                    running[0].kill()
                time.sleep(0.05)
            _until(lambda: store.waiting() == [])
        said = [[one["text"] for one in server.messages(FIRST + person)] for person in range(PEOPLE)]
    wanted = [f"oí mensaje {number}" for number in range(EACH)]
    assert [list(dict.fromkeys(texts)) for texts in said] == [wanted] * PEOPLE
    # Killed with a reply or a message in hand, the other takes it up once more; else nothing comes twice.
    assert sum(len(texts) for texts in said) <= PEOPLE * EACH + PEOPLE
    times = Counter(message for message, _ in _taken(engine))
    assert len(times) == PEOPLE * EACH
    assert sum(count - 1 for count in times.values()) <= PEOPLE
    assert {name for _, name in _taken(engine)} == set(NAMES)


def test_a_hold_is_given_back_by_who_dies(engine: Engine) -> None:
    """While one gateway has a conversation no other gets it; when its connection ends, it is free at once."""
    first, second = AdvisoryHolds(engine), AdvisoryHolds(engine)
    assert first.take("telegram-ana")
    assert not second.take("telegram-ana")
    assert second.take("telegram-beto")
    first.give_back("telegram-ana")
    assert second.take("telegram-ana")
    second.close()
    _until(lambda: first.take("telegram-ana"))
    assert first.take("telegram-beto")
    first.close()


def _taken(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as conn:
        return [(row.id, row.name) for row in conn.execute(sa.text("SELECT id, name FROM taken"))]


def _ready(engine: Engine) -> set[str]:
    with engine.connect() as conn:
        return set(conn.execute(sa.text("SELECT name FROM ready")).scalars())


def _until(done) -> None:  # type: ignore[no-untyped-def]
    until = time.monotonic() + 60
    while not done():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.05)


def test_gateways_that_start_together_make_their_tables_once(new_postgres_url: str) -> None:
    """On an empty database nobody has to start first."""
    databases = [open_database(new_postgres_url, SECRET) for _ in range(6)]
    with ThreadPoolExecutor(len(databases)) as together:
        stores = list(together.map(lambda one: Store(one.writer, Seal(SECRET)), databases))
    assert [store.waiting() for store in stores] == [[]] * len(databases)
    for database in databases:
        database.close()
