"""«Escuchar»: the last question again with its recording; where there is none, the person is told so."""

from __future__ import annotations

from collections.abc import Callable

from bot.gateway.asides.words import Phrases
from bot.gateway.gateway import Bubble
from bot.gateway.incoming import LISTEN, TEXT, Incoming
from bot.gateway.notes import QUESTION, Notes
from bot.gateway.voice import VoiceFolder

NO_RECORDING = "utter_no_recording"
LANGUAGES = ("es", "qu")


class Hearing:
    """The aside. say: (response, language) -> words; phrases: what people write for it."""

    def __init__(self, notes: Notes, voice: VoiceFolder, say: Callable[[str, str], str], phrases: Phrases) -> None:
        self._notes = notes
        self._voice = voice
        self._say = say
        self._phrases = phrases

    async def __call__(self, conversation: str, message: Incoming) -> list[Bubble] | None:
        """The question once more, with its buttons, which a new message takes away."""
        if message.kind != LISTEN and not (message.kind == TEXT and message.text in self._phrases):
            return None
        question: Bubble | None = self._notes.get(conversation, QUESTION)
        if question is None:
            return [self._sorry(language) for language in LANGUAGES]
        if self._voice.find(question) is not None:
            return [question]
        return [self._sorry(str(question["voice"]["language"])), question]

    def _sorry(self, language: str) -> Bubble:
        return {"text": self._say(NO_RECORDING, language[:2]), "buttons": []}
