"""A learned fear beside the rules of danger: how likely a message speaks of each danger, in wording no rule foresaw.

It may only make the bot ask. What is found by rule is never weakened by it, and nothing is scored by it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.nlu.intent_features import Tokens
from bot.nlu.intent_model import IntentModel

_SLOPES_FILE = "slopes.json"
_STEEPEST = 30.0


@dataclass(frozen=True)
class DangerModel:
    """separations: one per code of danger, told apart from all else. slopes: code -> (slope, constant) of a margin."""

    separations: IntentModel
    slopes: Mapping[str, tuple[float, float]]

    def chances(self, tokens: Tokens) -> dict[str, float]:
        """How often messages that look like this one speak of each danger, from 0 to 1."""
        margins = self.separations.margins(tokens)
        codes = self.separations.intents
        return {code: _chance(self.slopes[code], float(margin)) for code, margin in zip(codes, margins, strict=True)}

    def save(self, folder: Path) -> None:
        """Writes the model as plain arrays and numbers."""
        self.separations.save(folder)
        (folder / _SLOPES_FILE).write_text(json.dumps(dict(self.slopes)), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> DangerModel:
        """Reads what save() wrote."""
        slopes = json.loads((folder / _SLOPES_FILE).read_text(encoding="utf-8"))
        return cls(IntentModel.read(folder), {code: (float(a), float(b)) for code, (a, b) in slopes.items()})


def _chance(slope: tuple[float, float], margin: float) -> float:
    score = slope[0] * margin + slope[1]
    return 1.0 / (1.0 + math.exp(-max(-_STEEPEST, min(_STEEPEST, score))))
