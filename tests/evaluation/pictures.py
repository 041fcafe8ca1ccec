"""PNG pictures for docs/nlu.md: intents and numbers, never a message."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.evaluation.data import ROOT
from tests.evaluation.robustness import INTENT_BAR, RISK_BAR, Loss
from tests.evaluation.scores import Bin, Pairs, confusions
from tests.evaluation.understanding import FALLBACK

PICTURES = ROOT / "docs" / "pictures"
_COLOURS = {"es": "#b5482a", "qu": "#2a6f97", "mixed": "#5b8c5a"}


def confusion_picture(source: str, pairs: Pairs) -> Path:
    """Rows: what was meant; columns: what was understood. The diagonal is pale, so that mistakes stand out."""
    plt = _pyplot()
    rows = sorted({meant for meant, _ in pairs})
    columns = [*rows, *sorted({found for _, found in pairs} - set(rows) - {FALLBACK}), FALLBACK]
    counts = confusions(pairs)
    figure, axes = plt.subplots(figsize=(13, 12))
    shares = [[_shade(counts, row, column, rows, columns) for column in columns] for row in rows]
    axes.imshow(shares, cmap="YlOrRd", vmin=0, vmax=0.4, aspect="auto")
    for y, row in enumerate(rows):
        for x, column in enumerate(columns):
            if counts[row, column]:
                colour = "#777777" if row == column else "black"
                axes.text(x, y, counts[row, column], ha="center", va="center", fontsize=8, color=colour)
    axes.set_xticks(range(len(columns)), columns, rotation=90, fontsize=8)
    axes.set_yticks(range(len(rows)), rows, fontsize=8)
    axes.set_xlabel("understood")
    axes.set_ylabel("meant")
    axes.set_title(f"Held-out messages: {source} ({len(pairs)})")
    return _save(plt, figure, f"confusion-{source}.png", dpi=72)


def reliability_picture(bins: dict[str, Sequence[Bin]]) -> Path:
    """How often the model is right when it is so sure; on the diagonal the two are the same."""
    plt = _pyplot()
    figure, axes = plt.subplots(figsize=(6, 5))
    axes.plot([0, 1], [0, 1], color="#999999", linestyle="--", linewidth=1)
    for source, points in bins.items():
        label = f"{source} ({sum(one.count for one in points)})"
        axes.plot(
            [p.confidence for p in points], [p.accuracy for p in points], "o-", label=label, color=_COLOURS.get(source)
        )
    axes.set_xlabel("confidence of the model")
    axes.set_ylabel("share that is right")
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.set_title("Reliability (bins of 0.1)")
    axes.legend()
    return _save(plt, figure, "reliability.png", dpi=90)


def robustness_picture(intents: Sequence[Loss], risks: Sequence[Loss]) -> Path:
    """Points lost over all lines, per perturbation and language, with the bars as lines."""
    plt = _pyplot()
    figure, sides = plt.subplots(1, 2, figsize=(12, 5), sharey=True)
    for axes, losses, bar, title in (
        (sides[0], intents, INTENT_BAR, "Intents: macro-F1, all lines"),
        (sides[1], risks, RISK_BAR, "Danger: recall, rules and model, all lines"),
    ):
        _bars(axes, losses)
        axes.axvline(bar * 100, color="black", linestyle="--", linewidth=1)
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("points lost (dashed: the most that is allowed)")
        axes.legend(fontsize=8)
    return _save(plt, figure, "robustness.png", dpi=80)


def _bars(axes: Any, losses: Sequence[Loss]) -> None:
    names = list(dict.fromkeys(one.name for one in losses))
    languages = list(dict.fromkeys(one.language for one in losses))
    height = 0.8 / len(languages)
    for number, language in enumerate(languages):
        own = [one for one in losses if one.language == language]
        places = [names.index(one.name) + number * height - 0.4 + height / 2 for one in own]
        lost = [100 * one.lost for one in own]
        axes.barh(places, lost, height=height, label=language, color=_COLOURS[language])
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)


def _shade(counts: Any, row: str, column: str, rows: list[str], columns: list[str]) -> float:
    total = sum(counts[row, other] for other in columns)
    value = counts[row, column] / total if total else 0.0
    return value * 0.12 if row == column else value


def _pyplot() -> Any:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def _save(plt: Any, figure: Any, name: str, dpi: int) -> Path:
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / name
    figure.tight_layout()
    # No version of a library inside: the same figures give the same file.
    figure.savefig(path, dpi=dpi, metadata={"Software": None})
    plt.close(figure)
    return path
