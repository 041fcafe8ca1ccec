"""Fits the intent model: a vocabulary, one linear separation per intent, and a calibration on unseen sentences."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.intent_features import VIEWS, Tokens, familiarity, message_features
from bot.nlu.intent_model import UNCALIBRATED, Calibration, IntentModel, evidence, shares, views_of

_LEAST_SENTENCES = 3
_LEAST_WITH_VARIANTS = 5
_FEW_SENTENCES = 500
_LINES_KEPT_TOGETHER = 6


@dataclass(frozen=True)
class Example:
    """A sentence to learn from; variant: made from another by spelling rules, so it counts less."""

    tokens: Tokens
    intent: str
    variant: bool = False


@dataclass(frozen=True)
class Settings:
    """penalty: how much a wrong sentence costs; variant_weight: of a spelling variant, a written line being 1."""

    penalty: float = 1.0
    tolerance: float = 0.01
    variant_weight: float = 0.3
    folds: int = 2


@dataclass(frozen=True)
class Counted:
    """Examples as a matrix of feature counts, one row each, computed once for all fits."""

    examples: Sequence[Example]
    names: Sequence[str]
    matrix: Any

    def only(self, chosen: Sequence[int]) -> Counted:
        """Some of the examples."""
        return Counted([self.examples[i] for i in chosen], self.names, self.matrix[chosen])


def count(examples: Sequence[Example]) -> Counted:
    """Counts the features of each example."""
    from scipy.sparse import csr_matrix

    column_of: dict[str, int] = {}
    columns, times, ends = array("i"), array("f"), array("q", [0])
    for example in examples:
        for name, number in message_features(example.tokens).items():
            columns.append(column_of.setdefault(name, len(column_of)))
            times.append(number)
        ends.append(len(columns))
    shape = (len(examples), len(column_of))
    matrix = csr_matrix((np.array(times, np.float32), np.array(columns), np.array(ends)), shape=shape)
    return Counted(examples, list(column_of), matrix)


def train(examples: Sequence[Example], settings: Settings) -> IntentModel:
    """The model on all examples, calibrated on the written ones; with few examples it stays uncalibrated."""
    counted = count(examples)
    model = fit(counted, settings)
    written = [i for i, e in enumerate(examples) if not e.variant]
    if len(written) < _FEW_SENTENCES:
        return model
    return replace(model, calibration=calibrate(counted.only(written), settings))


def fit(counted: Counted, settings: Settings) -> IntentModel:
    """One linear separation per intent, intents of any size counting alike."""
    from sklearn.svm import LinearSVC

    examples = counted.examples
    kept = vocabulary(counted)
    names = [counted.names[column] for column in kept]
    raw, views = counted.matrix[:, kept], views_of(names)
    rarity = rarity_of(raw[[i for i, e in enumerate(examples) if not e.variant]])
    weight = [settings.variant_weight if e.variant else 1.0 for e in examples]
    fitted = LinearSVC(C=settings.penalty, tol=settings.tolerance, class_weight="balanced", random_state=1)
    fitted.fit(weighted_rows(raw, rarity, views), [e.intent for e in examples], sample_weight=weight)
    coefficients, bias = _one_row_per_intent(fitted.coef_, fitted.intercept_)
    weights = coefficients.T.astype(np.float16).copy()
    features = {name: row for row, name in enumerate(names)}
    return IntentModel(
        tuple(str(name) for name in fitted.classes_), features, rarity, views, weights, bias.astype(np.float32)
    )


def calibrate(counted: Counted, settings: Settings) -> Calibration:
    """Fits the chance of being right on sentences from folds the model did not see."""
    from sklearn.linear_model import LogisticRegression

    unseen = predict_unseen(counted, settings)
    scale = _best_scale(unseen)
    rows = np.array([evidence(u.margins, u.known, scale) for u in unseen])
    right = np.array([int(u.margins.argmax()) == u.truth for u in unseen])
    if right.all() or not right.any():
        return replace(UNCALIBRATED, scale=scale)
    fitted = LogisticRegression(C=10.0, max_iter=1000, fit_intercept=False).fit(rows, right)
    return Calibration(scale, tuple(float(w) for w in fitted.coef_[0]))


@dataclass(frozen=True)
class Unseen:
    """A sentence that the model had not learnt: its margins, how much of it was known, the row of the true intent."""

    margins: NDArray[np.float32]
    known: float
    truth: int


def predict_unseen(counted: Counted, settings: Settings) -> list[Unseen]:
    """Each example judged by a model of the other folds; lines that begin alike stay in one fold."""
    fold_of = np.array(folds(counted.examples, settings.folds))
    judged: list[Unseen] = []
    for fold in range(settings.folds):
        model = fit(counted.only(np.flatnonzero(fold_of != fold).tolist()), settings)
        judged += judge(model, counted.only(np.flatnonzero(fold_of == fold).tolist()))
    return judged


def judge(model: IntentModel, counted: Counted) -> list[Unseen]:
    """Each example as the model sees it."""
    place = {name: column for column, name in enumerate(counted.names)}
    raw = counted.matrix[:, [place[name] for name in model.features]]
    margins = weighted_rows(raw, model.rarity, model.views) @ model.weights.astype(np.float32) + model.bias
    rows = {name: row for row, name in enumerate(model.intents)}
    return [
        Unseen(line, familiarity(e.tokens, model.features), rows[e.intent])
        for e, line in zip(counted.examples, margins, strict=True)
        if e.intent in rows
    ]


def folds(examples: Sequence[Example], number: int) -> list[int]:
    """A fold for each example: blocks of lines that begin alike go together, as another person's lines would differ."""
    order = sorted(range(len(examples)), key=lambda i: (examples[i].intent, examples[i].tokens))
    found = [0] * len(examples)
    for place, index in enumerate(order):
        found[index] = place // _LINES_KEPT_TOGETHER % number
    return found


