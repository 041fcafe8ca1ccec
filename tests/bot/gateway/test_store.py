"""Inbox and outbox on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest

from bot.gateway.incoming import Incoming
from bot.gateway.seal import Seal
from bot.gateway.store import FAILED, NEVER, Store
from bot.gateway.tables import metadata
from followup.database import open_database

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)
ANA = "telegram-ana"
SEAL = Seal(bytes(range(32)))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store on each database."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    database = open_database(request.getfixturevalue(name), bytes(range(32)))
    yield Store(database.writer, SEAL)
    metadata.drop_all(database.writer)
    database.close()


def message(event_id: str, text: str = "hola", **more: str) -> tuple[str, Incoming]:
    return ANA, Incoming("telegram", event_id, "1", "text", text, **more)


def test_a_message_is_kept_once_and_its_place_with_it(store: Store) -> None:
    """The same event again changes nothing; where to read on is written in the same transaction."""
    assert store.keep([message("1"), message("2")], NOW, ("telegram", 2)) == 2
    assert store.keep([message("2"), message("3")], NOW, ("telegram", 3)) == 1
    assert store.position("telegram") == 3
    assert store.position("whatsapp") == 0


def test_messages_are_answered_in_order_and_their_words_forgotten(store: Store) -> None:
    """The oldest comes first; once it is done, nothing of what was written stays."""
    store.keep([message("1", "uno"), message("2", "dos")], NOW)
    first = store.next_received(ANA)
    assert first is not None
    assert first.message.text == "uno"
    store.answered(first, [{"text": "sí"}, {"text": "¿y?"}], NOW)
    second = store.next_received(ANA)
    assert second is not None
    assert second.message.text == "dos"
    outgoing = store.next_outgoing(ANA)
    assert outgoing is not None
    assert outgoing.bubble == {"text": "sí"}
    with store._engine.connect() as conn:
        bodies = conn.exec_driver_sql("SELECT body FROM gateway_inbox ORDER BY number").scalars().all()
    assert bodies[0] is None


def test_a_bubble_waits_as_long_as_it_must(store: Store) -> None:
    """Its time and the number of tries are kept; afterwards it can be sent."""
    store.put(ANA, [{"text": "sí"}], NOW)
    outgoing = store.next_outgoing(ANA)
    assert outgoing is not None
    store.later(outgoing, "429", NOW, 90)
    waiting = store.next_outgoing(ANA)
    assert waiting is not None
    assert (waiting.tries, waiting.not_before) == (1, NOW + timedelta(seconds=90))
    store.sent(waiting, "77")
    assert store.next_outgoing(ANA) is None
    assert store.waiting() == []


def test_the_last_buttons_can_be_taken_once(store: Store) -> None:
    """Only the newest message with buttons is remembered."""
    store.put(ANA, [{"text": "¿?", "buttons": [{"title": "Sí", "payload": "x"}]}], NOW)
    outgoing = store.next_outgoing(ANA)
    assert outgoing is not None
    store.sent(outgoing, "77")
    assert store.take_buttons(ANA) == "77"
    assert store.take_buttons(ANA) is None


def test_somebody_unreachable_is_reachable_when_they_write(store: Store) -> None:
    """What waited is given up, and the next message opens the way."""
    store.put(ANA, [{"text": "¿sigue ahí?"}], NOW)
    store.unreachable(ANA, "403")
    assert store.counts() == {"received": 0, "failed": 0, "to_send": 0, "dead": 1, "unreachable": 1}
    store.keep([message("9")], NOW)
    assert store.counts()["unreachable"] == 0
    assert store.heard_at(ANA) == NOW
    assert store.heard_at("telegram-nobody") == NEVER


def test_the_first_campaign_is_kept(store: Store) -> None:
    """The link that brought a person stays, whatever link they follow later."""
    store.keep([message("1", source="ayacucho-radio")], NOW)
    store.keep([message("2", source="otra")], NOW)
    with store._engine.connect() as conn:
        assert conn.exec_driver_sql("SELECT source FROM gateway_contact").scalar() == "ayacucho-radio"


def test_old_rows_go_and_failures_stay(store: Store) -> None:
    """What was done is forgotten after its time; what failed stays until somebody has seen it."""
    store.keep([message("1"), message("2")], NOW)
    first = store.next_received(ANA)
    assert first is not None
    store.answered(first, [{"text": "sí"}], NOW)
    second = store.next_received(ANA)
    assert second is not None
    store.answered(second, [], NOW, FAILED)
    outgoing = store.next_outgoing(ANA)
    assert outgoing is not None
    store.sent(outgoing, "77")
    assert store.forget(NOW + timedelta(days=9)) == 2
    assert store.counts()["failed"] == 1


def test_erasing_leaves_only_the_ids_of_events(store: Store) -> None:
    """Nothing of the person stays, and a late repetition of an old message does not bring them back."""
    store.keep([message("1")], NOW)
    store.put(ANA, [{"text": "sí"}], NOW)
    store.erase(ANA)
    assert store.waiting() == []
    assert store.keep([message("1")], NOW) == 0
