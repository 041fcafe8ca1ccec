"""Figures over pairs of what was meant and what was understood; pure arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Pairs = Sequence[tuple[str, str]]
"""(meant, understood)."""


@dataclass(frozen=True)
class Score:
    """precision, recall, f1: 0-1; support: how many were meant."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Bin:
    """Predictions of like confidence: how sure they were on average and what share was right."""

    confidence: float
    accuracy: float
    count: int


def share(part: int, whole: int) -> float:
    """part / whole; 0 of nothing is 0."""
    return part / whole if whole else 0.0


def accuracy(pairs: Pairs) -> float:
    """Share of pairs that agree."""
    return share(sum(meant == understood for meant, understood in pairs), len(pairs))


def by_label(pairs: Pairs) -> dict[str, Score]:
    """Precision, recall and F1 of every label that was meant at least once."""
    meant = Counter(one for one, _ in pairs)
    understood = Counter(one for _, one in pairs)
    right = Counter(one for one, other in pairs if one == other)
    return {label: _score(right[label], understood[label], meant[label]) for label in sorted(meant)}


def macro_f1(pairs: Pairs) -> float:
    """Mean F1 of the labels that were meant; what was understood as another label (a fallback) counts as a miss."""
    scores = by_label(pairs)
    return sum(one.f1 for one in scores.values()) / len(scores) if scores else 0.0


def confusions(pairs: Pairs) -> Counter[tuple[str, str]]:
    """How often each label was taken for each."""
    return Counter(pairs)


def reliability(outcomes: Iterable[tuple[float, bool]], bins: int = 10) -> list[Bin]:
    """Outcomes (confidence, right?) in bins of equal width; empty bins are left out."""
    sorted_in: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in outcomes:
        sorted_in.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, right))
    return [
        Bin(sum(c for c, _ in inside) / len(inside), sum(r for _, r in inside) / len(inside), len(inside))
        for _, inside in sorted(sorted_in.items())
    ]


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """Mean distance between confidence and accuracy, bins weighted by their size."""
    total = sum(one.count for one in bins)
    return sum(abs(one.confidence - one.accuracy) * one.count for one in bins) / total if total else 0.0


def _score(right: int, understood: int, meant: int) -> Score:
    precision, recall = share(right, understood), share(right, meant)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Score(precision, recall, f1, meant)
