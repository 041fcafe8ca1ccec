"""Telegram: updates into the inbox before they are confirmed; bubbles out with buttons one per row."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from aiolimiter import AsyncLimiter
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ChatAction, MessageLimit
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.gateway.channels.telegram_updates import NAME, data_of
from bot.gateway.gateway import Bubble
from bot.gateway.incoming import TAP, Incoming
from bot.gateway.prompts import Prompts
from bot.gateway.sending import Refused, TokenRefused, TryLater, Unreachable
from bot.gateway.split import split_text
from bot.gateway.voice import Recording

logger = logging.getLogger(__name__)
OFFICIAL = "https://api.telegram.org"
# Telegram allows about 30 messages a second in all, and short bursts to one person.
OVERALL = 25
BURST, BURST_SECONDS = 4, 4
LONGEST_PAUSE = 8.0
TYPING_EVERY = 4.0
# Uploaded recordings whose id is remembered.
RECORDINGS = 5_000
# Goes with every message without buttons: what offered the person's own number is gone once the talk goes on.
NO_KEYBOARD = ReplyKeyboardRemove()


class Telegram:
    """The platform for the post office.

    token: secret, never logged; base_url: of the Bot API; voice: recordings that go with the words they say.
    """

    name = NAME
    window: timedelta | None = None

    def __init__(self, token: str, base_url: str = OFFICIAL, voice: Prompts | None = None) -> None:
        # httpx logs addresses, and the token is part of them.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self.address = f"{base_url}/bot{token}"
        # What stands before the colon is no secret: it is the bot's own number.
        self.number = token.partition(":")[0]
        self._bot = Bot(
            token,
            base_url=f"{base_url}/bot",
            base_file_url=f"{base_url}/file/bot",
            request=HTTPXRequest(connection_pool_size=64, read_timeout=20, connect_timeout=10, pool_timeout=20),
        )
        self._overall = AsyncLimiter(OVERALL, 1)
        self._voice = voice
        # Digest of a recording -> Telegram's id of it: it is uploaded once.
        self._uploaded: OrderedDict[str, str] = OrderedDict()

    @property
    def bot(self) -> Bot:
        """The client."""
        return self._bot

    async def start(self) -> None:
        """Make contact. Raises TokenRefused."""
        try:
            await self._bot.initialize()
        except InvalidToken as error:
            raise TokenRefused("token") from error

    async def close(self) -> None:
        """Hang up."""
        await self._bot.shutdown()

    def pace(self) -> AsyncLimiter:
        """How fast one person may be written to."""
        return AsyncLimiter(BURST, BURST_SECONDS)

    def weight(self, bubble: Bubble) -> int:
        """A bubble is one message, with its recording and its buttons."""
        return 1

    async def send(self, person: str, bubble: Bubble) -> str | None:
        """Send a bubble, in parts when it is long; the buttons hang on the last part."""
        with _named_problems():
            await self._pause(person, float(bubble.get("delay") or 0))
            if bubble.get("hear"):
                return await self._sound_alone(person, bubble)
            shown = self._with_button(bubble)
            recording = self._voice.with_words(bubble) if self._voice else None
            spoken = await self._speak(person, shown, recording) if recording is not None else None
            sent = spoken or await self._write(person, shown)
            await self._offer_own_phone(person, bubble)
            return sent

    def _with_button(self, bubble: Bubble) -> Bubble:
        """The button to hear it hangs below the question's own, which count as before."""
        asked = self._voice.on_demand(bubble) if self._voice else None
        return {**bubble, "buttons": [*(bubble.get("buttons") or []), asked.button]} if asked else bubble

    async def _sound_alone(self, person: str, bubble: Bubble) -> str | None:
        """The recording whose button was tapped; the words only where it can not be sent."""
        recording = await asyncio.to_thread(self._voice.alone, bubble) if self._voice else None
        sent = await self._speak(person, {"text": ""}, recording) if recording is not None else None
        return sent or await self._write(person, bubble)

    async def _speak(self, person: str, bubble: Bubble, recording: Recording) -> str | None:
        """The words under their recording, with the buttons: one message. None where that can not be sent."""
        fits = len(bubble["text"]) <= MessageLimit.CAPTION_LENGTH
        caption, keyboard = (bubble["text"] or None, _keyboard(bubble)) if fits else (None, None)
        sound: str | bytes | None = self._uploaded.get(recording.digest)
        if sound is None:
            sound = await asyncio.to_thread(recording.path.read_bytes)
        try:
            async with self._overall:
                sent = await self._bot.send_voice(int(person), sound, caption=caption, reply_markup=keyboard)
        except BadRequest as error:
            if "chat not found" in str(error).lower():
                raise
            # A lost copy, or somebody who takes no voice messages: the words are what counts.
            self._uploaded.pop(recording.digest, None)
            logger.info("telegram.not_spoken")
            return None
        self._remember(recording, sent)
        return str(sent.message_id) if fits else await self._write(person, {**bubble, "voice": None})

    def _remember(self, recording: Recording, sent: Message) -> None:
        if sent.voice is not None:
            self._uploaded[recording.digest] = sent.voice.file_id
        if len(self._uploaded) > RECORDINGS:
            self._uploaded.popitem(last=False)

    async def _write(self, person: str, bubble: Bubble) -> str | None:
        parts = split_text(bubble["text"], MessageLimit.MAX_TEXT_LENGTH)
        sent = None
        for number, part in enumerate(parts, start=1):
            async with self._overall:
                keyboard = _keyboard(bubble) or NO_KEYBOARD if number == len(parts) else None
                sent = await self._bot.send_message(int(person), part, reply_markup=keyboard)
        return str(sent.message_id) if sent else None

    async def _offer_own_phone(self, person: str, bubble: Bubble) -> None:
        """Telegram's own button for giving one's number; it can not stand under a message that has other buttons."""
        words = bubble.get("share")
        if words:
            button = KeyboardButton(words["button"], request_contact=True)
            keyboard = ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
            async with self._overall:
                await _harmless(self._bot.send_message(int(person), words["text"], reply_markup=keyboard))

    async def fetch(self, media: str) -> bytes:
        """The sound of a voice note. Raises NotSent."""
        with _named_problems():
            file = await self._bot.get_file(media)
            return bytes(await file.download_as_bytearray())

    async def set_commands(self, descriptions: Mapping[str, list[tuple[str, str]]]) -> None:
        """The menu of commands by language; the first language is also everybody else's."""
        for number, (language, commands) in enumerate(descriptions.items()):
            if number == 0:
                await _harmless(self._bot.set_my_commands(commands))
            await _harmless(self._bot.set_my_commands(commands, language_code=language))

    async def refuse_group(self, group: int, text: str) -> None:
        """Say once in a group that nothing private is talked about there, and leave it."""
        await _harmless(self._bot.send_message(group, text))
        await _harmless(self._bot.leave_chat(group))

    async def heard(self, message: Incoming, buttons_on: str | None) -> None:
        """Answer the tap, take the old buttons away and show that somebody is typing."""
        if message.kind == TAP and message.tapped:
            query = message.tapped.partition(":")[0]
            await _harmless(self._bot.answer_callback_query(query))
        if buttons_on:
            await _harmless(self._bot.edit_message_reply_markup(int(message.person), int(buttons_on)))
        await _harmless(self._bot.send_chat_action(int(message.person), ChatAction.TYPING))

    async def _pause(self, person: str, seconds: float) -> None:
        """The pause before a bubble, with the sign that somebody is typing."""
        left = min(seconds, LONGEST_PAUSE)
        while left > 0:
            await _harmless(self._bot.send_chat_action(int(person), ChatAction.TYPING))
            await asyncio.sleep(min(left, TYPING_EVERY))
            left -= TYPING_EVERY


