"""What no answer to anybody may be, whatever the conversation: checked of every bubble that a test hears."""

from __future__ import annotations

import re
from typing import Any

from screening.texts import Text
from tests.e2e.talk import FIELD, sources
from uyariq.rooms import House

LONGEST = 300
UNFILLED = re.compile(r"\{[a-z_]*\}|\bNone\b")


def complaints(house: House, bubbles: list[dict[str, Any]], language: str) -> list[str]:
    """What is wrong with an answer; empty when it is as it should be."""
    found = [f"buttons before the last bubble: {bubble['text']}" for bubble in bubbles[:-1] if bubble.get("buttons")]
    for bubble in bubbles:
        lines = bubble["text"].split("\n")
        if not bubble["text"].strip():
            found.append("an empty bubble")
        if UNFILLED.search(bubble["text"]):
            found.append(f"a field without its value: {bubble['text']}")
        if max(map(len, lines)) > LONGEST:
            found.append(f"{max(map(len, lines))} characters: {bubble['text']}")
        if language == "qu":
            found += [f"Spanish to somebody who speaks Quechua: {line}" for line in lines if _is_spanish(house, line)]
    return found


def _is_spanish(house: House, line: str) -> bool:
    """Whether it is one of our Spanish texts. Those whose Quechua is the same word for word do not count."""
    exact, patterns = _spanish(house)
    return line in exact or any(pattern.fullmatch(line) for pattern in patterns)


_SPANISH: dict[int, tuple[set[str], list[re.Pattern[str]]]] = {}


def _spanish(house: House) -> tuple[set[str], list[re.Pattern[str]]]:
    key = id(house.library)
    if key not in _SPANISH:
        texts = {source.text for source in sources(house).values() if not _the_same_in_quechua(house, source)}
        with_fields = {text for text in texts if "{" in text}
        patterns = [re.compile(FIELD.sub(".+?", re.escape(text))) for text in with_fields]
        _SPANISH[key] = (texts - with_fields, patterns)
    return _SPANISH[key]


def _the_same_in_quechua(house: House, source: Text) -> bool:
    catalog = house.catalog
    translated = catalog.has(source.context, source.text, "qu")
    return translated and catalog.translate(source.context, source.text, "qu") == source.text
