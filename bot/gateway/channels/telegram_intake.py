"""Raw updates of Telegram -> the inbox; the same for polling and webhook."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.gateway.channels.telegram_updates import NAME, blocked_by, group_of, read_update
from bot.gateway.incoming import Incoming
from bot.gateway.post_office import PostOffice

logger = logging.getLogger(__name__)
ALERTS = {401: "token", 404: "token", 409: "conflict"}


class TelegramIntake:
    """Takes updates in. bot: its public number; in_group: answers a group chat, where no screening happens.

    Each bot counts its updates by itself: a programme that changes to another bot would otherwise take the first
    messages for repetitions, and skip what its people had written.
    """

    def __init__(self, office: PostOffice, bot: str, in_group: Callable[[int], Any] | None = None) -> None:
        self._office = office
        self._bot = bot
        self._cursor = f"{NAME}:{bot}"
        self._in_group = in_group

    def position(self) -> int:
        """The last update of this bot that was kept."""
        return self._office.store.position(self._cursor)

    async def take(self, updates: Sequence[dict[str, Any]]) -> None:
        """Keep updates; when this returns they may be confirmed. One that can not be read does not hold up the rest."""
        if not updates:
            return
        self._office.refused.settled(NAME)
        messages = [message for raw in updates if (message := self._read(raw)) is not None]
        self._office.receive(messages, (self._cursor, max(int(raw["update_id"]) for raw in updates)))
        for raw in updates:
            await self._aside(raw)

    def complain(self, status: int) -> None:
        """Telegram refuses to talk to us: an open alert, until it does again."""
        reason = ALERTS.get(status)
        if reason:
            self._office.refused[NAME] = reason
        logger.warning("telegram.refused %s", status)

    def _read(self, raw: dict[str, Any]) -> Incoming | None:
        try:
            message = read_update(raw)
            return message and replace(message, event_id=f"{self._bot}:{message.event_id}")
        except Exception as error:  # a kind of update that this version does not know
            logger.error("telegram.unreadable_update %s", type(error).__name__)
            return None

    async def _aside(self, raw: dict[str, Any]) -> None:
        """Blocking, unblocking, and groups."""
        try:
            change, group = blocked_by(raw), group_of(raw)
        except Exception:  # said above already
            return
        if change is not None:
            person, blocked = change
            self._office.blocked(NAME, str(person), blocked)
        if group is not None and self._in_group is not None:
            await self._in_group(group)
