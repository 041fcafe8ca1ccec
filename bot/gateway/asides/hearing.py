"""«Escuchar»: the last question again with its recording, or by a button the recording of the message above it.

Where there is none, the person is told so. Nothing here is an answer to anything.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from bot.gateway.asides.words import Phrases
from bot.gateway.gateway import Bubble
from bot.gateway.incoming import LISTEN, TAP, TEXT, Incoming
from bot.gateway.notes import QUESTION, Notes
from bot.gateway.prompts import to_hear
from bot.gateway.voice import VoiceFolder

NO_RECORDING, GONE = "utter_no_recording", "utter_recording_gone"
LANGUAGES = ("es", "qu")
# A finger that drums on a button: so many times the same recording in so many seconds, and no more.
MOST_TAPS, WITHIN = 3, 30.0
REMEMBERED = 2_000


class Hearing:
    """The aside. say: (response, language) -> words; phrases: what people write for it."""

    def __init__(self, notes: Notes, voice: VoiceFolder, say: Callable[[str, str], str], phrases: Phrases) -> None:
        self._notes = notes
        self._voice = voice
        self._say = say
        self._phrases = phrases
        self._taps: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    async def __call__(self, conversation: str, message: Incoming) -> list[Bubble] | None:
        """A recording alone; or the question once more, with its buttons, which a new message takes away."""
        asked = to_hear(message.text) if message.kind == TAP else None
        if asked is not None:
            return [self._sound(conversation, asked)] if self._in_reason(conversation, asked) else []
        if message.kind != LISTEN and not (message.kind == TEXT and message.text in self._phrases):
            return None
        question: Bubble | None = self._notes.get(conversation, QUESTION)
        if question is None:
            return [self._sorry(language) for language in LANGUAGES]
        if self._voice.find(question) is not None:
            return [{**question, "aloud": True}]
        return [self._sorry(str(question["voice"]["language"])), question]

    def _sound(self, conversation: str, asked: str) -> Bubble:
        """The words are said only where the recording can not be."""
        question: Bubble | None = self._notes.get(conversation, QUESTION)
        languages = (str(question["voice"]["language"])[:2],) if question else LANGUAGES
        return {"text": "\n\n".join(self._say(GONE, one) for one in languages), "buttons": [], "hear": asked}

    def _in_reason(self, conversation: str, asked: str) -> bool:
        taps = self._taps.setdefault((conversation, asked), deque(maxlen=MOST_TAPS))
        self._taps.move_to_end((conversation, asked))
        if len(self._taps) > REMEMBERED:
            self._taps.popitem(last=False)
        now = time.monotonic()
        if len(taps) == MOST_TAPS and now - taps[0] < WITHIN:
            return False
        taps.append(now)
        return True

    def _sorry(self, language: str) -> Bubble:
        return {"text": self._say(NO_RECORDING, language[:2]), "buttons": []}
