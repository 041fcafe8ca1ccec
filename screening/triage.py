"""Triage rules over facts: what holds, and what has to be done about it. Of several rules the strongest counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from screening.conditions import Facts
from screening.definitions import LEVELS, PRIORITIES, Triage, TriageRule


@dataclass(frozen=True)
class Outcome:
    """What a set of rules comes to.

    tasks: strongest rule of each kind of task, with all rules of that kind; referrals: strongest rule of each kind of
    care; opens: crisis flows, strongest first.
    """

    rules: tuple[TriageRule, ...]
    level: str
    tasks: tuple[tuple[TriageRule, tuple[TriageRule, ...]], ...]
    referrals: tuple[tuple[TriageRule, tuple[TriageRule, ...]], ...]
    opens: tuple[str, ...]


def strength(rule: TriageRule) -> tuple[int, int]:
    """How strong a rule is: by level, then by the priority of its task."""
    return LEVELS.index(rule.level), PRIORITIES.index(rule.priority) if rule.priority else -1


def urgency(rule: TriageRule) -> tuple[int, int]:
    """How urgent a rule's task is: by priority, then by level."""
    level, priority = strength(rule)
    return priority, level


def holding(triage: Triage, facts: Facts) -> list[TriageRule]:
    """Every rule whose condition holds, in the order of the file."""
    return [rule for rule in triage.rules if rule.when(facts)]


def outcome(rules: Iterable[TriageRule]) -> Outcome:
    """What these rules together ask for."""
    rules = tuple(rules)
    by_strength = sorted(rules, key=strength, reverse=True)
    return Outcome(
        rules=rules,
        level=by_strength[0].level if by_strength else LEVELS[0],
        tasks=_grouped(rules, [rule.task for rule in rules]),
        referrals=_grouped(rules, [rule.referral for rule in rules]),
        opens=tuple(dict.fromkeys(rule.opens for rule in by_strength if rule.opens)),
    )


def _grouped(
    rules: tuple[TriageRule, ...], kinds: list[str | None]
) -> tuple[tuple[TriageRule, tuple[TriageRule, ...]], ...]:
    grouped: dict[str, list[TriageRule]] = {}
    for rule, kind in zip(rules, kinds, strict=True):
        if kind:
            grouped.setdefault(kind, []).append(rule)
    return tuple((max(group, key=urgency), tuple(group)) for group in grouped.values())


def stronger(left: str | None, right: str) -> str:
    """The stronger of two risk levels; the second when the first is not known."""
    return right if left not in LEVELS else max(left, right, key=LEVELS.index)
