"""What the web chat needs of the bot, and one orderly way through to it.

A phone on a bad network sends the same message again. While the first is still at work, or just after, the repeated
one must get the same answer and must not be handled twice; one person's messages are handled one after the other.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable


class ChatBackend(Protocol):
    """The bot behind the page."""

    async def send(
        self, person: str, *, text: str | None, payload: str | None, message_id: str
    ) -> list[dict[str, Any]]:
        """Bubbles of the bot: "text", "buttons" [{"title", "payload"}], "delay" in seconds, "progress" [n, total]."""
        ...


@runtime_checkable
class Carrier(Protocol):
    """A backend that also keeps what was written to a person first, until their page asks for it."""

    def waiting(self, person: str, seen: int) -> list[tuple[int, dict[str, Any]]]:
        """(number, bubble) of what waits behind the number that the page has shown."""
        ...


@dataclass(frozen=True)
class ChatMessage:
    """One message of one person; either text or the payload of a tapped button. Not shown in logs."""

    person: str
    message_id: str
    text: str | None = field(repr=False)
    payload: str | None = field(repr=False)


@dataclass(frozen=True)
class ChatAnswer:
    """One bubble of the bot as the page gets it."""

    text: str = field(repr=False)
    buttons: Sequence[Mapping[str, str]] = field(repr=False)
    delay: float
    progress: Sequence[int] | None

    @classmethod
    def from_backend(cls, raw: Mapping[str, Any]) -> ChatAnswer:
        """The bubble with what the backend left out filled in."""
        buttons = [{"title": str(b["title"]), "payload": str(b["payload"])} for b in raw.get("buttons") or ()]
        progress = raw.get("progress")
        return cls(
            text=str(raw.get("text") or ""),
            buttons=buttons,
            delay=float(raw.get("delay") or 0),
            progress=[int(progress[0]), int(progress[1])] if progress else None,
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"text": self.text, "buttons": self.buttons, "delay": self.delay, "progress": self.progress}


class Conversations:
    """Hands messages to the backend: one at a time for each person, each message id once.

    Answers are kept for the last `remembered` messages, in memory only; the backend's own record of handled message
    ids covers a restart.
    """

    def __init__(self, backend: ChatBackend, remembered: int = 500) -> None:
        self._backend = backend
        self._remembered = remembered
        self._answers: OrderedDict[tuple[str, str], asyncio.Task[list[ChatAnswer]]] = OrderedDict()
        self._last: dict[str, asyncio.Task[list[ChatAnswer]]] = {}
        self.handled = 0

    async def answer(self, message: ChatMessage) -> list[ChatAnswer]:
        """The bot's answer; goes on to the end even if the phone hangs up. Raises what the backend raises."""
        key = (message.person, message.message_id)
        task = self._answers.get(key)
        if task is None:
            task = asyncio.create_task(self._handle(message, self._last.get(message.person)))
            self._remember(key, task)
        return await asyncio.shield(task)

    def waiting(self, person: str, seen: int) -> list[tuple[int, ChatAnswer]]:
        """What was written to the person first and their page has not shown yet, with its numbers."""
        found = self._backend.waiting(person, seen) if isinstance(self._backend, Carrier) else []
        return [(number, ChatAnswer.from_backend(bubble)) for number, bubble in found]

    def _remember(self, key: tuple[str, str], task: asyncio.Task[list[ChatAnswer]]) -> None:
        person = key[0]
        self._answers[key] = self._last[person] = task
        task.add_done_callback(lambda done: self._settle(key, done))
        while len(self._answers) > self._remembered and next(iter(self._answers.values())).done():
            self._answers.popitem(last=False)

    def _settle(self, key: tuple[str, str], done: asyncio.Task[list[ChatAnswer]]) -> None:
        if self._last.get(key[0]) is done:
            del self._last[key[0]]
        if done.cancelled() or done.exception() is not None:
            self._answers.pop(key, None)  # so that trying again is a real attempt

    async def _handle(self, message: ChatMessage, previous: asyncio.Task[list[ChatAnswer]] | None) -> list[ChatAnswer]:
        if previous is not None:
            await asyncio.wait([previous])
        raw = await self._backend.send(
            message.person, text=message.text, payload=message.payload, message_id=message.message_id
        )
        self.handled += 1
        return [ChatAnswer.from_backend(bubble) for bubble in raw]
