"""Twelve and more people, each with a script that a clinician can read: tests/e2e/personas/*.yml.

A step is one of: arrives (says hello and agrees to everything, up to the first item), say (types), tap (a button by its
title), choose (a button by its code), payload, wait (hours pass), answer_all (taps through a questionnaire: label or
code, but: {number: other}, until: number).
What is expected after it: hears / not_hears (contexts of texts in the person's language), asks (the last bubble is that
text), buttons (titles or codes), same_question (led back to the question that was open), leaves_the_floor (nothing is
asked), kept (as `expect`, in mid-conversation). `language` says that from here on the person is answered in it.
At the end, expect: what the follow-up database holds, see tests/e2e/database.py; `erased: true`: nothing may be left.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.persona import Persona
from tests.e2e.talk import Talk
from uyariq.rooms import House

PERSONAS = sorted((Path(__file__).parent / "personas").glob("*.yml"))

pytestmark = [pytest.mark.model, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("path", PERSONAS, ids=lambda path: path.stem)
async def test_persona_is_answered_and_recorded_as_the_script_says(
    path: Path, house: House, talk: Callable[..., Talk]
) -> None:
    """What the person hears, and what stands in the database afterwards, is what the script expects."""
    await Persona(path, house, talk(path.stem)).play()


def test_there_are_at_least_fourteen_people_and_six_of_them_speak_quechua() -> None:
    """Both languages are played through the whole house, Quechua as fully as Spanish."""
    languages = [path.read_text(encoding="utf-8").split("language: ")[1].split()[0] for path in PERSONAS]
    assert len(languages) >= 14
    assert languages.count("qu") >= 6
