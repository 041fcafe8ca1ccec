"""The statistical intent model: word and character n-grams weighted by rarity, one logistic regression per intent.

Small and fast on purpose: it trains in seconds, answers in a fraction of a millisecond and needs only numpy for that.
It never decides on danger; the risk phrases do.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Tokens = Sequence[tuple[str, str]]
"""A message as (key, lemma key) pairs."""

LONGEST_NGRAM = 5
_LEAST_DOCUMENTS = 2
_WEIGHTS_FILE, _NAMES_FILE = "weights.npz", "names.json"


@dataclass(frozen=True)
class IntentModel:
    """features: name -> row; rarity: weight of each row; weights: rows x intents; bias: one number per intent."""

    intents: tuple[str, ...]
    features: dict[str, int]
    rarity: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def rank(self, tokens: Tokens) -> list[tuple[str, float]]:
        """Intents with their probabilities, highest first. Words never seen lower every probability."""
        rows, values, familiar = self._vector(tokens)
        margins = values @ self.weights[rows] + self.bias if len(rows) else self.bias
        each = 1.0 / (1.0 + np.exp(-margins))
        shares = each / max(float(each.sum()), 1e-9) * familiar
        order = np.argsort(-shares)
        return [(self.intents[i], float(shares[i])) for i in order]

    def _vector(self, tokens: Tokens) -> tuple[NDArray[np.int64], NDArray[np.float32], float]:
        counts = message_features(tokens)
        known = {self.features[name]: times for name, times in counts.items() if name in self.features}
        if not known:
            return np.zeros(0, np.int64), np.zeros(0, np.float32), 0.0
        rows = np.fromiter(known.keys(), np.int64, len(known))
        times = np.fromiter(known.values(), np.float32, len(known))
        return rows, _normalised((1 + np.log(times)) * self.rarity[rows]), _familiarity(tokens, self.features)

    def save(self, folder: Path) -> None:
        """Writes the model as plain arrays and names."""
        np.savez_compressed(folder / _WEIGHTS_FILE, rarity=self.rarity, weights=self.weights, bias=self.bias)
        names = {"intents": self.intents, "features": sorted(self.features, key=self.features.__getitem__)}
        (folder / _NAMES_FILE).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> IntentModel:
        """Reads what save() wrote."""
        arrays = np.load(folder / _WEIGHTS_FILE, allow_pickle=False)
        names = json.loads((folder / _NAMES_FILE).read_text(encoding="utf-8"))
        features = {name: row for row, name in enumerate(names["features"])}
        return cls(tuple(names["intents"]), features, arrays["rarity"], arrays["weights"], arrays["bias"])


def message_features(tokens: Tokens) -> Counter[str]:
    """Names of a message's features: w word, b two words in a row, c character n-gram inside a word."""
    found: Counter[str] = Counter()
    previous = "^"
    for key, lemma in tokens:
        lemma = "#" if lemma.isdigit() else lemma
        found[f"w{lemma}"] += 1
        found[f"b{previous} {lemma}"] += 1
        found.update(_character_ngrams("0" * len(key) if key.isdigit() else key))
        previous = lemma
    found[f"b{previous} $"] += 1
    return found


def train(messages: Sequence[Tokens], intents: Sequence[str], inverse_penalty: float, tolerance: float) -> IntentModel:
    """Fits one logistic regression per intent, intents of any size counting alike."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    counts = [message_features(tokens) for tokens in messages]
    features, rarity = _vocabulary(counts)
    rows = [_training_row(c, features, rarity) for c in counts]
    pointers = np.cumsum([0] + [len(columns) for columns, _values in rows])
    matrix = csr_matrix(
        (np.concatenate([v for _c, v in rows]), np.concatenate([c for c, _v in rows]), pointers),
        shape=(len(rows), len(features)),
    )
    fitted = LogisticRegression(
        C=inverse_penalty, tol=tolerance, class_weight="balanced", solver="liblinear", random_state=1
    ).fit(matrix, list(intents))
    coefficients, bias = _one_row_per_intent(fitted.coef_, fitted.intercept_)
    names = tuple(str(name) for name in fitted.classes_)
    return IntentModel(names, features, rarity, coefficients.T.astype(np.float32).copy(), bias.astype(np.float32))


def _one_row_per_intent(
    coefficients: NDArray[np.float64], bias: NDArray[np.float64]
) -> tuple[NDArray[np.float64], ...]:
    """With two intents scikit-learn keeps one row only."""
    if len(bias) == 1:
        return np.vstack([-coefficients, coefficients]), np.concatenate([-bias, bias])
    return coefficients, bias


def _training_row(
    counts: Counter[str], features: dict[str, int], rarity: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    known = sorted((features[name], times) for name, times in counts.items() if name in features)
    columns = np.array([column for column, _times in known], np.int64)
    times = np.array([times for _column, times in known], np.float32)
    return columns, _normalised((1 + np.log(times)) * rarity[columns]) if len(columns) else times


def _vocabulary(counts: Sequence[Counter[str]]) -> tuple[dict[str, int], NDArray[np.float32]]:
    documents: Counter[str] = Counter(name for c in counts for name in c)
    kept = sorted(name for name, times in documents.items() if times >= _LEAST_DOCUMENTS or name[0] == "w")
    rarity = [math.log((1 + len(counts)) / (1 + documents[name])) + 1 for name in kept]
    return {name: row for row, name in enumerate(kept)}, np.array(rarity, np.float32)


def _character_ngrams(key: str) -> Iterable[str]:
    padded = f" {key[:_LONGEST_KEY]} "
    for size in range(1, LONGEST_NGRAM + 1):
        for start in range(len(padded) - size + 1):
            yield "c" + padded[start : start + size]


_LONGEST_KEY = 40


def _normalised(values: NDArray[np.float32]) -> NDArray[np.float32]:
    length = float(np.sqrt((values * values).sum()))
    return values / length if length else values


def _familiarity(tokens: Tokens, features: dict[str, int]) -> float:
    """1 when most of the message was seen in training, falling to 0 when nothing was; long words weigh more."""
    shares = [(len(key) + 0.0, _share_seen(key, lemma, features)) for key, lemma in tokens]
    letters = sum(weight for weight, _share in shares)
    return min(1.0, 1.6 * sum(weight * share for weight, share in shares) / letters) if letters else 0.0


def _share_seen(key: str, lemma: str, features: dict[str, int]) -> float:
    if f"w{lemma}" in features or lemma.isdigit():
        return 1.0
    trigrams = [name for name in _character_ngrams(key) if len(name) == 4]
    return sum(name in features for name in trigrams) / len(trigrams) if trigrams else 0.0
