"""Twelve and more people, each with a script that a clinician can read: tests/e2e/personas/*.yml.

A step is one of: say, tap, payload, wait (hours), answer_all. After it: hears / not_hears (contexts of texts in the
person's language), buttons. At the end, expect: tasks, answers, scores, consents as the follow-up database holds them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e import database
from tests.e2e.talk import Talk
from uyariq.rooms import House

PERSONAS = sorted((Path(__file__).parent / "personas").glob("*.yml"))
STEPS = ("say", "tap", "payload", "wait", "answer_all")

pytestmark = [pytest.mark.model, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("path", PERSONAS, ids=lambda path: path.stem)
async def test_persona_is_answered_and_recorded_as_the_script_says(
    path: Path, house: House, talk: Callable[..., Talk]
) -> None:
    """What the person hears, and what stands in the database afterwards, is what the script expects."""
    persona = yaml.safe_load(path.read_text(encoding="utf-8"))
    conversation = talk(path.stem)
    clock = datetime.fromisoformat(persona["begins"])
    house.clock.set(clock)
    language = persona.get("first_language", persona["language"])
    for number, step in enumerate(persona["turns"], 1):
        clock += timedelta(seconds=20) + timedelta(hours=step.get("wait", 0))
        house.clock.set(clock)
        await _do(conversation, step)
        language = step.get("language", language)
        _check(conversation, step, language, f"{path.stem}, turn {number}")
    _expect(house, conversation, persona.get("expect") or {})


async def _do(conversation: Talk, step: dict[str, Any]) -> None:
    if "say" in step:
        await conversation.say(step["say"])
    elif "tap" in step:
        await conversation.tap(step["tap"])
    elif "payload" in step:
        await conversation.payload(step["payload"])
    elif "answer_all" in step:
        await _answer_all(conversation, step["answer_all"])


async def _answer_all(conversation: Talk, how: dict[str, Any]) -> None:
    """Answer items with one label until the bot no longer shows progress; `but` gives others by number of the item."""
    others = {int(number): label for number, label in (how.get("but") or {}).items()}
    for _ in range(200):
        progress = next((b["progress"] for b in conversation.bubbles if b.get("progress")), None)
        if progress is None or progress[0] > how.get("until", 1000):
            return
        await conversation.tap(others.get(progress[0], how["label"]))
    raise AssertionError("the questionnaire did not end")


def _check(conversation: Talk, step: dict[str, Any], language: str, where: str) -> None:
    assert conversation.bubbles or "wait" in step, f"{where}: silence"
    for context in step.get("hears") or ():
        assert conversation.hears(context, language), f"{where}: did not hear {context}"
    for context in step.get("not_hears") or ():
        assert not conversation.hears(context, language), f"{where}: heard {context}"
    for title in step.get("buttons") or ():
        assert title in conversation.buttons, f"{where}: no button {title}"


def _expect(house: House, conversation: Talk, expected: dict[str, Any]) -> None:
    kept = database.of_person(house, conversation)
    for name, wanted in expected.items():
        found = getattr(kept, name)
        if isinstance(wanted, dict):
            found = {key: found.get(key) for key in wanted}
        assert found == wanted, f"{name}: {found} instead of {wanted}"
