"""Fits the danger model: one separation per code of danger, and how a margin becomes a chance on unseen lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.nlu.danger_model import DangerModel
from bot.nlu.intent_features import Tokens
from bot.nlu.intent_model import IntentModel, views_of
from bot.nlu.intent_training import Counted, Example, Settings, count, folds, rarity_of, vocabulary, weighted_rows

_SEPARATOR = "|"


@dataclass(frozen=True)
class DangerLine:
    """A line and the dangers it speaks of, none for most. variant: made by spelling rules, so it counts less."""

    tokens: Tokens
    codes: tuple[str, ...]
    variant: bool = False


def train(lines: Sequence[DangerLine], codes: Sequence[str], settings: Settings) -> DangerModel:
    """The model on all lines, its slopes fitted on lines it had not seen. Each code needs lines with and without it."""
    counted = count([Example(line.tokens, _SEPARATOR.join(line.codes), line.variant) for line in lines])
    truth = np.array([[code in line.codes for code in codes] for line in lines])
    written = [i for i, line in enumerate(lines) if not line.variant]
    unseen = _unseen_margins(counted.only(written), truth[written], codes, settings)
    slopes = {code: _slope(unseen[:, at], truth[written][:, at]) for at, code in enumerate(codes)}
    return DangerModel(_fit(counted, truth, codes, settings), slopes)


def _fit(counted: Counted, truth: NDArray[np.bool_], codes: Sequence[str], settings: Settings) -> IntentModel:
    from sklearn.svm import LinearSVC

    kept = vocabulary(counted)
    names = [counted.names[column] for column in kept]
    raw, views = counted.matrix[:, kept], views_of(names)
    rarity = rarity_of(raw[[i for i, example in enumerate(counted.examples) if not example.variant]])
    weight = [settings.variant_weight if example.variant else 1.0 for example in counted.examples]
    rows = weighted_rows(raw, rarity, views)
    weights, bias = [], []
    for at in range(len(codes)):
        fitted = LinearSVC(C=settings.penalty, tol=settings.tolerance, class_weight="balanced", random_state=1)
        fitted.fit(rows, truth[:, at], sample_weight=weight)
        weights.append(fitted.coef_[0])
        bias.append(fitted.intercept_[0])
    features = {name: row for row, name in enumerate(names)}
    columns = np.array(weights).T.astype(np.float16).copy()
    return IntentModel(tuple(codes), features, rarity, views, columns, np.array(bias, np.float32))


def _unseen_margins(
    counted: Counted, truth: NDArray[np.bool_], codes: Sequence[str], settings: Settings
) -> NDArray[np.float32]:
    """Lines x codes: each line judged by a model of the other folds; lines that begin alike stay in one fold."""
    fold_of = np.array(folds(counted.examples, settings.folds))
    margins = np.zeros(truth.shape, np.float32)
    for fold in range(settings.folds):
        learnt, judged = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        model = _fit(counted.only(learnt.tolist()), truth[learnt], codes, settings)
        place = {name: column for column, name in enumerate(counted.names)}
        raw = counted.matrix[judged][:, [place[name] for name in model.features]]
        margins[judged] = weighted_rows(raw, model.rarity, model.views) @ model.weights.astype(np.float32) + model.bias
    return margins


def _slope(margins: NDArray[np.float32], truth: NDArray[np.bool_]) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=10.0).fit(margins.reshape(-1, 1), truth)
    return float(fitted.coef_[0][0]), float(fitted.intercept_[0])
