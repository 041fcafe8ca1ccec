"""A database that is away must not keep help from a person in danger, nor let anybody meet silence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import context as parts
from actions.crisis import ActionCrisis, ActionCrisisHelp
from actions.form import ValidateScreeningForm
from followup.database import Database, open_database
from followup.spool import Spool
from screening.calendar import AlwaysOpen
from screening.engine import Engine
from screening.reader import load_library
from uyariq.ids import session_id

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=timezone.utc)
KEY = bytes(range(32))


class Away:
    """A database whose server does not answer."""

    def session(self, *_: object) -> None:
        raise ConnectionError("no route to the server")

    @contextmanager
    def turn(self, *_: object, **__: object) -> Iterator[Any]:
        raise ConnectionError("no route to the server")
        yield


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = open_database(f"sqlite:///{tmp_path / 'uyariq.db'}", KEY)
    opened.migrate()
    return opened


@pytest.fixture
def spool(tmp_path: Path, database: Database) -> Spool:
    return Spool(tmp_path / "spool", database.vault)


@pytest.fixture
def _away(spool: Spool) -> None:
    library = load_library(Path("screening_rules"))
    parts.configure(
        parts.Context(
            engine=Engine(library, AlwaysOpen()),
            library=library,
            database=Away(),  # type: ignore[arg-type]
            spool=spool,
            session_id=session_id,
            now=lambda: NOW,
        )
    )


def tracker(intent: str, risk: list[dict[str, str]] | None = None) -> Tracker:
    message = {"text": "…", "intent": {"name": intent, "confidence": 1.0}, "entities": [], "risk": risk or []}
    events = [
        {"event": "action", "name": "action_listen"},
        {"event": "user", "message_id": "m1", "input_channel": "web"},
        {"event": "action", "name": "screening_form"},
    ]
    return Tracker("web-abc", {}, message, events, False, None, {}, "action_listen")


SUICIDE = [{"code": "suicide", "level": "crisis", "id": "R-ES-001"}]


@pytest.mark.usefixtures("_away")
def test_help_goes_out_although_nothing_can_be_read() -> None:
    """The first bubbles of the crisis flow are said, with a number to call."""
    said = CollectingDispatcher()
    ActionCrisisHelp().run(said, tracker("crisis_suicide", SUICIDE), {})
    contexts = [message["say"]["context"] for message in said.messages]
    assert contexts[0] == "crisis_suicide.help.0"
    assert any("crisis_call" in (message["say"]["fields"] or {}) for message in said.messages)


@pytest.mark.usefixtures("_away")
def test_crisis_that_cannot_be_recorded_is_spooled_and_written_later(spool: Spool, database: Database) -> None:
    """Nobody is forgotten: when the database is back, the task stands on the list."""
    from followup.worklist import open_tasks

    ActionCrisis().run(CollectingDispatcher(), tracker("crisis_suicide", SUICIDE), {})
    assert spool.waiting() == 1
    assert spool.retry(database) == 1
    with database.read() as conn:
        (card,) = open_tasks(conn, NOW)
    assert card.risk == "crisis"


@pytest.mark.usefixtures("_away")
def test_answer_that_cannot_be_kept_is_not_pretended_to_be_kept(spool: Spool) -> None:
    """Outside danger the turn fails as a whole, so that the person is told to send it again."""
    with pytest.raises(ConnectionError):
        ValidateScreeningForm().run(CollectingDispatcher(), tracker("affirm"), {})
    assert spool.waiting() == 0
