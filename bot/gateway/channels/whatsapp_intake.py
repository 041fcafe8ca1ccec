"""Events of WhatsApp -> the inbox, and delivery reports -> the outbox."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from bot.gateway.asides.linking import MOVED
from bot.gateway.channels.whatsapp import problem_of
from bot.gateway.channels.whatsapp_events import NAME, both_ids_of, messages_of, number_changes_of, reports_of
from bot.gateway.post_office import PostOffice
from bot.gateway.sending import TokenRefused, Unreachable

logger = logging.getLogger(__name__)
FAILED = "failed"
Moved = Callable[[str, str], None]


class WhatsAppIntake:
    """Takes events in. moved: (conversation under the old number, under the new), when somebody changed theirs."""

    def __init__(self, office: PostOffice, moved: Moved | None = None) -> None:
        self._office = office
        self._moved = moved

    async def take(self, event: Any) -> None:
        """Keep what an event brings; when this returns it may be confirmed."""
        messages = messages_of(event)
        if messages:
            self._newly_scoped(event)
            self._office.receive(messages)
        for report in reports_of(event):
            if report.status == FAILED:
                self._failed(report.platform_id, report.code or 0)
            else:
                self._office.store.delivered(report.platform_id, report.status)
        for change in number_changes_of(event):
            # Who it is now is asked, never taken for granted: the old number may be another person's tomorrow.
            logger.info("whatsapp.number_changed")
            if self._moved is not None:
                old, new = (self._office.identity.conversation(NAME, one) for one in (change.old, change.new))
                self._moved(old, new)

    def _newly_scoped(self, event: Any) -> None:
        """Who was known by the number alone gets a scoped id one day, and would be a stranger: they are asked."""
        store, conversation = self._office.store, self._office.identity.conversation
        for both in both_ids_of(event) if self._moved is not None else ():
            old, new = conversation(NAME, both.old), conversation(NAME, both.new)
            if not store.knows(new) and (store.knows(old) or store.notes.get(old, MOVED)):
                assert self._moved is not None
                self._moved(old, new)

    def _failed(self, platform_id: str, code: int) -> None:
        problem = problem_of(code)
        logger.warning("whatsapp.not_delivered %s", problem.reason)
        conversation = self._office.store.not_delivered(platform_id, problem.reason)
        if isinstance(problem, TokenRefused):
            self._office.refused[NAME] = problem.reason
        if isinstance(problem, Unreachable) and conversation is not None:
            self._office.store.unreachable(conversation, problem.reason)
