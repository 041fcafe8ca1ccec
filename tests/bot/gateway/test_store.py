"""Inbox and outbox on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from bot.gateway.alerts import Alerts
from bot.gateway.board import Board
from bot.gateway.incoming import Incoming
from bot.gateway.seal import Seal
from bot.gateway.store import FAILED, NEVER, Store
from bot.gateway.tables import contact, farewell, inbox, metadata, note, outbox
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
    with store.engine.connect() as conn:
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


def test_the_last_buttons_are_known_until_the_next_message_is_answered(store: Store) -> None:
    """Only the newest message with buttons is remembered; taken away once, they are not asked for again."""
    store.put(ANA, [{"text": "¿?", "buttons": [{"title": "Sí", "payload": "x"}]}], NOW)
    outgoing = store.next_outgoing(ANA)
    assert outgoing is not None
    store.sent(outgoing, "77")
    store.keep([message("1")], NOW)
    received = store.next_received(ANA)
    assert received is not None
    assert store.buttons_on(ANA) == "77"
    store.answered(received, [], NOW)
    assert store.buttons_on(ANA) is None


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
    with store.engine.connect() as conn:
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


def test_who_asks_to_be_forgotten_is_so_once_they_were_told(store: Store) -> None:
    """The last words go out first; then all channels of the person are emptied, whoever they are reached by."""
    other = "whatsapp-ana"
    store.keep([message("1"), (other, Incoming("whatsapp", "2", "2", "text", "hola"))], NOW)
    for conversation in (other, ANA):
        received = store.next_received(conversation)
        assert received is not None
        forget = {"forget": [ANA, other]} if conversation == ANA else {}
        voice = {"voice": {"context": "c", "language": "es", "question": True}}
        store.answered(received, [{"text": "borrado", "buttons": [], **voice, **forget}], NOW)
    assert store.leave() == 0
    for conversation in (ANA, other):
        outgoing = store.next_outgoing(conversation)
        assert outgoing is not None
        store.sent(outgoing, "5")
    assert store.leave() == 2
    with store.engine.connect() as conn:
        for table in (inbox, outbox, contact, note, farewell):
            assert conn.execute(sa.select(table).where(table.c.conversation != "")).all() == []
    assert store.keep([message("1")], NOW) == 0


def test_a_dead_letter_keeps_its_words_for_its_time_only(store: Store) -> None:
    """Staff may send it again; then its words go, and what it was counted for stays."""
    store.put(ANA, [{"text": "uno"}, {"text": "dos"}], NOW)
    outgoing = store.next_outgoing(ANA)
    assert outgoing is not None
    store.dead(outgoing, "400")
    store.unreachable(ANA, "403")
    board = Board(store.engine)
    assert [(one.reason, one.can_retry) for one in board.dead_letters()] == [("403", True), ("400", True)]
    assert board.retry(outgoing.number)
    again = store.next_outgoing(ANA)
    assert again is not None
    assert (again.bubble["text"], again.tries) == ("uno", 0)
    store.dead(again, "400")
    store.forget(NOW + timedelta(days=1))
    assert [one.can_retry for one in board.dead_letters()] == [False, False]
    assert not board.retry(outgoing.number)
    assert board.figures(NOW).dead == {("telegram", "400"): 1, ("telegram", "403"): 1}
    assert board.put_away(outgoing.number)
    assert store.counts()["dead"] == 1


def test_an_alert_outlives_the_process_that_found_it(store: Store) -> None:
    """A token that was refused before a restart is refused until the platform takes us again."""
    first = Alerts(store.engine, lambda: NOW)
    first["telegram"] = "token"
    second = Alerts(store.engine, lambda: NOW)
    second.recall("telegram")
    assert second == {"telegram": "token"}
    assert Board(store.engine).figures(NOW).refused == {"telegram": ("token", NOW)}
    second.settled("telegram")
    assert Board(store.engine).figures(NOW).refused == {}
    third = Alerts(store.engine, lambda: NOW)
    third.recall("telegram")
    assert third == {}
