"""One door for all channels: opaque ids, no payloads from typed text, each message once, never silence."""

from __future__ import annotations

import pytest

from bot.gateway.gateway import Bubble, Gateway
from bot.gateway.identity import Identity, UnknownConversation

SECRET = bytes(range(32))


class Dialogue:
    """Remembers what it was asked and answers with it."""

    def __init__(self, fails: bool = False) -> None:
        self.asked: list[tuple[str, str, str, str]] = []
        self.fails = fails

    async def __call__(self, conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        self.asked.append((conversation, text, message_id, channel))
        if self.fails:
            raise RuntimeError("no database")
        return [{"text": f"heard {text}", "buttons": []}]


def gateway(dialogue: Dialogue) -> Gateway:
    return Gateway(dialogue, Identity(SECRET), lambda: [{"text": "something failed", "buttons": []}])


async def test_person_is_known_behind_the_gateway_by_an_opaque_id_only() -> None:
    """The platform's id, here a phone number, never goes further than the gateway."""
    dialogue = Dialogue()
    await gateway(dialogue).receive("web", "51999000111", "m1", text="hola")
    assert "51999000111" not in dialogue.asked[0][0]


async def test_typed_slash_is_text_and_our_payload_is_kept() -> None:
    """`/restart` is the word restart, a typed payload is nothing, a button's payload goes through as it is."""
    dialogue = Dialogue()
    door = gateway(dialogue)
    await door.receive("web", "p", "m1", text='/restart{"k":"x"}')
    await door.receive("web", "p", "m2", payload='/answer{"k":"ab:srq_1:yes"}')
    await door.receive("web", "p", "m3", text='/answer{"k":"ab:srq_1:yes"}')
    await door.receive("web", "p", "m4", payload="/session_start")
    await door.receive("web", "p", "m5", text="/restart")
    assert [asked[1] for asked in dialogue.asked] == [
        "",
        '/answer{"k":"ab:srq_1:yes"}',
        "",
        "session_start",
        "restart",
    ]


async def test_message_that_comes_twice_is_answered_once_and_alike() -> None:
    """The dialogue hears a repeated message id only once; the person gets the same answer again."""
    dialogue = Dialogue()
    door = gateway(dialogue)
    first = await door.receive("web", "p", "m1", text="hola")
    assert await door.receive("web", "p", "m1", text="hola") == first
    assert len(dialogue.asked) == 1


async def test_two_people_may_use_the_same_message_id() -> None:
    """Message ids are compared within one person only."""
    dialogue = Dialogue()
    door = gateway(dialogue)
    await door.receive("web", "p", "m1", text="hola")
    await door.receive("web", "q", "m1", text="hola")
    assert len(dialogue.asked) == 2


async def test_failing_dialogue_still_answers_and_may_be_tried_again() -> None:
    """Whatever fails, the person gets words; the failed answer is not kept as the answer."""
    dialogue = Dialogue(fails=True)
    door = gateway(dialogue)
    assert (await door.receive("web", "p", "m1", text="hola"))[0]["text"] == "something failed"
    dialogue.fails = False
    assert (await door.receive("web", "p", "m1", text="hola"))[0]["text"] == "heard hola"


def test_conversation_id_leads_back_only_with_the_key() -> None:
    """The same person gets the same id on every start; another key cannot read it."""
    conversation = Identity(SECRET).conversation("telegram", "55")
    assert conversation == Identity(SECRET).conversation("telegram", "55")
    assert Identity(SECRET).platform_id(conversation) == ("telegram", "55")
    with pytest.raises(UnknownConversation):
        Identity(bytes(32)).platform_id(conversation)


def test_same_id_on_two_channels_is_two_conversations() -> None:
    """Nobody is linked across channels by accident."""
    identity = Identity(SECRET)
    assert (
        identity.conversation("web", "55").partition("-")[2]
        != identity.conversation("telegram", "55").partition("-")[2]
    )
