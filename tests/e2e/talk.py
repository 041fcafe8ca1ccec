"""A person who talks to the bot in a test: says, taps, and remembers what was heard."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from screening.texts import Text, texts
from uyariq.rooms import House
from uyariq.translations import all_texts

FIELD = re.compile(r"\\\{[a-z_]+\\\}")


@dataclass
class Talk:
    """One conversation. bubbles: the last answer; heard: everything so far."""

    house: House
    person: str
    channel: str = "test"
    bubbles: list[dict[str, Any]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    sent: int = 0

    async def say(self, text: str, message_id: str | None = None) -> list[dict[str, Any]]:
        """Type something."""
        return await self._send(message_id, text=text)

    async def tap(self, title: str) -> list[dict[str, Any]]:
        """Tap the button with that title."""
        return await self._send(None, payload=self.button(title)["payload"])

    async def choose(self, code: str) -> list[dict[str, Any]]:
        """Tap the button that stands for that code, whatever it is called in the person's language."""
        offered = {code_of(one): one for bubble in self.bubbles for one in bubble.get("buttons") or []}
        assert code in offered, f"no button for «{code}», there are {sorted(offered)}"
        return await self._send(None, payload=offered[code]["payload"])

    async def payload(self, payload: str) -> list[dict[str, Any]]:
        """Send a payload as a platform would, whoever made it."""
        return await self._send(None, payload=payload)

    async def _send(self, message_id: str | None, **message: str) -> list[dict[str, Any]]:
        self.sent += 1
        identity = message_id or f"{self.person}-{self.sent}"
        self.bubbles = await self.house.gateway.receive(self.channel, self.person, identity, **message)
        self.heard += [bubble["text"] for bubble in self.bubbles]
        return self.bubbles

    def button(self, title: str) -> dict[str, str]:
        """A button of the last answer. Fails with the titles that there are."""
        offered = {button["title"]: button for bubble in self.bubbles for button in bubble.get("buttons") or []}
        assert title in offered, f"no button «{title}», there are {sorted(offered)}"
        return offered[title]

    async def arrive(self, language: str = "es", age: int = 40, sex: str = "female", district: str = "huanta") -> None:
        """Says hello and agrees to everything, up to the first item of the questionnaire."""
        await self.say("hola")
        for code in (language, "yes", "yes", "yes"):
            await self.choose(code)
        await self.say(str(age))
        await self.choose(sex)
        await self.say(district)

    @property
    def buttons(self) -> list[str]:
        """Titles of the last answer's buttons."""
        return [button["title"] for bubble in self.bubbles for button in bubble.get("buttons") or []]

    @property
    def codes(self) -> list[str]:
        """What the last answer's buttons stand for."""
        return [code_of(button) for bubble in self.bubbles for button in bubble.get("buttons") or []]

    @property
    def question(self) -> str:
        """The last thing said: with it the person has the floor."""
        return str(self.bubbles[-1]["text"]) if self.bubbles else ""

    @property
    def progress(self) -> list[int] | None:
        """Number of the questionnaire's running item and how many there are; None outside of questionnaires."""
        return next((bubble["progress"] for bubble in self.bubbles if bubble.get("progress")), None)

    def hears(self, context: str, language: str = "es") -> bool:
        """Whether the last answer holds the text of that context, whatever its fields say."""
        said = "\n".join(bubble["text"] for bubble in self.bubbles)
        return re.search(self.pattern(context, language), said) is not None

    def asks(self, context: str, language: str = "es") -> bool:
        """Whether the last bubble is the text of that context, so that the person's answer will be one to it."""
        return re.search(self.pattern(context, language) + r"\Z", self.question) is not None

    def ever_heard(self, context: str, language: str = "es") -> bool:
        """Whether any answer so far held the text of that context."""
        return any(re.search(self.pattern(context, language), text) for text in self.heard)

    def pattern(self, context: str, language: str) -> str:
        """The text of a context in a language, with anything in the place of its fields."""
        source = sources(self.house)[context]
        words = self.house.catalog.translate(context, source.text, language)
        return FIELD.sub(".+?", re.escape(words))


def code_of(button: dict[str, str]) -> str:
    """The option that a button of ours stands for: an answer's code, or a language."""
    values = json.loads(button["payload"][button["payload"].index("{") :])
    return str(values["k"]).split(":")[2] if "k" in values else str(values["language"])


_SOURCES: dict[int, dict[str, Text]] = {}


def sources(house: House) -> dict[str, Text]:
    """Every text for people, by context."""
    key = id(house.library)
    if key not in _SOURCES:
        # all_texts leaves out instruments that exist in Spanish only.
        _SOURCES[key] = {text.context: text for text in (*texts(house.library), *all_texts(house.library, {}))}
    return _SOURCES[key]
