"""The statistical intent model: n-grams of words and characters, one linear separation per intent, calibrated.

Small and fast on purpose: it trains in seconds, answers in a fraction of a millisecond and needs only numpy for that.
It never decides on danger; the risk phrases do.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.nlu.intent_features import Tokens, familiarity, message_features, view_of, weighted

_WEIGHTS_FILE, _NAMES_FILE = "weights.npz", "names.json"


@dataclass(frozen=True)
class Calibration:
    """How margins become a chance of being right, fitted on sentences the model had not seen.

    scale: turns margins into shares. weights: of the evidence() of a message; the first is the constant.
    """

    scale: float
    weights: tuple[float, ...]

    def chance(self, margins: NDArray[np.float32], known: float) -> float:
        """How often the first guess is right among messages that look like this one."""
        score = float(np.dot(self.weights, evidence(margins, known, self.scale)))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


UNCALIBRATED = Calibration(4.0, (0.0, 1.0, 0.0, 0.0, 0.0))


def shares(margins: NDArray[np.float32], scale: float) -> NDArray[np.float64]:
    """Margins as shares that add up to 1."""
    raised = np.exp(scale * (margins.astype(np.float64) - float(margins.max())))
    return np.asarray(raised / raised.sum(), np.float64)


def evidence(margins: NDArray[np.float32], known: float, scale: float) -> tuple[float, ...]:
    """What tells a good guess from a bad one: its share, its margin, its distance to the second, how much was known."""
    first, second = np.sort(margins)[::-1][:2]
    share = min(max(float(shares(margins, scale).max()), 1e-6), 1 - 1e-6)
    return 1.0, math.log(share / (1 - share)), float(first), float(first - second), known


@dataclass(frozen=True)
class IntentModel:
    """features: name -> row; rarity, views: one per row; weights: rows x intents; bias: one number per intent."""

    intents: tuple[str, ...]
    features: dict[str, int]
    rarity: NDArray[np.float32]
    views: NDArray[np.int8]
    weights: NDArray[np.float16]
    bias: NDArray[np.float32]
    calibration: Calibration = UNCALIBRATED

    def rank(self, tokens: Tokens) -> list[tuple[str, float]]:
        """Intents with their chance of being right, highest first; together at most 1."""
        known = familiarity(tokens, self.features)
        margins = self.margins(tokens)
        split = shares(margins, self.calibration.scale)
        order = np.argsort(-margins, kind="stable")
        first = int(order[0])
        # Something of which less than a third was ever seen is not understood, however well it fits.
        chance = self.calibration.chance(margins, known) * min(1.0, 2 * known) if known else 0.0
        rest = min(1.0 - chance, chance * (1 - split[first]) / max(split[first], 1e-9)) if chance else 0.0
        others = split / max(1 - float(split[first]), 1e-9) * rest
        return [(self.intents[i], chance if i == first else min(chance, float(others[i]))) for i in order]

    def margins(self, tokens: Tokens) -> NDArray[np.float32]:
        """How far the message lies on each intent's side."""
        rows, values = self.vector(tokens)
        if not len(rows):
            return self.bias
        return np.asarray(values @ self.weights[rows].astype(np.float32) + self.bias, np.float32)

    def vector(self, tokens: Tokens) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and values of the features that the model knows."""
        known = {
            self.features[name]: times for name, times in message_features(tokens).items() if name in self.features
        }
        rows = np.fromiter(known.keys(), np.int64, len(known))
        times = np.fromiter(known.values(), np.float32, len(known))
        return rows, weighted(times, self.rarity[rows], self.views[rows])

    def save(self, folder: Path) -> None:
        """Writes the model as plain arrays and names."""
        np.savez_compressed(folder / _WEIGHTS_FILE, rarity=self.rarity, weights=self.weights, bias=self.bias)
        names = {
            "intents": self.intents,
            "features": sorted(self.features, key=self.features.__getitem__),
            "calibration": [self.calibration.scale, *self.calibration.weights],
        }
        (folder / _NAMES_FILE).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> IntentModel:
        """Reads what save() wrote."""
        arrays = np.load(folder / _WEIGHTS_FILE, allow_pickle=False)
        names = json.loads((folder / _NAMES_FILE).read_text(encoding="utf-8"))
        features = {name: row for row, name in enumerate(names["features"])}
        scale, *weights = names["calibration"]
        return cls(
            tuple(names["intents"]),
            features,
            arrays["rarity"],
            views_of(names["features"]),
            arrays["weights"],
            arrays["bias"],
            Calibration(scale, tuple(weights)),
        )


def views_of(names: list[str]) -> NDArray[np.int8]:
    """The view of each feature, in order."""
    return np.array([view_of(name) for name in names], np.int8)
