"""`make evaluate`: measures understanding and writes docs/nlu.md; --check and --record do the fast part alone."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from tests.evaluation import data, fast, pictures, recorded
from tests.evaluation.bars import Speeds
from tests.evaluation.robustness import Loss, RiskLoss
from tests.evaluation.understanding import Bot


def main() -> int:
    """0; 1 when a figure fell below the recorded one or a held-out file is not the recorded one."""
    options = _options()
    measured = fast.Fast(Bot(options.model))
    if not (options.check or options.record):
        _everything(measured)
        return 0
    now = recorded.figures(measured)
    if options.out:
        options.out.write_text(json.dumps(now), encoding="utf-8")
    if options.record:
        _show(recorded.compare(recorded.recorded(), now))
        recorded.record(now)
        return 0
    return _check(now, options.than, options.worse)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the fast figures with the recorded ones")
    parser.add_argument("--record", action="store_true", help="record the fast figures")
    parser.add_argument("--out", type=Path, help="with --check or --record: also write the figures as JSON there")
    parser.add_argument("--model", type=Path, help="measure this model rather than the one in use")
    parser.add_argument("--than", type=Path, help="with --check: compare with these figures rather than the recorded")
    parser.add_argument("--worse", type=Path, help="with --check: write the names of what fell as JSON there")
    return parser.parse_args()


def _check(now: dict[str, float], than: Path | None, worse_file: Path | None) -> int:
    then = json.loads(than.read_text(encoding="utf-8")) if than else recorded.recorded()
    changes = recorded.compare(then, now)
    _show(changes)
    if worse_file:
        worse_file.write_text(json.dumps([one.name for one in changes if one.worse]), encoding="utf-8")
    strange = recorded.changed_files()
    for name in strange:
        print(f"tests/nlu/{name}.yml is not the file that was recorded: use --record, and say why in the change.")
    worse = [one for one in changes if one.worse]
    print(f"{len(now)} figures, {len(worse)} worse than recorded.")
    return 1 if worse or strange else 0


def _show(changes: list[recorded.Change]) -> None:
    for one in changes:
        then, now = (_number(value) for value in (one.recorded, one.now))
        print(f"{one.name:60} {then:>8} {now:>8} {'WORSE' if one.worse else ''}".rstrip())


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _everything(measured: fast.Fast) -> None:
    from tests.evaluation.crossval import cross_validate
    from tests.evaluation.page import PAGE, Measured, page
    from tests.evaluation.rasa_agrees import rasa_macro_f1
    from tests.evaluation.robustness import message_losses, risk_losses

    started = time.monotonic()
    _tell("held-out files", started)
    measured.summaries()
    speeds = _speeds(measured)
    _tell("perturbations", started)
    losses = message_losses(measured.heard, measured.bot.read_all)
    watched = [one for lines in measured.watched.values() for one in lines]
    dangers = risk_losses(watched, measured.bot.read_all)
    _tell("cross-validation", started)
    folds = cross_validate()
    _tell("rasa test nlu", started)
    rasa = {source: rasa_macro_f1([source]) for source in data.MESSAGE_FILES}
    _draw(measured, losses, dangers)
    told = Measured(measured, folds, losses, dangers, speeds, rasa, time.monotonic() - started)
    PAGE.write_text(page(told), encoding="utf-8")
    _tell(f"wrote {PAGE.relative_to(data.ROOT)}", started)


def _speeds(measured: fast.Fast) -> Speeds:
    from tests.evaluation import language, risk, roots

    lines = [one.line for watched in measured.watched.values() for one in watched]
    rules = risk.speed(lines)
    tokens = roots.tokens_per_second(one.message for one in measured.heard["qu"])
    return Speeds(rules.median, rules.p95, language.microseconds(data.languages()), *tokens)


def _draw(measured: fast.Fast, losses: list[Loss], dangers: list[RiskLoss]) -> None:
    from tests.evaluation import messages

    for source in data.MESSAGE_FILES:
        pictures.confusion_picture(source, messages.pairs(measured.heard[source]))
    pictures.reliability_picture({s: messages.calibration(measured.heard[s])[0] for s in data.MESSAGE_FILES})
    pictures.robustness_picture(losses, [one.both for one in dangers])


def _tell(what: str, started: float) -> None:
    print(f"{time.monotonic() - started:5.0f} s  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
