"""The dialogue in this process: a message in, its bubbles out."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage

from bot.agent import DialogueAgent

KEPT = ("text", "buttons", "delay", "progress", "choose", "voice", "forget", "share")


class CollectedBubbles(OutputChannel):
    """Collects what Rasa utters, with the pause and progress that Rasa's own collector drops. Sends nothing itself."""

    def __init__(self) -> None:
        self.bubbles: list[dict[str, Any]] = []
        self.failed = False

    @classmethod
    def name(cls) -> str:
        """Name of the channel for Rasa."""
        return "gateway"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one bubble."""
        bubble = {key: message[key] for key in KEPT if message.get(key)}
        if bubble.get("text"):
            self.bubbles.append({"buttons": [], **bubble})


class TurnFailed(RuntimeError):
    """The turn came to nothing; the same message may be sent again."""


class InProcessDialogue:
    """Answers messages with an agent that lives in this process."""

    def __init__(self, agent: DialogueAgent) -> None:
        self._agent = agent

    async def __call__(self, conversation: str, text: str, message_id: str, channel: str) -> list[dict[str, Any]]:
        """The bubbles that answer the message."""
        collected = CollectedBubbles()
        await self._agent.handle_message(
            UserMessage(text, collected, conversation, input_channel=channel, message_id=message_id)
        )
        if collected.failed:
            raise TurnFailed
        return collected.bubbles
