"""Scores of an instrument: sums of what was answered, never of what might have been.

A score with a missing answer is incomplete: its value is what was answered, it has no band, and it is positive only if
it has already reached the cut-off. It is negative only when complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from screening.definitions import Questionnaire, Score
from screening.response import WITHHELD, Answers, enabled_items


@dataclass(frozen=True)
class Result:
    """A computed score. answered and expected count items; positive is None when undetermined."""

    name: str
    value: float | int
    answered: int
    expected: int
    complete: bool
    positive: bool | None
    band: str | None


def compute(questionnaire: Questionnaire, score: Score, answers: Answers) -> Result:
    """The score of these answers. A withheld answer counts as missing, unless the score says what it counts as."""
    points = [
        _points(questionnaire, score, link_id, answers.get(link_id)) for link_id in asked(questionnaire, score, answers)
    ]
    given = [point for point in points if point is not None]
    value = sum(given)
    complete = bool(points) and len(given) == len(points)
    return Result(
        name=score.name,
        value=value,
        answered=len(given),
        expected=len(points),
        complete=complete,
        positive=_positive(score, value, complete),
        band=_band(score, value) if complete else None,
    )


def asked(questionnaire: Questionnaire, score: Score, answers: Answers) -> tuple[str, ...]:
    """Items of the score that are asked, given these answers."""
    if not questionnaire.branches:
        return score.items
    on = {item.link_id for item in enabled_items(questionnaire, answers)}
    return tuple(link_id for link_id in score.items if link_id in on)


def facts_of(questionnaire: Questionnaire, result: Result) -> dict[str, Any]:
    """The facts that a score brings forth: its value, and whether it is positive, complete, and in which band."""
    name = f"{questionnaire.name}.{result.name}"
    return {
        name: result.value,
        f"{name}.positive": result.positive,
        f"{name}.band": result.band,
        f"{name}.complete": result.complete,
    }


def _points(questionnaire: Questionnaire, score: Score, link_id: str, code: str | None) -> float | int | None:
    if code is None:
        return None
    if code in WITHHELD:
        return score.skipped_counts_as
    return questionnaire.points[link_id].get(code)


def _positive(score: Score, value: float, complete: bool) -> bool | None:
    if score.cutoff is None:
        return None
    if value >= score.cutoff.positive_at:
        return True
    return False if complete else None


def _band(score: Score, value: float) -> str | None:
    return next((band.code for band in score.bands if band.min <= value <= band.max), None)
