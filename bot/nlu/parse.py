"""What understanding makes of one text, in the shape that `uyariq parse` prints."""

from __future__ import annotations

from typing import Any, Protocol

# The closed list of risk codes that `uyariq parse` publishes; worry about another person is told by the intent.
PUBLISHED_RISKS = ("suicide", "harm_others", "medical", "violence")

DEFAULT_LANGUAGE = "es"


class Understanding(Protocol):
    """A loaded Rasa agent."""

    async def parse_message(self, message_data: str) -> dict[str, Any]:
        """Rasa's parse of a text."""


async def parse(agent: Understanding, text: str) -> dict[str, Any]:
    """text, language, intent, confidence, entities, risk of one text; the caller adds answer.

    A text that could be in either language counts as Spanish, the language a conversation starts in. A text that begins
    with / is read as text, never as a payload.
    """
    parsed = await agent.parse_message(text.lstrip("/ ") if text.startswith("/") else text)
    return to_line(text, parsed)


def to_line(text: str, parsed: dict[str, Any]) -> dict[str, Any]:
    """Rasa's parse as one line of output."""
    intent = parsed.get("intent") or {}
    return {
        "text": text,
        "language": parsed.get("language") or DEFAULT_LANGUAGE,
        "intent": intent.get("name"),
        "confidence": round(float(intent.get("confidence") or 0.0), 4),
        "entities": [_entity(row) for row in parsed.get("entities") or []],
        "risk": risk_codes(parsed),
    }


def risk_codes(parsed: dict[str, Any]) -> list[str]:
    """The published codes among the risks found, each once, the most pressing first."""
    codes = [row["code"] for row in parsed.get("risk") or []]
    return [code for code in dict.fromkeys(codes) if code in PUBLISHED_RISKS]


def _entity(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("entity", "value", "start", "end") if key in row}
