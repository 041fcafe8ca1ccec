"""The safety net."""

from __future__ import annotations

from tests.evaluation import risk as figures
from tests.evaluation.bars import Speeds
from tests.evaluation.fast import LANGUAGES, RISK_FILES, Fast
from tests.evaluation.table import NOT_THERE, percent, table


def risk(fast: Fast, speeds: Speeds) -> str:
    """The safety net."""
    parts = [
        f"""## Danger

By the written rules alone, and by rules and model together: what only the model fears is asked about with care. *As
this kind*: the danger was named right; *any*: some danger was found, so that help was given. False alarms are counted
on sentences made to mislead (idioms, farm work, mourning, songs, negations), where any word of the net is one too many.
The rules take {speeds.risk_ms:.2f} ms a message (95 of 100 within {speeds.risk_p95:.2f} ms)."""
    ]
    for name in fast.watched:
        parts.append(f"### {name}\n\n{_recall(fast, name)}\n\n{_alarms(fast, name)}")
        parts.append(f"By register (kinds of fewer than four together):\n\n{_registers(fast, name)}")
    missing = [name for name in RISK_FILES[1:] if name not in fast.watched]
    return "\n\n".join([*parts, *(NOT_THERE.format(name) for name in missing)])


def _recall(fast: Fast, name: str) -> str:
    rows = []
    for language in LANGUAGES:
        scores = fast.risk_scores()[name][language]
        for kind, one in {**scores.kinds, "any danger": scores.any}.items():
            cells = (percent(value) for value in (one.rules, one.any_rules, one.both, one.any_both))
            rows.append((language, kind, one.count, *cells))
    head = (
        "language",
        "danger",
        "n",
        "rules: as this kind",
        "rules: any",
        "rules + model: as this kind",
        "rules + model: any",
    )
    return table(head, rows)


def _alarms(fast: Fast, name: str) -> str:
    scores = fast.risk_scores()[name]
    alarms = {language: scores[language].alarms for language in LANGUAGES}
    rows = [(language, one.count, percent(one.rules), percent(one.both)) for language, one in alarms.items()]
    return table(("language", "harmless sentences", "false alarms, rules", "false alarms, rules + model"), rows)


def _registers(fast: Fast, name: str) -> str:
    rows = []
    for harmless in (False, True):
        for language in LANGUAGES:
            watched = figures.of_language(fast.watched[name], language)
            for note, inside in figures.by_note(watched, harmless).items():
                rules = sum(bool(one.rules) for one in inside)
                both = sum(bool(one.both) for one in inside)
                rows.append((language, "harmless" if harmless else "danger", note, len(inside), rules, both))
    return table(("language", "", "register", "n", "spoke: rules", "spoke: rules + model"), rows)
