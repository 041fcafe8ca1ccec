"""Many people at once: each is answered in order, and one whom the platform makes wait delays nobody else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.gateway.gateway import Bubble
from bot.gateway.sending import TryLater
from tests.bench.gateway import Bench

PEOPLE, EACH = 50, 3
MAY_TAKE = 60


@pytest.mark.parametrize("refused", [None, "p7"])
async def test_fifty_people_at_once_are_answered_in_order(tmp_path: Path, refused: str | None) -> None:
    """With and without a 429 of ten minutes for one of them, whose answers wait their time."""
    bench = Bench(tmp_path)
    send = bench.platform.send

    async def refusing(person: str, bubble: Bubble) -> str:
        if person == refused:
            raise TryLater("429", 600)
        return await send(person, bubble)

    bench.platform.send = refusing  # type: ignore[method-assign]
    for number in range(EACH):
        for person in range(PEOPLE):
            bench.write(f"p{person}", str(number))
    others = [f"p{person}" for person in range(PEOPLE) if f"p{person}" != refused]

    async def all_answered() -> None:
        while any(len(bench.platform.sent.get(person, ())) < EACH for person in others):
            await asyncio.sleep(0.01)

    await asyncio.wait_for(all_answered(), MAY_TAKE)
    wanted = [f"oí {number}" for number in range(EACH)]
    assert all([text for text, _ in bench.platform.sent[person]] == wanted for person in others)
    # The refused one's next messages were heard all the same.
    while bench.office.store.counts()["received"]:
        await asyncio.sleep(0.01)
    assert bench.office.store.counts()["to_send"] == (EACH if refused else 0)
    await bench.office.close()
