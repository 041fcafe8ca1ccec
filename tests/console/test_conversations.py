"""Messages reach the bot in order and once, however often a phone on a bad network sends them."""

import asyncio
from typing import Any

import pytest

from console.chat_backend import ChatMessage, Conversations


def message(message_id: str, text: str = "hola", person: str = "rosa") -> ChatMessage:
    """A typed message."""
    return ChatMessage(person=person, message_id=message_id, text=text, payload=None)


class SlowBot:
    """Writes down when it begins and ends a message; waits until it is let go."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.gate = asyncio.Event()
        self.fail_next = False

    async def send(
        self, person: str, *, text: str | None, payload: str | None, message_id: str
    ) -> list[dict[str, Any]]:
        self.seen.append(f"begin {message_id}")
        await self.gate.wait()
        if self.fail_next:
            self.fail_next = False
            raise ConnectionError("the bot is away")
        self.seen.append(f"end {message_id}")
        return [{"text": f"answer to {message_id}"}]


def run(scenario: Any) -> None:
    """The scenario with a bot and the conversations before it."""

    async def within_a_loop() -> None:
        bot = SlowBot()
        await asyncio.wait_for(scenario(bot, Conversations(bot)), 5)

    asyncio.run(within_a_loop())


def test_a_repeated_message_gets_the_same_answer_and_is_handled_once() -> None:
    """The second one waits for the first, also while it is still at work."""

    async def scenario(bot: SlowBot, conversations: Conversations) -> None:
        first = asyncio.create_task(conversations.answer(message("m1")))
        second = asyncio.create_task(conversations.answer(message("m1")))
        await asyncio.sleep(0)
        bot.gate.set()
        assert await first == await second == await conversations.answer(message("m1"))
        assert bot.seen == ["begin m1", "end m1"]
        assert conversations.handled == 1

    run(scenario)


def test_one_person_s_messages_are_handled_one_after_the_other() -> None:
    """The second begins only when the first has ended."""

    async def scenario(bot: SlowBot, conversations: Conversations) -> None:
        tasks = [asyncio.create_task(conversations.answer(message(m))) for m in ("m1", "m2", "m3")]
        await asyncio.sleep(0.01)
        assert bot.seen == ["begin m1"]
        bot.gate.set()
        await asyncio.gather(*tasks)
        assert bot.seen == ["begin m1", "end m1", "begin m2", "end m2", "begin m3", "end m3"]

    run(scenario)


def test_another_person_does_not_wait() -> None:
    """Order is kept within a conversation, not across them."""

    async def scenario(bot: SlowBot, conversations: Conversations) -> None:
        tasks = [asyncio.create_task(conversations.answer(message("m1", person=p))) for p in ("rosa", "julio")]
        await asyncio.sleep(0.01)
        assert len(bot.seen) == 2
        bot.gate.set()
        await asyncio.gather(*tasks)

    run(scenario)


def test_after_a_failure_the_same_message_is_tried_for_real() -> None:
    """A failure is not remembered as the answer."""

    async def scenario(bot: SlowBot, conversations: Conversations) -> None:
        bot.gate.set()
        bot.fail_next = True
        with pytest.raises(ConnectionError):
            await conversations.answer(message("m1"))
        assert [bubble.text for bubble in await conversations.answer(message("m1"))] == ["answer to m1"]

    run(scenario)


def test_a_phone_that_hangs_up_does_not_stop_the_bot() -> None:
    """What was begun is finished, and a later retry finds the answer."""

    async def scenario(bot: SlowBot, conversations: Conversations) -> None:
        waiting = asyncio.create_task(conversations.answer(message("m1")))
        await asyncio.sleep(0.01)
        waiting.cancel()
        bot.gate.set()
        assert [bubble.text for bubble in await conversations.answer(message("m1"))] == ["answer to m1"]
        assert bot.seen == ["begin m1", "end m1"]

    run(scenario)


def test_answers_are_remembered_only_for_the_last_messages() -> None:
    """Memory stays bounded; nobody's texts are kept for long."""

    async def scenario(bot: SlowBot, _: Conversations) -> None:
        conversations = Conversations(bot, remembered=2)
        bot.gate.set()
        for number in range(5):
            await conversations.answer(message(f"m{number}"))
        assert [key[1] for key in conversations._answers] == ["m3", "m4"]
        assert conversations._last == {}

    run(scenario)
