"""The figures of the fast part, and whether they fell below the recorded ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tests.evaluation.data import HELD_OUT, digest
from tests.evaluation.fast import FILES, Fast
from tests.evaluation.messages import UNMET, groups, summary

RECORDED = HELD_OUT / "recorded.json"
# How far a figure may move for the worse, by the last part of its name. The rules of danger may lose no message; what a
# model adds can differ by a message or two from one machine to another.
TOLERANCE = {
    "macro_f1": 0.005,
    "right": 0.005,
    "direct": 0.005,
    "recall": 0.005,
    "precision": 0.005,
    "found_by_rules": 0.0,
    "found_with_model": 0.025,
    "opposite": 0.001,
    "false_alarms_by_rules": 0.0,
    "false_alarms_with_model": 0.025,
    "also_in_training": 0,
}
LESS_IS_BETTER = ("opposite", "false_alarms_by_rules", "false_alarms_with_model", "also_in_training")
_ROUNDING = 1e-4


@dataclass(frozen=True)
class Change:
    """A figure then and now; None where there is none. worse: by more than its tolerance."""

    name: str
    recorded: float | None
    now: float | None
    worse: bool


def figures(fast: Fast) -> dict[str, float]:
    """Name -> figure, rounded to four places."""
    found: dict[str, float] = {}
    for source, one in fast.summaries().items():
        found[f"messages.{source}.macro_f1"] = one.macro_f1
        found[f"messages.{source}.best_guess.macro_f1"] = one.best_f1
    for source, heard in fast.heard.items():
        found[f"messages.{source}.unmet.macro_f1"] = summary(groups(heard)[UNMET]).macro_f1
    for name, scores in fast.reply_scores().items():
        for language, read in scores.items():
            found[f"{name}.{language}.direct"] = read.direct
            found[f"{name}.{language}.right"] = read.right
            found[f"{name}.{language}.opposite"] = read.opposite
    found.update(_risk_figures(fast))
    found.update({f"{name}.also_in_training": count for name, count in fast.overlaps().items()})
    for group, told in fast.language_scores().items():
        found[f"language.{group}.right"] = told.right
    for group, rooted in fast.root_scores().items():
        found[f"roots.{group}.right"] = rooted.right
    for kind, noted in fast.entity_scores().items():
        found[f"entities.{kind}.precision"] = noted.precision
        found[f"entities.{kind}.recall"] = noted.recall
    return {name: round(value, 4) for name, value in found.items()}


def _risk_figures(fast: Fast) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, by_language in fast.risk_scores().items():
        for language, scores in by_language.items():
            here = f"{name}.{language}"
            for kind, one in scores.kinds.items():
                if one.count:
                    found[f"{here}.{kind}.found_by_rules"] = one.rules
            found[f"{here}.suicide.found_with_model"] = scores.kinds["suicide"].both
            found[f"{here}.any.found_with_model"] = scores.any.any_both
            found[f"{here}.false_alarms_by_rules"] = scores.alarms.rules
            found[f"{here}.false_alarms_with_model"] = scores.alarms.both
    return found


def record(now: Mapping[str, float]) -> None:
    """Write the figures and the hashes of the files that they were measured on."""
    content = {"files": {name: digest(name) for name in FILES if digest(name)}, "figures": dict(now)}
    RECORDED.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def recorded() -> dict[str, float]:
    """What was recorded last; nothing if nothing was."""
    content = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {"figures": {}}
    return dict(content["figures"])


def changed_files() -> list[str]:
    """Held-out files that are not the ones on which the figures were recorded."""
    known = json.loads(RECORDED.read_text(encoding="utf-8"))["files"] if RECORDED.exists() else {}
    return [name for name in FILES if digest(name) != known.get(name, "")]


def compare(then: Mapping[str, float], now: Mapping[str, float]) -> list[Change]:
    """Every figure of either; one that is gone is worse, a new one is not."""
    return [_change(name, then.get(name), now.get(name)) for name in dict.fromkeys((*then, *now))]


def _change(name: str, then: float | None, now: float | None) -> Change:
    if then is None or now is None:
        return Change(name, then, now, worse=now is None)
    kind = name.rsplit(".", 1)[-1]
    loss = now - then if kind in LESS_IS_BETTER else then - now
    return Change(name, then, now, worse=loss > TOLERANCE[kind] + _ROUNDING)
