"""Twenty-eight questions to somebody who answers at once: WhatsApp's limit for one person is never met.

Time is played: when nobody has anything to do, the loop's clock goes on to the next thing that waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.gateway.channels.whatsapp import WhatsApp
from bot.gateway.channels.whatsapp_intake import WhatsAppIntake
from bot.gateway.gateway import Bubble
from bot.gateway.identity import Identity
from bot.gateway.post_office import PostOffice
from bot.gateway.prompts import Prompts
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from bot.gateway.voice import VoiceFolder
from followup.database import open_database
from tests.emulators.graph import PHONE_ID, Graph, event, message

SECRET = bytes(range(32))
SOUND = b"OggS\0\2" + bytes(22) + b"OpusHead"
QUESTIONS = 28
# Meta's limit of one person: a burst of 45, and one in six seconds in the long run.
BURST, EVERY = 45, 6.0
TOO_FAST = 131056


class PlayedTime(asyncio.SelectorEventLoop):
    """A loop on which waiting takes no time."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead = 0.0

    def time(self) -> float:
        return super().time() + self._ahead

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._ahead += max(0.0, self._scheduled[0].when() - self.time())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


class Meta(Graph):
    """A Graph API that counts as Meta does what goes to one person."""

    level, at, refused = 0.0, 0.0, 0

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._counted))

    def _counted(self, request: httpx.Request) -> httpx.Response:
        counts = request.url.path.endswith("/messages") and b'"status":"read"' not in request.content.replace(b" ", b"")
        if counts:
            now = asyncio.get_running_loop().time()
            self.level, self.at = max(0.0, self.level - (now - self.at) / EVERY), now
            # What our clock and theirs differ by in a moment is no message.
            if self.level + 1 > BURST + 0.1:
                self.refused += 1
                return httpx.Response(400, json={"error": {"code": TOO_FAST}})
            self.level += 1
        return self._answer(request)


async def screening(
    folder: Path, seconds_to_answer: float, by_itself: bool, limited: bool = True
) -> tuple[Meta, float]:
    """Meta's view of a screening, and the longest that anybody waited for a question's words."""
    loop = asyncio.get_running_loop()
    started, begun = datetime.now(timezone.utc), loop.time()
    database = open_database(f"sqlite:///{folder}/gateway.db", SECRET)
    voice = VoiceFolder(folder / "voice")
    voice.put("es", "srq.srq_3", SOUND, "¿Duerme mal?")

    async def dialogue(conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        buttons = [{"title": one, "payload": f'/answer{{"k":"a:b:{one}"}}'} for one in ("Sí", "No", "No entiendo")]
        return [{"text": "¿Duerme mal?", "buttons": buttons,
                 "voice": {"context": "srq.srq_3", "language": "es", "question": True}}]  # fmt: skip

    office = PostOffice(
        Store(database.writer, Seal(SECRET)), dialogue, Identity(SECRET), list,
        lambda: started + timedelta(seconds=loop.time() - begun),
    )  # fmt: skip
    meta = Meta()
    channel = WhatsApp(
        "token", PHONE_ID, client=meta.client(), voice=Prompts(voice, lambda name, language: name, by_itself)
    )
    if not limited:
        channel.pace = lambda: _boundless()  # type: ignore[method-assign]
    office.add(channel)
    intake, longest = WhatsAppIntake(office), 0.0
    for number in range(QUESTIONS):
        asked = loop.time()
        await intake.take(event(message(f"w{number}", "text", body="sí")))
        await office.idle()
        longest = max(longest, loop.time() - asked)
        await asyncio.sleep(seconds_to_answer)
    await office.close()
    database.close()
    return meta, longest


def _boundless() -> Any:
    from aiolimiter import AsyncLimiter

    return AsyncLimiter(100_000, 1)


def played(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it where waiting takes no time."""
    loop = PlayedTime()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


@pytest.mark.parametrize("by_itself", [True, False])
@pytest.mark.parametrize("seconds", [0.5, 2.0, 8.0])
def test_a_screening_never_meets_the_pair_limit_and_nobody_waits_for_a_sound(
    tmp_path: Path, seconds: float, by_itself: bool
) -> None:
    """However quickly somebody answers, with recordings or without: every question comes within seconds."""
    meta, longest = played(screening(tmp_path, seconds, by_itself))
    kinds = [one["type"] for one in meta.sent]
    assert meta.refused == 0
    assert kinds.count("interactive") == QUESTIONS
    assert longest < EVERY + 1
    # As many sounds as the limit has room for; where it has room for all, all.
    assert kinds.count("audio") == 0 if not by_itself else kinds.count("audio") >= 17
    if seconds >= EVERY and by_itself:
        assert kinds.count("audio") == QUESTIONS


def test_without_our_pace_the_limit_would_be_met(tmp_path: Path) -> None:
    """The judge is one that can say no."""
    meta, _ = played(screening(tmp_path, 0.5, by_itself=True, limited=False))
    assert meta.refused > 0
