"""The trained model as people meet it, asked one text after the other."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from uyariq.quiet import quiet_libraries

FALLBACK = "nlu_fallback"
BY_MODEL = "model"


@dataclass(frozen=True)
class Understood:
    """What became of a text. ranking: the model's own intents, without the fallback's; ms: time it took.

    dangers: codes by written rules; feared: codes that only the model adds, which the bot then asks about.
    """

    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    dangers: tuple[str, ...]
    feared: tuple[str, ...]
    language: str | None
    variety: str | None
    entities: tuple[tuple[str, str], ...] = field(repr=False)
    ms: float

    @property
    def best(self) -> tuple[str, float]:
        """The best guess, taken although the bot would have asked back."""
        return self.ranking[0] if self.ranking else (FALLBACK, 0.0)


class Bot:
    """Loads the model on first use. model: another one than that in use."""

    def __init__(self, model: Path | None = None) -> None:
        self._model = model

    @cached_property
    def _agent(self) -> Any:
        quiet_libraries()
        from uyariq.rooms import load_understanding

        return load_understanding(self._model)

    def read_all(self, texts: list[str]) -> list[Understood]:
        """What the bot understands in each text."""
        return asyncio.run(self._read_all(texts))

    async def _read_all(self, texts: list[str]) -> list[Understood]:
        return [await self._read(text) for text in texts]

    async def _read(self, text: str) -> Understood:
        started = time.perf_counter()
        # As `uyariq parse` does it: what begins with / is read as text.
        parsed = await self._agent.parse_message(text.lstrip("/ ") if text.startswith("/") else text)
        return understood(parsed, (time.perf_counter() - started) * 1000)


def understood(parsed: dict[str, Any], ms: float) -> Understood:
    """Rasa's output as a record."""
    from bot.nlu.components.risk_detector import INTENT_OF_CODE

    intent = parsed.get("intent") or {}
    name = str(intent.get("name") or FALLBACK)
    found = parsed.get("risk") or []
    by_rule = tuple(dict.fromkeys(row["code"] for row in found if row["id"] != BY_MODEL))
    feared = {row["code"] for row in found if row["id"] == BY_MODEL}
    feared |= {code for code, its_intent in INTENT_OF_CODE.items() if its_intent == name}
    return Understood(
        intent=name,
        confidence=float(intent.get("confidence") or 0.0),
        ranking=_ranking(parsed),
        dangers=by_rule,
        feared=tuple(sorted(feared - set(by_rule))),
        language=parsed.get("language"),
        variety=parsed.get("variety"),
        entities=tuple((row["entity"], str(row["value"])) for row in parsed.get("entities") or ()),
        ms=ms,
    )


def _ranking(parsed: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    rows = parsed.get("intent_ranking") or []
    return tuple((str(r["name"]), float(r["confidence"])) for r in rows if r.get("name") not in (None, FALLBACK))
