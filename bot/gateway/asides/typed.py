"""Choices of the gateway's own on a platform without buttons: what somebody types for one counts as its tap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.gateway.asides.words import bare
from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.incoming import TAP, TEXT, Incoming
from bot.gateway.notes import Notes

OFFER = "offer"
LASTS = timedelta(days=1)
_OWN = '/answer{"k":"gateway:'


class TypedChoices:
    """The aside of one channel, to stand before all others. Only the first message after an offer can answer it.

    A yes that comes later is an answer to the questionnaire; the yes right after «¿Lo guardo?» must not become one.
    """

    def __init__(self, notes: Notes, identity: Identity, channel: str, now: Callable[[], datetime]) -> None:
        self._notes = notes
        self._identity = identity
        self._channel = channel
        self._now = now

    def offered(self, person: str, bubble: Bubble) -> None:
        """A bubble was sent: remember what its words stand for, when they are the gateway's own."""
        choices = {one["title"]: one["payload"] for one in bubble.get("buttons") or () if _own(one["payload"])}
        if choices:
            conversation = self._identity.conversation(self._channel, person)
            self._notes.put(conversation, OFFER, {"choices": choices, "by": None}, self._now())

    async def __call__(self, conversation: str, message: Incoming) -> Incoming | None:
        """The tap that the typed words stand for."""
        if message.channel != self._channel:
            return None
        offer = self._notes.get(conversation, OFFER, self._now() - LASTS)
        if offer is None:
            return None
        # A message whose answer failed comes again, and must mean the same then.
        if offer["by"] not in (None, message.event_id):
            self._notes.drop(conversation, OFFER)
            return None
        if offer["by"] is None:
            self._notes.put(conversation, OFFER, {**offer, "by": message.event_id}, self._now())
        chosen = _chosen(offer["choices"], message.text) if message.kind == TEXT else None
        return replace(message, kind=TAP, text=chosen) if chosen else None


def _own(payload: str) -> bool:
    return payload.startswith(_OWN)


def _chosen(choices: Mapping[str, str], text: str) -> str | None:
    """By the whole words of a choice, or by its first word, such as «sí», where that tells them apart."""
    said = bare(text)
    whole = {bare(title): payload for title, payload in choices.items()}
    first = {title.partition(" ")[0]: payload for title, payload in whole.items()}
    return whole.get(said) or (first.get(said) if len(first) == len(whole) else None)
