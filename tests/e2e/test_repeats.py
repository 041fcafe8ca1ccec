"""A message that reaches the dialogue twice, as after a crash between answer and platform."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.talk import Talk
from uyariq.rooms import House

pytestmark = pytest.mark.model


async def test_the_crisis_text_comes_again_when_its_answer_was_cut_short(
    talk: Callable[..., Talk], house: House
) -> None:
    """The same message handled twice, as after a crash: the help is said both times."""
    somebody = talk("crisis")
    conversation = house.gateway._identity.conversation(somebody.channel, somebody.person)
    first = await house.dialogue(conversation, "me quiero matar", "m1", somebody.channel)
    again = await house.dialogue(conversation, "me quiero matar", "m1", somebody.channel)
    assert [one["text"] for one in again] == [one["text"] for one in first]
    assert any("113" in one["text"] for one in again)
