"""What the engine says, in the words that a person would read, with the Quechua of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from console.clockwords import LIMA, moment_words
from console.wording import Translate
from screening.turn import Option, Say

SPANISH = "es"
ROOT = Path(__file__).parents[2]
PROGRESS = "utter_progress"


@dataclass(frozen=True)
class Words:
    """A text as it is shown. missing: the language has no words for it, so that it is shown in Spanish."""

    text: str
    missing: bool = False


@dataclass(frozen=True)
class Speaker:
    """Words what is said in one language. quechua: Spanish -> Quechua of the draft; responses: name -> Spanish."""

    language: str
    translate: Translate
    quechua: Mapping[str, str] = field(default_factory=dict)
    responses: Mapping[str, str] = field(default_factory=dict)
    now: datetime | None = None

    def word(self, context: str, text: str) -> Words:
        """The text in the language."""
        if self.language == SPANISH or not text:
            return Words(text)
        drafted = self.quechua.get(text)
        if drafted:
            return Words(drafted)
        found = self.translate(context, text, self.language)
        return Words(found, missing=found == text and len(text) > len("No"))

    def translated(self, context: str, text: str, language: str) -> str:
        """The same for the engine, which reads answers in the words of the buttons."""
        return Speaker(language, self.translate, self.quechua).word(context, text).text

    def say(self, say: Say) -> Words:
        """A bubble or a question, with its fields and where in the questionnaire it stands."""
        found = self._response(say.response) if say.response else self.word(say.context, say.text or "")
        text = self._filled(found.text, say.fields)
        if say.progress:
            counted = self._filled(self._response(PROGRESS).text, dict(zip(("n", "total"), say.progress, strict=True)))
            text = f"{counted}\n{text}"
        return Words(text, found.missing)

    def label(self, option: Option) -> Words:
        """The words on a button."""
        return self.word(option.context, option.label) if option.label else self._response(option.context)

    def response(self, name: str) -> str:
        """A response of the domain."""
        return self._response(name).text

    def _response(self, name: str) -> Words:
        return self.word(name, self.responses.get(name, f"[{name}]"))

    def _filled(self, text: str, values: Mapping[str, Any]) -> str:
        if not values or "{" not in text:
            return text
        try:
            return text.format_map({name: self._value(value) for name, value in values.items()})
        except (KeyError, ValueError, IndexError):
            return text  # the check names the field that does not fit

    def _value(self, value: Any) -> str:
        if isinstance(value, dict) and "datetime" in value:
            moment = datetime.fromisoformat(value["datetime"])
            return moment_words(moment, self.now) if self.now else f"{moment.astimezone(LIMA):%d/%m/%Y, %H:%M}"
        if isinstance(value, dict) and "text" in value:
            return self.word(value["text"][0], value["text"][1]).text
        if isinstance(value, dict) and "list" in value:
            return ", ".join(self._value(one) for one in value["list"])
        return str(value)


def responses() -> Mapping[str, str]:
    """The Spanish of the domain's responses; empty where there is no domain."""
    path = ROOT / "domain.yml"
    return _responses(path, path.stat().st_mtime_ns) if path.exists() else {}


@lru_cache(maxsize=2)
def _responses(path: Path, _changed: int) -> Mapping[str, str]:
    written = yaml.safe_load(path.read_text(encoding="utf-8")).get("responses") or {}
    return {str(name): str(said[0].get("text", "")) for name, said in written.items() if said}
