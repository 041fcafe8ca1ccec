"""Who asks where to go hears the numbers, and the centre near them where the directory surely knows one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import context as parts
from actions.flows import ActionServices
from followup import health_centres
from followup.centre_file import read_centres
from followup.database import Database, open_database
from followup.referral_rules import referral_rules
from followup.spool import Spool
from screening import events as said
from screening.calendar import AlwaysOpen
from screening.engine import Engine
from screening.reader import load_library
from uyariq.ids import session_id

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=timezone.utc)
SAMPLE = Path(__file__).parents[1] / "followup" / "centros_ejemplo.csv"
LIBRARY = load_library(Path("screening_rules"))
PLACES = {place.ubigeo for place in LIBRARY.places}


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Empty, in its newest form."""
    opened = open_database(f"sqlite:///{tmp_path / 'uyariq.db'}", bytes(range(32)))
    opened.migrate()
    return opened


@pytest.fixture
def ask(database: Database, tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """Somebody of a district asks where to go; what is said to them."""

    def go(district: str | None, at: datetime = NOW) -> list[dict[str, Any]]:
        parts.configure(
            parts.Context(
                engine=Engine(LIBRARY, AlwaysOpen()),
                library=LIBRARY,
                database=database,
                spool=Spool(tmp_path / "spool", database.vault),
                session_id=session_id,
                now=lambda: at,
            )
        )
        with database.turn(f"web-{district}", "m1", at) as turn:
            turn.record([said.ConsentGiven(at=at, kind="screening", version="1")])
            if district:
                turn.record([said.ProfileAnswered(at=at, field="district", value=district)])
        dispatcher = CollectingDispatcher()
        ActionServices().run(dispatcher, Tracker(f"web-{district}", {}, {}, [], False, None, {}, "action_listen"), {})
        return list(dispatcher.messages)

    return go


def bring_in(database: Database) -> None:
    """The made-up centres of the sample file."""
    centres, problems = read_centres(SAMPLE.read_bytes(), PLACES, referral_rules().services, NOW.date())
    assert problems == []
    with database.begin() as conn:
        health_centres.import_centres(conn, centres, NOW, by=None)


def named(messages: list[dict[str, Any]]) -> list[str]:
    """Responses that were said, with the centre where one is named."""
    return [str(message) for message in messages if "utter_nearest_centre" in str(message)]


def test_the_centre_of_the_district_is_named(database: Database, ask: Any) -> None:
    """After the numbers, with its address."""
    bring_in(database)
    messages = ask("150110")
    assert len(messages) == 2
    (near,) = named(messages)
    assert "EJEMPLO Centro de Salud Mental Comunitario A (inventado), Calle de ejemplo 1" in near


def test_without_a_directory_a_district_or_a_near_centre_only_the_numbers_are_said(
    database: Database, ask: Any
) -> None:
    """Nothing is named rather than something wrong."""
    assert named(ask("150110")) == []
    bring_in(database)
    assert named(ask(None)) == []
    assert named(ask("210101")) == []


def test_an_entry_past_its_review_is_not_named(database: Database, ask: Any) -> None:
    """Two years later nobody has checked any of them."""
    bring_in(database)
    assert named(ask("150110", NOW.replace(year=2028))) == []


def test_a_database_that_is_away_does_not_keep_the_numbers_back(database: Database, ask: Any, monkeypatch: Any) -> None:
    """The first bubble is said all the same."""
    bring_in(database)

    def away(*_: object) -> None:
        raise ConnectionError("no route to the server")

    monkeypatch.setattr("actions.directory.nearest_for_conversation", away)
    messages = ask("150110")
    assert len(messages) == 1
    assert "utter_services" in str(messages[0])
