"""Who erases their data in the web chat is forgotten by the gateway on all their channels."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from bot.gateway.channels.web import WebChat
from bot.gateway.gateway import Bubble, Gateway
from bot.gateway.identity import Identity
from bot.gateway.pulled import PulledMessages
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from followup.database import open_database

SECRET = bytes(range(32))
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)


async def test_what_waits_anywhere_for_somebody_who_was_erased_is_gone(tmp_path: Path) -> None:
    """Also on a platform that was joined to this chat; the page does not learn of it."""
    identity, seal = Identity(SECRET), Seal(SECRET)
    database = open_database(f"sqlite:///{tmp_path}/gateway.db", SECRET)
    store = Store(database.writer, seal)
    here, there = identity.conversation("web", "rosa"), identity.conversation("telegram", "55")
    other = identity.conversation("web", "julio")

    async def dialogue(conversation: str, text: str, message_id: str, channel: str) -> list[Bubble]:
        return [{"text": "Ya no queda nada.", "buttons": [], "forget": [here, there]}]

    chat = WebChat(Gateway(dialogue, identity, list), PulledMessages(database.writer, seal, identity))
    for conversation in (here, there, other):
        store.put(conversation, [{"text": "le escribe Ana"}], NOW)
    for _ in range(2):
        assert await chat.send("rosa", text="sí", payload=None, message_id="m1") == [
            {"text": "Ya no queda nada.", "buttons": []}
        ]
    assert store.waiting() == [other]
    assert chat.waiting("rosa", 0) == []
    database.close()
