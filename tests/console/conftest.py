"""A console with a scripted bot, a real database, and the people and staff of these tests."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import structlog
import uvicorn
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from console import failures
from console.app import create_app
from followup import staff
from followup.database import Database, open_database
from followup.staff import Practitioner
from screening.definitions import Library
from screening.reader import read_folder
from tests.console.people import PASSWORD, Clock, People, csrf_of

RULES = Path(__file__).parents[2] / "screening_rules"
KEY = bytes(range(32))


class ScriptedBot:
    """Writes down what it hears and answers what the test has set; a text named in `by_text` has its own answer."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str | None, str | None, str]] = []
        self.answers: list[dict[str, Any]] = [{"text": "Le escucho."}]
        self.by_text: dict[str, list[dict[str, Any]]] = {}
        self.failure: Exception | None = None

    async def send(
        self, person: str, *, text: str | None, payload: str | None, message_id: str
    ) -> list[dict[str, Any]]:
        """As the real one."""
        if self.failure:
            raise self.failure
        self.heard.append((person, text, payload, message_id))
        return self.by_text.get(text or payload or "", self.answers)


@pytest.fixture
def bot() -> ScriptedBot:
    """The bot behind the chat."""
    return ScriptedBot()


@pytest.fixture(scope="session")
def library() -> Library:
    """The rules of the repository; their own tests say whether they are right."""
    return read_folder(RULES)[0]


@pytest.fixture
def clock() -> Clock:
    """Wednesday morning in Lima, until a test moves it."""
    return Clock(datetime(2026, 11, 25, 15, 0, tzinfo=timezone.utc))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database file in its newest form, made once and copied by each test."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    opened = open_database(f"sqlite:///{path}", KEY, rules=RULES)
    opened.migrate()
    opened.close()
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty follow-up database."""
    path = shutil.copy(migrated, tmp_path / "uyariq.db")
    opened = open_database(f"sqlite:///{path}", KEY, rules=RULES)
    yield opened
    opened.close()


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed for real, but with the least work: the strength is tested where it is set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def make_app(bot: ScriptedBot, library: Library, database: Database, clock: Clock) -> Callable[..., Any]:
    """A console with settings of the test's own."""
    return lambda **options: create_app(database, bot, library=library, now=clock, **options)


@pytest.fixture
def make_client(make_app: Callable[..., Any]) -> Callable[..., TestClient]:
    """A client of such a console."""
    return lambda **options: TestClient(make_app(**options), follow_redirects=False)


@pytest.fixture
def client(make_client: Callable[..., TestClient]) -> Iterator[TestClient]:
    """A visitor without a session."""
    with make_client() as visitor:
        yield visitor


@pytest.fixture
def add_staff(database: Database, clock: Clock) -> Callable[..., Practitioner]:
    """Opens an account; the password is PASSWORD."""

    def add(username: str, role: str = "counselor", *, view_pii: bool = True, **more: Any) -> Practitioner:
        with database.begin() as conn:
            return staff.add(conn, username, username.capitalize(), PASSWORD, role, clock(), view_pii=view_pii, **more)

    return add


@pytest.fixture
def sign_in(make_client: Callable[..., TestClient]) -> Callable[[str], TestClient]:
    """Signs an account in and gives its browser."""

    def enter(username: str) -> TestClient:
        visitor = make_client()
        form = {"csrf": csrf_of(visitor.get("/login").text), "usuario": username, "clave": PASSWORD}
        answer = visitor.post("/login", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/inicio")
        return visitor

    return enter


@pytest.fixture
def people(database: Database, clock: Clock) -> People:
    """The named people of these tests; each comes into the database when a test asks for them."""
    return People(database, clock)


CHROMIUM = "/usr/bin/chromium"
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Server:
    """A console that a real browser can reach, on a free port of this machine."""

    def __init__(self, app: Any) -> None:
        # The web socket library that Rasa pins is too old for uvicorn's own; the console has no web sockets.
        config = uvicorn.Config(app, port=0, log_level="error", ws="none", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.02)
        self.address = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Stop listening."""
        self._server.should_exit = True
        self._thread.join(timeout=10)


@pytest.fixture
def serve() -> Iterator[Callable[[Any], Server]]:
    """Serves applications until the test ends."""
    running: list[Server] = []

    def start(app: Any) -> Server:
        running.append(Server(app))
        return running[-1]

    yield start
    for server in running:
        server.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real browser; only for modules without asyncio tests, as Playwright keeps a loop running in this thread."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing; install the package chromium")
        pytest.skip(f"{CHROMIUM} is missing; install the package chromium to run the browser tests")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_OPTIONS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens an address in a window of its own; errors in the page's scripts fail the test."""
    contexts: list[Any] = []
    errors: list[str] = []

    def open_address(address: str, width: int = 390, height: int = 844, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="es-PE", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
        page.goto(address)
        return page

    yield open_address
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def printed_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The console's log goes to the standard output of this test, however other tests of this process set it up."""
    before = structlog.get_config()
    structlog.reset_defaults()
    monkeypatch.setattr(failures, "log", structlog.get_logger())
    yield
    structlog.configure(**before)
