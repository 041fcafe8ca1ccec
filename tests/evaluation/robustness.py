"""What each perturbation costs: macro-F1 of the intents, recall of the dangers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.evaluation.data import MESSAGE_FILES
from tests.evaluation.messages import Heard, hear, pairs
from tests.evaluation.perturb import kinds_for, perturb
from tests.evaluation.risk import Watched, alarms, of_language, recall, watch
from tests.evaluation.scores import accuracy, macro_f1
from tests.evaluation.understanding import Understood

ReadAll = Callable[[list[str]], list[Understood]]
INTENT_BAR = 0.05
RISK_BAR = 0.03


@dataclass(frozen=True)
class Loss:
    """before and after: the figure over all lines; changed: lines that the perturbation alters at all.

    changed_before, changed_after: accuracy or recall over the altered lines alone.
    """

    name: str
    language: str
    count: int
    changed: int
    before: float
    after: float
    changed_before: float
    changed_after: float

    @property
    def lost(self) -> float:
        """Loss over all lines; negative when it helped."""
        return self.before - self.after

    @property
    def lost_in_changed(self) -> float:
        """Loss over the altered lines."""
        return self.changed_before - self.changed_after


@dataclass(frozen=True)
class RiskLoss:
    """rules, both: loss of recall with rules alone and with the model; false_alarms: rate of rules and model then."""

    rules: Loss
    both: Loss
    false_alarms: float


def message_losses(heard: dict[str, list[Heard]], read_all: ReadAll) -> list[Loss]:
    """What each perturbation costs in each language."""
    return [_messages(name, source, heard[source], read_all) for source in MESSAGE_FILES for name in kinds_for(source)]


def risk_losses(watched: list[Watched], read_all: ReadAll) -> list[RiskLoss]:
    """What each perturbation costs the safety net in each language."""
    return [
        _risk(name, language, of_language(watched, language), read_all)
        for language in ("es", "qu")
        for name in kinds_for(language)
    ]


def _messages(name: str, source: str, heard: list[Heard], read_all: ReadAll) -> Loss:
    altered = [replace(one.message, text=perturb(name, one.message.text)) for one in heard]
    places = [n for n, one in enumerate(altered) if one.text != heard[n].message.text]
    after = list(heard)
    for place, one in zip(places, hear([altered[n] for n in places], read_all), strict=True):
        after[place] = one
    return Loss(
        name,
        source,
        len(heard),
        len(places),
        macro_f1(pairs(heard)),
        macro_f1(pairs(after)),
        accuracy(pairs([heard[n] for n in places])),
        accuracy(pairs([after[n] for n in places])),
    )


def _risk(name: str, language: str, watched: list[Watched], read_all: ReadAll) -> RiskLoss:
    altered = [replace(one.line, text=perturb(name, one.line.text)) for one in watched]
    places = [n for n, one in enumerate(altered) if one.text != watched[n].line.text]
    after = list(watched)
    for place, one in zip(places, watch([altered[n] for n in places], read_all), strict=True):
        after[place] = one
    changed = [watched[n] for n in places], [after[n] for n in places]
    whole, now = recall(watched), recall(after)
    parts = recall(changed[0]), recall(changed[1])

    def loss(kind: str) -> Loss:
        figures = [getattr(one, kind) for one in (whole, now, *parts)]
        return Loss(name, language, whole.count, parts[0].count, *figures)

    return RiskLoss(loss("any_rules"), loss("any_both"), alarms(after).both)
