"""The dialogue in another process, on a private address."""

from __future__ import annotations

import httpx

from bot.gateway.gateway import Bubble

PATH = "/webhooks/gateway/webhook"
PATIENCE = httpx.Timeout(30)


class RemoteDialogue:
    """Answers messages by asking the bot's server. address: such as http://127.0.0.1:5005."""

    def __init__(self, address: str) -> None:
        self._client = httpx.AsyncClient(base_url=address, timeout=PATIENCE)

    async def __call__(self, conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        """The bubbles that answer the message."""
        answer = await self._client.post(
            PATH, json={"conversation": conversation, "text": text, "message_id": message_id, "channel": channel}
        )
        answer.raise_for_status()
        bubbles: list[Bubble] = answer.json()
        return bubbles