def expected_calibration_error(chances: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Mean distance between the confidence and how often it was right, over equal steps of confidence."""
    which = np.minimum((np.asarray(chances) * bins).astype(int), bins - 1)
    total = 0.0
    for step in range(bins):
        inside = which == step
        if inside.any():
            total += float(inside.mean()) * abs(
                float(np.asarray(chances)[inside].mean()) - float(np.asarray(right)[inside].mean())
            )
    return total


def _best_scale(unseen: Sequence[Unseen]) -> float:
    """The scale under which the true intents get the largest shares."""

    def surprise(scale: float) -> float:
        return -sum(math.log(max(float(shares(u.margins, scale)[u.truth]), 1e-9)) for u in unseen)

    return min((1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0), key=surprise)


def weighted_rows(raw: Any, rarity: NDArray[np.float32], views: NDArray[np.int8]) -> Any:
    """Counts as intent_features.weighted() makes them, for all rows at once."""
    from scipy.sparse import csr_matrix

    values = (1 + np.log(raw.data)) * rarity[raw.indices]
    view = views[raw.indices]
    row = np.repeat(np.arange(raw.shape[0]), np.diff(raw.indptr))
    lengths = np.sqrt(np.bincount(row * VIEWS + view, values * values, raw.shape[0] * VIEWS))
    values = (values / lengths[row * VIEWS + view]).astype(np.float32)
    return csr_matrix((values, raw.indices, raw.indptr), shape=raw.shape)


def _one_row_per_intent(
    coefficients: NDArray[np.float64], bias: NDArray[np.float64]
) -> tuple[NDArray[np.float64], ...]:
    """With two intents scikit-learn keeps one row only."""
    if len(bias) == 1:
        return np.vstack([-coefficients, coefficients]), np.concatenate([-bias, bias])
    return coefficients, bias


def vocabulary(counted: Counted) -> list[int]:
    """Every written word, and what occurs in three written lines or five counting variants; all of a small corpus."""
    written = [i for i, e in enumerate(counted.examples) if not e.variant]
    everywhere = counted.matrix.getnnz(axis=0)
    in_lines = counted.matrix[written].getnnz(axis=0)
    if len(written) < _FEW_SENTENCES:
        return [int(column) for column in np.flatnonzero(everywhere)]
    words = np.array([name[0] == "w" for name in counted.names])
    kept = (in_lines >= _LEAST_SENTENCES) | (everywhere >= _LEAST_WITH_VARIANTS) | (words & (in_lines > 0))
    return [int(column) for column in np.flatnonzero(kept)]


def rarity_of(raw: Any) -> NDArray[np.float32]:
    """The weight of each feature: the fewer lines have it, the more it says."""
    return (np.log((1 + raw.shape[0]) / (1 + raw.getnnz(axis=0))) + 1).astype(np.float32)
