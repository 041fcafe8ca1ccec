"""Who answers a message: the bot, or the person of the team who has the word in this conversation.

Asked by the agent before every turn, so that the pause holds on every channel. Words of danger, wishes that only the
bot can fulfil, and buttons of a help in danger go to the bot even then.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.payloads import EXTERNAL, RECEIVED, looks_like_one, own_payload
from followup import handovers, staff_messages
from followup.database import Database
from followup.handovers import Handover
from followup.staff_messages import Say
from followup.staff_texts import StaffTexts, staff_texts
from uyariq.staff_words import Rules

Bubble = dict[str, Any]
Parse = Callable[[str], Awaitable[dict[str, Any]]]
CRISIS = "crisis"
TAP = "button"


@dataclass(frozen=True)
class _Message:
    """What came. kind: of what was not words, or a tap. wants_bot: a wish that only the bot can fulfil."""

    text: str
    kind: str | None = None
    danger: bool = False
    wants_bot: bool = False


class Desk:
    """rules: those in use. parse: what the bot understands of a text. say: words of the texts around a conversation."""

    def __init__(self, database: Database, rules: Rules, parse: Parse, say: Say, now: Callable[[], datetime]) -> None:
        self._database = database
        self._in_use = rules
        self._parse = parse
        self._say = say
        self._now = now

    async def __call__(self, conversation: str, text: str, message_id: str) -> list[Bubble] | None:
        """What to say instead of the bot's answer (often nothing); None when the bot answers."""
        payload = own_payload(text)
        if payload is not None and payload[0] == EXTERNAL:
            return None
        held = self._held(conversation)
        if held is None:
            return None
        if payload is not None and payload[0] != RECEIVED and self._in_crisis(conversation):
            return None
        message = await self._read(text, payload)
        if message.wants_bot:
            with self._database.begin() as conn:
                handovers.hand_back(conn, held, handovers.PERSON_ASKED, self._now())
            return None
        return self._take(held, message_id, message)

    def _held(self, conversation: str) -> Handover | None:
        """Who has the word; one whose time is over has it no longer, and the person is told."""
        with self._database.read() as conn:
            if not handovers.is_held(conn, conversation):
                return None
            held = handovers.of_conversation(conn, conversation)
        if held is not None and held.until <= self._now():
            with self._database.begin() as conn:
                staff_messages.hand_back(conn, held, handovers.TIME_OVER, self._say, self._now())
            return None
        return held

    async def _read(self, text: str, payload: tuple[str, dict[str, str]] | None) -> _Message:
        if payload is not None:
            return _Message("", payload[1]["kind"] if payload[0] == RECEIVED else TAP)
        if looks_like_one(text):
            return _Message("")
        rules, parsed = self._rules(), await self._parse(text)
        intent = (parsed.get("intent") or {}).get("name")
        return _Message(
            text,
            danger=bool(parsed.get("risk")) or intent in rules.danger,
            wants_bot=intent in rules.bot_again_on and not parsed.get("risk"),
        )

    def _take(self, held: Handover, message_id: str, message: _Message) -> list[Bubble] | None:
        """Keep it for the team. In danger the bot helps at once, whoever has the word."""
        now = self._now()
        with self._database.begin() as conn:
            is_new = staff_messages.heard(
                conn, held, message_id, message.text, now, kind=message.kind, danger=message.danger
            )
            if message.danger:
                return None
            note = self._note(conn, held, message, now) if is_new else None
            if note == "wait":
                handovers.asked_to_wait(conn, held.id, now)
        return [{"text": self._say(note, held.language, held.who), "buttons": []}] if note else []

    @staticmethod
    def _note(conn: Any, held: Handover, message: _Message, now: datetime) -> str | None:
        """What the bot says beside the conversation."""
        if message.kind == TAP:
            return "old_button"
        if message.kind is not None:
            return "no_words"
        return "wait" if staff_messages.should_wait_note(conn, held, now) else None

    def _in_crisis(self, conversation: str) -> bool:
        """Whether the bot is in the middle of a help in danger, whose buttons must work."""
        session = self._database.session(conversation) or {}
        names = [str(frame["definition"]).partition(":")[2] for frame in session.get("frames", ())]
        flows = [self._in_use.library.flow(name) for name in names]
        return any(flow is not None and flow.kind == CRISIS for flow in flows)

    def _rules(self) -> StaffTexts:
        return staff_texts(self._database.rules)
