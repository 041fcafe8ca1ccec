"""The whole house on a database of its own, with the trained model."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.talk import Talk
from uyariq import training
from uyariq.rooms import House, open_house
from uyariq.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def _at_the_root() -> None:
    os.chdir(ROOT)
    if not training.MODEL.exists():
        pytest.fail("the model is missing: run `make train` first")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One house for all conversations of the run; each test talks as somebody else."""
    return await open_house(read_settings({"UYARIQ_HOME": str(tmp_path_factory.mktemp("house"))}))


@pytest.fixture
def talk(house: House, request: pytest.FixtureRequest) -> Callable[..., Talk]:
    """Begins a conversation as a new person."""
    started = 0

    def begin(person: str = "somebody", channel: str = "test") -> Talk:
        nonlocal started
        started += 1
        house.clock.set(None)
        return Talk(house, f"{request.node.nodeid}:{person}:{started}", channel)

    return begin
