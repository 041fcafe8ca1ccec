"""One turn of a person at a time, others not held up, nothing left behind."""

from __future__ import annotations

import asyncio

from bot.turns import Turns


async def test_turns_of_one_person_follow_each_other_in_order() -> None:
    """First come, first served, and never two at once."""
    turns, seen = Turns(), []

    async def turn(number: int) -> None:
        async with turns.of("rosa"):
            seen.append(f"begin {number}")
            await asyncio.sleep(0)
            seen.append(f"end {number}")

    await asyncio.gather(*(turn(number) for number in range(3)))
    assert seen == ["begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2"]


async def test_another_person_does_not_wait() -> None:
    """While Rosa's turn runs, Julio's can."""
    turns = Turns()

    async def short_turn() -> None:
        async with turns.of("julio"):
            pass

    async with turns.of("rosa"):
        await asyncio.wait_for(short_turn(), timeout=1)


async def test_nothing_is_left_when_nobody_waits() -> None:
    """A bot that talks with a million people keeps no million locks, also after a failed turn."""
    turns = Turns()
    try:
        async with turns.of("rosa"):
            raise ValueError
    except ValueError:
        pass
    assert not turns._locks
    assert not turns._waiting
