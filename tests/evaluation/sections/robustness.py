"""What keyboards and spelling habits cost."""

from __future__ import annotations

from tests.evaluation.robustness import INTENT_BAR, RISK_BAR, Loss, RiskLoss
from tests.evaluation.table import f1, percent, points, table


def robustness(losses: list[Loss], risk_losses: list[RiskLoss]) -> str:
    """Perturbations."""
    head = ("perturbation", "language", "altered / all", "before", "after", "points lost")
    intents = [
        (*_about(one), f1(one.before), f1(one.after), _verdict(one.lost, INTENT_BAR), points(one.lost_in_changed))
        for one in losses
    ]
    dangers = [
        (*_about(one.both), percent(one.both.before), percent(one.both.after), _verdict(one.both.lost, RISK_BAR),
         points(one.both.lost_in_changed), _verdict(one.rules.lost, RISK_BAR), points(one.rules.lost_in_changed),
         percent(one.false_alarms))
        for one in risk_losses
    ]  # fmt: skip
    return f"""## Robustness

What keyboards and habits do, by rule and with a fixed seed; one slip for every eight words. Bold: more than allowed
({points(INTENT_BAR)} points of macro-F1, {points(RISK_BAR)} of recall, over all lines). The altered lines alone are the
harder measure, as not every line can be altered.

### Intents: macro-F1

{table((*head, "accuracy points lost, altered lines"), intents)}

### Danger: recall of any danger (risk.yml, risk_2.yml and risk_3.yml together)

{table((*head, "altered lines", "rules alone", "rules alone, altered lines", "false alarms after"), dangers)}

![Robustness](pictures/robustness.png)"""


def _about(loss: Loss) -> tuple[str, str, str]:
    return loss.name, loss.language, f"{loss.changed} / {loss.count}"


def _verdict(lost: float, bar: float) -> str:
    return f"**{points(lost)}**" if lost > bar else points(lost)
