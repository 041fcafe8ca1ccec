"""Fixtures of the engine's tests: a small folder of rules, and Rosa, who talks with an engine that runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.calendar import AlwaysOpen
from screening.definitions import Library
from screening.engine import Engine
from screening.reader import load_library
from tests.screening.talk import Talk

RULES = Path(__file__).parent / "rules"
QUECHUA = {"Sí": "Arí", "No": "Manam", "Nunca": "Manapuni"}


@pytest.fixture(scope="session")
def library() -> Library:
    """The small rules."""
    return load_library(RULES)


@pytest.fixture(scope="session")
def engine(library: Library) -> Engine:
    """An engine that runs the small rules and knows some Quechua labels."""
    return Engine(library, AlwaysOpen(), translate=lambda context, text, language: QUECHUA.get(text, text))


@pytest.fixture
def rosa(engine: Engine) -> Talk:
    """Rosa, who has not said anything yet."""
    return Talk(engine)
