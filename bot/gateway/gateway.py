"""Takes a message of any channel to the dialogue and brings the answer back, each message once."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from bot.gateway.identity import Identity
from bot.payloads import button_payload, looks_like_one

logger = logging.getLogger(__name__)

Bubble = dict[str, Any]
# (conversation id, text or payload, message id, channel) -> bubbles
Dialogue = Callable[[str, str, str, str], Awaitable[list[Bubble]]]
REMEMBERED = 2_000


class Gateway:
    """One door for all channels.

    dialogue: answers a message. failed: what to say when it could not (text in both languages, with the hotline).
    """

    def __init__(self, dialogue: Dialogue, identity: Identity, failed: Callable[[], list[Bubble]]) -> None:
        self._dialogue = dialogue
        self._identity = identity
        self._failed = failed
        self._answered: OrderedDict[tuple[str, str], list[Bubble]] = OrderedDict()

    async def receive(
        self, channel: str, person: str, message_id: str, *, text: str | None = None, payload: str | None = None
    ) -> list[Bubble]:
        """The bubbles to send back. A message that comes twice gets the answer that it got the first time.

        text: as typed, never taken as a payload. payload: of a button of ours; anything else is refused as text.
        """
        conversation = self._identity.conversation(channel, person)
        key = (conversation, message_id)
        if key in self._answered:
            return self._answered[key]
        try:
            bubbles = await self._dialogue(conversation, spoken(text, payload), message_id, channel)
        except Exception as error:  # whatever fails, a person gets an answer
            logger.error("gateway.dialogue_failed %s", type(error).__name__)
            return self._failed()
        self._remember(key, bubbles)
        return bubbles

    def _remember(self, key: tuple[str, str], bubbles: list[Bubble]) -> None:
        self._answered[key] = bubbles
        if len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)


def spoken(text: str | None, payload: str | None) -> str:
    """What the dialogue gets: a payload of ours as it is, and what was typed never as a payload."""
    if payload is not None and button_payload(payload):
        return payload
    typed = text if text is not None else payload or ""
    return "" if looks_like_one(typed) else typed.lstrip("/ ")
