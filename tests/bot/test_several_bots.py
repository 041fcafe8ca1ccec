"""Several bots share people: one turn of a person at a time, and none remembers what another has changed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from rasa.core.lock_store import InMemoryLockStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.agent import DialogueAgent
from bot.tracker_store import ShortTrackerStore
from tests.emulators.redis_server import redis_server
from uyariq.errors import UsageError
from uyariq.locks import lock_store


async def test_two_bots_wait_for_each_other() -> None:
    """Five turns of one person, handled by two bots in turns, never at the same time; other people need not wait."""
    with redis_server() as address:
        bots = [DialogueAgent(lock_store=lock_store(address)) for _ in range(2)]
        busy: set[str] = set()

        async def turn(number: int, person: str) -> None:
            async with bots[number % 2]._among_bots(person):
                assert person not in busy
                busy.add(person)
                await asyncio.sleep(0.02)
                busy.discard(person)

        for number in range(5):
            # One after the other begins: the tickets of Rasa's locks are not drawn in one step.
            task = asyncio.create_task(turn(number, "ana"))
            other = asyncio.create_task(turn(number + 1, f"beto-{number}"))
            await asyncio.sleep(0.005)
            await asyncio.gather(task, other)


async def test_a_held_lock_keeps_the_other_bot_waiting() -> None:
    """Until it is given back."""
    with redis_server() as address:
        first, second = (DialogueAgent(lock_store=lock_store(address)) for _ in range(2))
        order: list[str] = []

        async def later() -> None:
            async with second._among_bots("ana"):
                order.append("second")

        async with first._among_bots("ana"):
            waiting = asyncio.create_task(later())
            await asyncio.sleep(0.3)
            order.append("first")
        await waiting
    assert order == ["first", "second"]


async def test_without_the_server_of_the_locks_people_are_answered() -> None:
    """A lock that cannot be had keeps nobody from an answer: the database still takes each message once."""
    bot = DialogueAgent(lock_store=lock_store("redis://127.0.0.1:9/0"))
    async with bot._among_bots("ana"):
        pass


async def test_a_shared_store_remembers_nothing_itself(tmp_path: Path) -> None:
    """What the other bot wrote last is what counts."""
    domain = Domain.from_dict({"slots": {"language": {"type": "any", "mappings": [{"type": "custom"}]}}})
    url = f"sqlite:///{tmp_path}/trackers.db"
    first, second = (ShortTrackerStore(domain, url=url, shared=True) for _ in range(2))
    for store, language in ((first, "es"), (second, "qu"), (first, "es")):
        tracker = DialogueStateTracker.from_events(
            "ana", [SlotSet("language", language)], [AnySlot("language", [{"type": "custom"}])]
        )
        await store.save(tracker)
        for one in (first, second):
            read = await one.retrieve("ana")
            assert read is not None
            assert read.get_slot("language") == language


def test_locks_are_this_process_s_own_without_an_address() -> None:
    """The embedded shape needs no server."""
    assert isinstance(lock_store(""), InMemoryLockStore)


@pytest.mark.parametrize("address", ["localhost:6379", "http://x", "redis://", "redis://x:port", "redis://x/uno"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """With words that show what one looks like."""
    with pytest.raises(UsageError, match="redis://"):
        lock_store(address)
