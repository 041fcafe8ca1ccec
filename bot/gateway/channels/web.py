"""The web chat, for trying the bot without any platform."""

from __future__ import annotations

from bot.gateway.gateway import Bubble, Gateway
from bot.gateway.pulled import PulledMessages

WEB = "web"


class WebChat:
    """What the console's chat page talks to."""

    def __init__(self, gateway: Gateway, pulled: PulledMessages | None = None) -> None:
        self._gateway = gateway
        self._pulled = pulled

    async def send(self, person: str, *, text: str | None, payload: str | None, message_id: str) -> list[Bubble]:
        """The bubbles that answer what the person wrote or tapped."""
        bubbles = await self._gateway.receive(WEB, person, message_id, text=text, payload=payload)
        # A person may be known on other channels, too; the page need not know which.
        forgotten = [one for bubble in bubbles for one in bubble.pop("forget", ())]
        if forgotten and self._pulled:
            self._pulled.erase(forgotten)
        return bubbles

    def waiting(self, person: str, seen: int) -> list[tuple[int, Bubble]]:
        """(number, bubble) of what somebody of the team wrote since the number that the page has shown."""
        return self._pulled.waiting(WEB, person, seen) if self._pulled else []
