"""Databases for all tests: a SQLite file, and a PostgreSQL server of our own that lives as long as the test run."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, text

from actions import context as parts_of_actions
from followup.database import Database, open_database
from followup.models import METADATA

KEY = bytes(range(32))
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)
"""A Monday, ten in the morning in Lima."""
WITHOUT_POSTGRESQL = "sin pruebas en PostgreSQL: falta el servidor; instálelo con `apt-get install postgresql`"


_numbers = count(1)


@dataclass(frozen=True)
class PostgresServer:
    """A running server; `template` is a database that already has our tables."""

    port: int
    template: str

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg2://uyariq@127.0.0.1:{self.port}/{database}"

    def command(self, sql: str) -> None:
        """Run a statement that cannot be part of a transaction."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", future=True)
        with engine.connect() as conn:
            conn.execute(text(sql))
        engine.dispose()


def _binaries() -> Path | None:
    """Where initdb and pg_ctl are: on the path, or where Debian puts them; the newest version."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


def _unprivileged() -> str | None:
    """Whom PostgreSQL runs as: it refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(user: str | None, *arguments: str) -> None:
    command = ["runuser", "-u", user, "--", *arguments] if user else list(arguments)
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} failed: {done.stderr[-500:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own on a free port. Without one its tests are left out; with CI set they fail."""
    place = _binaries()
    if place is None:
        pytest.fail(WITHOUT_POSTGRESQL) if os.environ.get("CI") else pytest.skip(WITHOUT_POSTGRESQL)
    user, port = _unprivileged(), _free_port()
    folder = Path(tempfile.mkdtemp(prefix="uyariq-pg-"))
    if user:
        shutil.chown(folder, user)
    data = str(folder / "data")
    try:
        choices = "-U", "uyariq", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        _run(user, str(place / "initdb"), "-D", data, *choices)
        settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60"
        _run(user, str(place / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", settings, "start")
        try:
            server = PostgresServer(port, "uyariq_template")
            server.command(f"CREATE DATABASE {server.template}")
            _migrate(server.url(server.template))
            yield server
        finally:
            _run(user, str(place / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _migrate(url: str) -> None:
    database = open_database(url, KEY)
    database.migrate()
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that already has our tables."""
    path = tmp_path_factory.mktemp("template") / "uyariq.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of a SQLite file with our tables and nothing in them."""
    path = tmp_path / "uyariq.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def _shared_postgres_url(postgres_server: PostgresServer) -> str:
    postgres_server.command(f"CREATE DATABASE shared TEMPLATE {postgres_server.template}")
    return postgres_server.url("shared")


@pytest.fixture
def postgres_url(_shared_postgres_url: str) -> str:
    """The address of a PostgreSQL database with our tables and nothing in them; the next test gets it emptied."""
    engine = create_engine(_shared_postgres_url, future=True)
    with engine.begin() as conn:
        for table in reversed(METADATA.sorted_tables):
            if table.name != "vault_check":
                conn.execute(delete(table))
    engine.dispose()
    return _shared_postgres_url


@pytest.fixture
def new_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a PostgreSQL database without any table, for this test alone."""
    name = f"test_{next(_numbers)}"
    postgres_server.command(f"CREATE DATABASE {name}")
    yield postgres_server.url(name)
    postgres_server.command(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    return str(request.getfixturevalue("new_postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database with our tables, once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database, once on SQLite and once on PostgreSQL."""
    opened = open_database(database_url, KEY)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """An empty database on SQLite."""
    opened = open_database(sqlite_url, KEY)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _parts_of_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test gives the actions to work with is taken back after it: the next one may share the process."""
    monkeypatch.setattr(parts_of_actions, "_current", parts_of_actions._current)


@pytest.fixture
def now() -> datetime:
    """A Monday, ten in the morning in Lima."""
    return NOW
