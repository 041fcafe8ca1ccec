"""One person on two platforms: a code from one is typed on the other, and only their own yes joins the two."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.gateway.asides.words import Phrases
from bot.gateway.gateway import Bubble
from bot.gateway.incoming import LINK, TAP, TEXT, Incoming
from bot.gateway.notes import QUESTION, Notes
from bot.gateway.post_office import Beside

LASTS = timedelta(minutes=15)
TRIES = 5
# How long a change of number that the platform told of is worth asking about.
MOVED_LASTS = timedelta(days=30)
CODE, ENTERING, ASKED, MOVED = "link-code", "link-entering", "link-asked", "moved"
LANGUAGES = ("es", "qu")
_CODE = re.compile(r"\s*(\d{3})[ -]?(\d{3})\s*")
_KEY = re.compile(r'/answer\{"k":"gateway:link:(yes|no):([0-9a-f]{8})"\}')
Words = Callable[[str, str], str]
# (conversation, other conversation) -> whether they are one person's now.
Join = Callable[[str, str], bool]


class Linking:
    """The aside. join: makes one person of two conversations; secret: under which codes are kept as hashes."""

    def __init__(
        self, notes: Notes, join: Join, say: Words, phrases: Phrases, secret: bytes, now: Callable[[], datetime]
    ) -> None:
        self._notes = notes
        self._join = join
        self._say = say
        self._phrases = phrases
        self._secret = secret
        self._now = now

    async def __call__(self, conversation: str, message: Incoming) -> list[Bubble] | Beside | None:
        """A wish to join, a code, or the answer to the question; also the question after a change of number."""
        if message.kind == LINK or (message.kind == TEXT and message.text in self._phrases):
            return self._begin(conversation)
        if message.kind == TAP:
            return self._answered(conversation, message.text)
        code = _CODE.fullmatch(message.text) if message.kind == TEXT else None
        if code is not None:
            return self._try(conversation, "".join(code.groups()))
        return self._ask_who_moved(conversation, message)

    def moved(self, old: str, new: str) -> None:
        """The platform says that somebody writes from another number: they are asked once they write from it.

        Who moved twice before they wrote is asked about where they wrote.
        """
        self._notes.put(new, MOVED, self._notes.get(old, MOVED) or old, self._now())

    def _begin(self, conversation: str) -> list[Bubble]:
        """A new code; the one before it is worth nothing any more. A code from elsewhere may be typed here as well."""
        code = f"{secrets.randbelow(1_000_000):06d}"
        self._notes.put(conversation, CODE, self._hash(code), self._now())
        self._remember_tries(conversation)
        return self._bubbles(conversation, "utter_link_code", code=f"{code[:3]} {code[3:]}")

    def _remember_tries(self, conversation: str) -> None:
        """Asking for codes does not give new tries."""
        if self._tries(conversation) is None:
            self._notes.put(conversation, ENTERING, 0, self._now())

    def _tries(self, conversation: str) -> int | None:
        tries: int | None = self._notes.get(conversation, ENTERING, self._now() - LASTS)
        return tries

    def _try(self, conversation: str, code: str) -> list[Bubble] | None:
        """Six digits count as a code only from somebody who asked to join; else they are an answer like any other."""
        tries = self._tries(conversation)
        if tries is None:
            return None
        if tries >= TRIES:
            return self._bubbles(conversation, "utter_link_blocked")
        self._notes.put(conversation, ENTERING, tries + 1, self._now())
        other = self._whose(conversation, code)
        if other is None:
            return self._bubbles(conversation, "utter_link_wrong")
        # A code works once.
        self._notes.drop(other, CODE)
        return [self._question(conversation, other, "utter_link_ask")]

    def _whose(self, conversation: str, code: str) -> str | None:
        sought, young = self._hash(code), self._now() - LASTS
        for other, _, hashed in self._notes.named(CODE):
            same = hmac.compare_digest(str(hashed), sought)
            if same and other != conversation and self._notes.get(other, CODE, young) is not None:
                return other
        return None

    def _question(self, conversation: str, other: str, response: str) -> Bubble:
        tag = secrets.token_hex(4)
        self._notes.put(conversation, ASKED, {"tag": tag, "other": other}, self._now())
        language = self._languages(conversation)[0]
        buttons = [
            {"title": self._say(f"utter_link_{word}", language), "payload": _payload(word, tag)}
            for word in ("yes", "no")
        ]
        text = "\n\n".join(self._say(response, one) for one in self._languages(conversation))
        return {"text": text, "buttons": buttons}

    def _answered(self, conversation: str, payload: str) -> list[Bubble] | None:
        found = _KEY.fullmatch(payload)
        if found is None:
            return None
        asked: Any = self._notes.get(conversation, ASKED, self._now() - LASTS)
        if asked is None or asked["tag"] != found[2] or not self._notes.drop(conversation, ASKED):
            return self._bubbles(conversation, "utter_link_wrong")
        if found[1] == "no":
            return self._bubbles(conversation, "utter_link_not")
        joined = self._join(conversation, asked["other"])
        return self._bubbles(conversation, "utter_link_done" if joined else "utter_link_wrong")

    def _ask_who_moved(self, conversation: str, message: Incoming) -> Beside | None:
        """After what the dialogue answers: it may be that they are in danger."""
        old = self._notes.get(conversation, MOVED, self._now() - MOVED_LASTS)
        if old is None or not self._notes.drop(conversation, MOVED):
            return None
        return Beside(message, (self._question(conversation, str(old), "utter_link_moved"),))

    def _bubbles(self, conversation: str, response: str, **fields: str) -> list[Bubble]:
        texts = [self._say(response, language) for language in self._languages(conversation)]
        for name, value in fields.items():
            texts = [text.replace(f"{{{name}}}", value) for text in texts]
        return [{"text": text, "buttons": []} for text in texts]

    def _languages(self, conversation: str) -> tuple[str, ...]:
        """The language of the last question; both where nobody was asked anything yet."""
        question = self._notes.get(conversation, QUESTION)
        return (str(question["voice"]["language"])[:2],) if question else LANGUAGES

    def _hash(self, code: str) -> str:
        return hmac.new(self._secret, b"link code " + code.encode(), hashlib.sha256).hexdigest()


def _payload(word: str, tag: str) -> str:
    return f'/answer{{"k":"gateway:link:{word}:{tag}"}}'
