"""The listeners of voice notes, as the gateway asks for them, over the follow-up database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from followup import merge, voice_notes
from followup.database import Database


class FollowupListeners:
    """Consents and voice notes of people."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def agreed(self, conversation: str) -> bool | None:
        """What the person said of it."""
        with self._database.read() as conn:
            return voice_notes.agreed(conn, conversation)

    def decide(self, conversation: str, yes: bool) -> bool:
        """Keep their yes or no."""
        with self._database.begin() as conn:
            return voice_notes.decide(conn, conversation, yes, self._now())

    def keep(self, conversation: str, event_id: str, sound: bytes) -> bool:
        """Put a voice note on the listeners' list."""
        with self._database.begin() as conn:
            return voice_notes.keep(conn, conversation, event_id, sound, self._now())


def joiner(database: Database, now: Callable[[], datetime]) -> Callable[[str, str], bool]:
    """Makes one person of two conversations, as they asked for."""

    def join(first: str, second: str) -> bool:
        with database.begin() as conn:
            return merge.merge_conversations(conn, first, second, now())

    return join
