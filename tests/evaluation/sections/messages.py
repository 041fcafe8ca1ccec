"""Intents: held-out messages and cross-validation."""

from __future__ import annotations

from tests.evaluation import data
from tests.evaluation import messages as figures
from tests.evaluation.crossval import FOLDS, CrossValidation
from tests.evaluation.fast import LANGUAGES, Fast
from tests.evaluation.scores import Pairs, accuracy, by_label, confusions, macro_f1
from tests.evaluation.table import f1, percent, table

_MOST_CONFUSED = 8


def messages(fast: Fast) -> str:
    """Intents over the held-out files."""
    overlap = ", ".join(f"{name} {count}" for name, count in fast.overlaps().items())
    parts = [
        f"""## Intents

Share of asking back ("fallback") counts as not understood. "Best guess" is macro-F1 if the bot took its best guess
instead; "among two" the share of the asked-back whose intent is one of the two guesses that are offered as buttons.
One-word messages (`hola`, `arí`) also occur in training; the second line of each file leaves them out. Two writers also
hit upon the same short sentence now and then (of four words and more: {overlap}); the third
line leaves out whatever stands in `nlu_data/` in the same words, by accents and signs or not. Easy, typical
and hard are what the files' comments say; mixed messages have no such thirds. The registers of a file stand in its
comments per intent, not per line: length is what can be told apart here."""
    ]
    for source in data.MESSAGE_FILES:
        parts.append(f"### {source}\n\n{_groups(fast, source)}")
        parts.append(f"Most often taken for another: {_confused(figures.pairs(fast.heard[source]))}")
        parts.append(f"![Confusion matrix {source}](pictures/confusion-{source}.png)")
    parts.append(f"### By intent\n\n{_by_intent(fast)}")
    parts.append(_calibration(fast))
    return "\n\n".join(parts)


def _groups(fast: Fast, source: str) -> str:
    rows = []
    for name, heard in figures.groups(fast.heard[source]).items():
        one = figures.summary(heard)
        asked = percent(one.among_two) if one.fallback else "-"
        rows.append(
            (name, one.count, f1(one.macro_f1), percent(one.accuracy), percent(one.fallback), f1(one.best_f1), asked)
        )
    head = ("messages", "n", "macro-F1", "accuracy", "fallback", "macro-F1, best guess", "among two")
    return table(head, rows)


def _by_intent(fast: Fast) -> str:
    scores = {source: by_label(figures.pairs(fast.heard[source])) for source in data.MESSAGE_FILES}
    rows = []
    for intent in sorted({intent for one in scores.values() for intent in one}):
        row = [f"`{intent}`"]
        for source in data.MESSAGE_FILES:
            one = scores[source].get(intent)
            row.append(f"{one.precision:.2f} / {one.recall:.2f} / {one.f1:.2f} ({one.support})" if one else "-")
        rows.append(row)
    return f"Precision / recall / F1 (number of messages).\n\n{table(('intent', *data.MESSAGE_FILES), rows)}"


def _calibration(fast: Fast) -> str:
    rows, errors = [], []
    for source in data.MESSAGE_FILES:
        bins, error = figures.calibration(fast.heard[source])
        errors.append(f"{source} {error:.3f}")
        rows += [(source, f"{one.confidence:.2f}", percent(one.accuracy), one.count) for one in bins]
    return f"""### Calibration

The model's own best guess, where no rule of danger decided. Expected calibration error: {", ".join(errors)}.

{table(("file", "mean confidence", "right", "n"), rows)}

![Reliability](pictures/reliability.png)"""


def folds(validation: CrossValidation) -> str:
    """Cross-validation over the training sentences."""
    rows = [
        (language, len(pairs), f1(macro_f1(pairs)), percent(accuracy(pairs)), _confused(pairs))
        for language in LANGUAGES
        for pairs in (validation.pairs(language),)
    ]
    head = ("language", "n", "macro-F1", "accuracy", "most often taken for another")
    return f"""## Cross-validation over nlu_data

{FOLDS} folds, each intent and language in its share, all components of `config.yml` trained on four
folds ({validation.seconds:.0f} s a fold) and asked about the fifth. Many training sentences resemble each other, and
the danger rules were written with them at hand: the held-out figures count, these show which intents still mix.

{table(head, rows)}"""


def _confused(pairs: Pairs) -> str:
    wrong = [(pair, times) for pair, times in confusions(pairs).most_common() if pair[0] != pair[1]]
    named = [f"{meant} → {found} ({times})" for (meant, found), times in wrong[:_MOST_CONFUSED]]
    return f"{', '.join(named)}." if named else "none."
