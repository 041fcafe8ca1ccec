"""The web chat, for trying the bot without any platform."""

from __future__ import annotations

from bot.gateway.gateway import Bubble, Gateway


class WebChat:
    """What the console's chat page talks to."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def send(self, person: str, *, text: str | None, payload: str | None, message_id: str) -> list[Bubble]:
        """The bubbles that answer what the person wrote or tapped."""
        return await self._gateway.receive("web", person, message_id, text=text, payload=payload)