@contextmanager
def _named_problems() -> Iterator[None]:
    """What Telegram complains of, as the post office knows it."""
    try:
        yield
    except RetryAfter as error:
        raise TryLater("429", _seconds(error.retry_after)) from error
    except InvalidToken as error:
        raise TokenRefused("token") from error
    except (Forbidden, ChatMigrated) as error:
        raise Unreachable("403") from error
    except BadRequest as error:
        # Telegram says 400 of a chat that never existed or is gone, too.
        raise (Unreachable("no_chat") if "chat not found" in str(error).lower() else Refused("400")) from error
    except NetworkError as error:
        raise TryLater("network") from error
    except TelegramError as error:
        raise TryLater("telegram") from error
    except ValueError as error:
        raise Refused("button") from error


def _seconds(retry_after: Any) -> float:
    """PTB gives seconds today and a timedelta tomorrow."""
    return float(retry_after.total_seconds() if hasattr(retry_after, "total_seconds") else retry_after)


async def _harmless(call: Awaitable[Any]) -> None:
    try:
        await call
    except TelegramError as error:
        logger.info("telegram.ignored %s", type(error).__name__)


def _keyboard(bubble: Bubble) -> InlineKeyboardMarkup | None:
    buttons = bubble.get("buttons") or []
    rows = [[InlineKeyboardButton(one["title"], callback_data=data_of(one["payload"]))] for one in buttons]
    return InlineKeyboardMarkup(rows) if rows else None
