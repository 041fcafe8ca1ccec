"""Voice notes for a person to listen to: offered where a programme staffs it, kept only after a yes, never scored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.incoming import TAP, VOICE, VOICE_KEPT, Incoming
from bot.gateway.notes import QUESTION, Notes
from bot.gateway.post_office import Beside
from bot.gateway.sending import NotSent, Refused

logger = logging.getLogger(__name__)
OFFERED, FETCH = "voice-offered", "voice-fetch:"
# Platforms keep the sound for some days; an offer that is answered later than this is asked anew.
LASTS = timedelta(days=1)
LOOK_EVERY = 5.0
YES, NO = '/answer{"k":"gateway:voice:yes"}', '/answer{"k":"gateway:voice:no"}'
MOST_SOUND = 2 * 1024 * 1024
LANGUAGES = ("es", "qu")


class Listeners(Protocol):
    """The people who listen, as the gateway knows them."""

    def agreed(self, conversation: str) -> bool | None:
        """What the person said of it: yes, no, or None while nobody asked, or nobody is known by this conversation."""

    def decide(self, conversation: str, yes: bool) -> bool:
        """Keep their yes or no; whether there is such a person."""

    def keep(self, conversation: str, event_id: str, sound: bytes) -> bool:
        """Keep a voice note and put it on the listeners' list; whether it was kept."""


class Source(Protocol):
    """A platform that gives out the sound of a voice note. Raises NotSent."""

    async def fetch(self, media: str) -> bytes: ...


class VoiceNotes:
    """The aside, and the fetching beside it. sources: platform -> where its voice notes are fetched."""

    def __init__(
        self, notes: Notes, listeners: Listeners, say: Callable[[str, str], str], now: Callable[[], datetime]
    ) -> None:
        self._notes = notes
        self._listeners = listeners
        self._say = say
        self._now = now

    async def __call__(self, conversation: str, message: Incoming) -> list[Bubble] | Incoming | Beside | None:
        """A voice note, or the answer to the offer to keep it."""
        if message.kind == TAP and message.text in (YES, NO):
            return self._answered(conversation, message)
        if message.kind != VOICE or message.media is None:
            return None
        agreed = self._listeners.agreed(conversation)
        if agreed:
            self._to_fetch(conversation, message.event_id, message.media)
            return replace(message, kind=VOICE_KEPT)
        if agreed is False:
            return None
        waiting = self._notes.get(conversation, OFFERED, self._now() - LASTS) or {}
        self._notes.put(conversation, OFFERED, {**waiting, message.event_id: message.media}, self._now())
        return Beside(message, (self._offer(conversation),))

    def _answered(self, conversation: str, message: Incoming) -> list[Bubble] | Incoming | None:
        waiting = self._notes.get(conversation, OFFERED, self._now() - LASTS)
        if waiting is None or not self._notes.drop(conversation, OFFERED):
            return None
        yes = message.text == YES
        if not self._listeners.decide(conversation, yes) or not yes:
            return [{"text": self._say("utter_voice_not_kept", self._language(conversation)), "buttons": []}]
        for event_id, media in waiting.items():
            self._to_fetch(conversation, event_id, media)
        return replace(message, kind=VOICE_KEPT, text="")

    def _to_fetch(self, conversation: str, event_id: str, media: str) -> None:
        """Beside the answer, not before it: nobody waits for a download."""
        self._notes.put(conversation, f"{FETCH}{event_id}", media, self._now())

    def _offer(self, conversation: str) -> Bubble:
        language = self._language(conversation)
        buttons = [
            {"title": self._say("utter_voice_yes", language), "payload": YES},
            {"title": self._say("utter_voice_no", language), "payload": NO},
        ]
        return {"text": self._say("utter_voice_offer", language), "buttons": buttons}

    def _language(self, conversation: str) -> str:
        question = self._notes.get(conversation, QUESTION)
        return str(question["voice"]["language"])[:2] if question else LANGUAGES[0]


class Fetching:
    """Fetches voice notes that people agreed to, until cancelled."""

    def __init__(self, notes: Notes, listeners: Listeners, identity: Identity, sources: Mapping[str, Source]) -> None:
        self._notes = notes
        self._listeners = listeners
        self._identity = identity
        self._sources = sources

    async def run(self, now: Callable[[], datetime]) -> None:
        """Look again and again."""
        while True:
            await self.look()
            self._notes.forget(FETCH, now() - LASTS)
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> int:
        """Fetch what waits; how many voice notes were kept."""
        return sum([await self._one(*waiting) for waiting in self._notes.named(FETCH)])

    async def _one(self, conversation: str, name: str, media: str) -> bool:
        channel, _ = self._identity.platform_id(conversation)
        source = self._sources.get(channel)
        if source is None:
            return False
        try:
            sound = await source.fetch(media)
        except Refused as problem:
            # The platform has it no more; the person was told that it takes time, and staff see how many were lost.
            logger.warning("voice.lost %s", problem.reason)
            self._notes.drop(conversation, name)
            return False
        except NotSent as problem:
            logger.info("voice.later %s", problem.reason)
            return False
        kept = len(sound) <= MOST_SOUND and self._listeners.keep(conversation, name.removeprefix(FETCH), sound)
        self._notes.drop(conversation, name)
        return kept
