"""docs/nlu.md: what was measured, in words and tables. No held-out message is ever printed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tests.evaluation import machine
from tests.evaluation.bars import Bar, Speeds, bars
from tests.evaluation.crossval import CrossValidation
from tests.evaluation.data import ROOT
from tests.evaluation.fast import Fast
from tests.evaluation.rasa_agrees import AGREES, COMMAND
from tests.evaluation.recorded import RECORDED, TOLERANCE
from tests.evaluation.robustness import Loss, RiskLoss
from tests.evaluation.sections import messages, replies, risk, robustness, words
from tests.evaluation.sections.native import native
from tests.evaluation.table import f1, records, table

PAGE = ROOT / "docs" / "nlu.md"
COMPARISONS = {"pipelines": "Pipelines side by side", "languages": "Language identifiers side by side"}


@dataclass(frozen=True)
class Measured:
    """Everything that the page tells. rasa: file -> macro-F1 as Rasa counts it; seconds: of the whole run."""

    fast: Fast
    folds: CrossValidation
    losses: list[Loss]
    risk_losses: list[RiskLoss]
    speeds: Speeds
    rasa: dict[str, float]
    seconds: float


def page(measured: Measured) -> str:
    """The whole page."""
    aims = bars(measured.fast, measured.speeds, measured.losses, measured.risk_losses)
    parts = [
        _head(measured),
        _aims(aims),
        messages.messages(measured.fast),
        messages.folds(measured.folds),
        replies.replies(measured.fast),
        risk.risk(measured.fast, measured.speeds),
        words.language(measured.fast, measured.speeds),
        words.roots(measured.fast, measured.speeds),
        words.entities(measured.fast),
        robustness.robustness(measured.losses, measured.risk_losses),
        _rasa(measured),
        *(_comparison(name, title) for name, title in COMPARISONS.items()),
        native(),
        _again(),
    ]
    return "\n\n".join(parts) + "\n"


def _head(measured: Measured) -> str:
    return f"""# How well messages are understood

Written by `make evaluate` in {measured.seconds / 60:.0f} minutes; do not edit by hand. {machine.where()}

All figures are on sentences of `tests/nlu/`, which nothing was made from: written for this project by another hand than
the training sentences, not by real people, and the Quechua ones not yet read by native speakers. So they tell how the
bot does on *our* idea of how people write; the first weeks with real messages will tell more. `risk_5` and
`replies_5` are fresh; the figures of the other files were looked at during development, though their lines were not."""


def _aims(aims: list[Bar]) -> str:
    missed = [one for one in aims if not one.met]
    rows = [(one.subject, one.asked, one.measured) for one in missed]
    verdict = f"{len(aims) - len(missed)} of {len(aims)} aims are reached."
    honest = f"Missed ({len(missed)}):\n\n{table(('aim', 'asked', 'measured'), rows)}" if missed else "None is missed."
    met = [(one.subject, one.asked, one.measured) for one in aims if one.met and "lost" not in one.subject]
    rest = sum(one.met for one in aims) - len(met)
    reached = f"Reached, beside {rest} on robustness (see there):\n\n{table(('aim', 'asked', 'measured'), met)}"
    return f"## Aims\n\n{verdict} {honest}\n\n{reached}".rstrip()


def _rasa(measured: Measured) -> str:
    ours = measured.fast.summaries()
    rows = [
        (
            source,
            f1(value),
            f1(ours[source].best_f1),
            "yes" if abs(value - ours[source].best_f1) <= AGREES else "**no**",
        )
        for source, value in measured.rasa.items()
    ]
    agreed = table(("file", "rasa test nlu", "ours, best guess", f"within {AGREES}"), rows)
    return f"""## Rasa's own count

`{COMMAND.format(file="es")}` (also `qu`, `mixed`). Rasa takes fallbacks back before it counts, so it is compared with
our macro-F1 of the best guess. A test of `make test` holds the two together.

{agreed}"""


def _comparison(name: str, title: str) -> str:
    path = Path(__file__).with_name(f"{name}.json")
    if not path.exists():
        return f"## {title}\n\nNot measured yet: `tests/evaluation/{name}.json` does not exist."
    return f"## {title}\n\n{records(json.loads(path.read_text(encoding='utf-8')))}"


def _again() -> str:
    allowed = ", ".join(f"{name} {value}" for name, value in TOLERANCE.items())
    return f"""## Measuring again

- `make evaluate`: everything, and this page with its pictures.
- `python -m tests.evaluation --check`: the held-out files without cross-validation and perturbations, held against
  `{RECORDED.relative_to(ROOT)}`; fails when a figure is worse by more than its tolerance ({allowed}) or when a held-out
  file is not the one that was recorded. Part of `make test`.
- `python -m tests.evaluation --record`: writes the present figures there; say in the change why a figure went down."""
