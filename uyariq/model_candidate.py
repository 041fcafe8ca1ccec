"""Trains a candidate with the labelled messages and compares it with the model in use. Runs apart from the bot."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

from followup.database import Database
from followup.unknown_messages import UnknownMessage
from uyariq import training
from uyariq.errors import UyariqError
from uyariq.labelled_examples import as_training_files, labelled_messages
from uyariq.model_shelf import COMPARING, FAILED, READY, TRAINING, Report, Shelf

EVALUATION = Path("tests/evaluation")
Figures = dict[str, tuple[float | None, float | None]]


class TrainingUnderWay(UyariqError):
    """One at a time."""


def make_candidate(shelf: Shelf, database: Database, by: str | None) -> Report:
    """Train with everything that is labelled, compare, and leave both on the shelf. What fails is left as failed.

    Raises TrainingUnderWay: another one would take the first one's place on the shelf.
    """
    before = shelf.report()
    if before is not None and before.state in (TRAINING, COMPARING):
        raise TrainingUnderWay("Ya hay un entrenamiento en marcha. Espere a que termine.")
    shelf.drop()
    with shelf.alive():
        return _make(shelf, database, by)


def _make(shelf: Shelf, database: Database, by: str | None) -> Report:
    messages = labelled_messages(database)
    begun = datetime.now(timezone.utc).isoformat(timespec="seconds")
    report = Report(TRAINING, begun, by, tuple(one.id for one in messages))
    shelf.write(report)
    try:
        with as_training_files(messages) as files:
            training.train(more=files, model=shelf.candidate)
        shelf.write(replace(report, state=COMPARING))
        figures, worse = compare(shelf.in_use, shelf.candidate)
        changed = tuple(read_otherwise(messages, shelf.in_use, shelf.candidate))
        report = replace(report, state=READY, figures=figures, worse=worse, changed=changed)
    except BaseException:
        shelf.write(replace(report, state=FAILED))
        raise
    shelf.write(report)
    return report


def compare(in_use: Path, candidate: Path) -> tuple[Figures, tuple[str, ...]]:
    """Figures of both on the test messages, and the names of those that fell; nothing where there are no such messages.

    The test messages are part of the project's source, which an installation may not have.
    """
    if not EVALUATION.is_dir() or not in_use.exists():
        return {}, ()
    with TemporaryDirectory(prefix="uyariq-figures-") as folder:
        before, after, worse = (Path(folder) / name for name in ("before.json", "after.json", "worse.json"))
        _evaluate(in_use, "--out", str(before))
        _evaluate(candidate, "--out", str(after), "--than", str(before), "--worse", str(worse))
        then, now, fell = (json.loads(path.read_text(encoding="utf-8")) for path in (before, after, worse))
    return {name: (then.get(name), now.get(name)) for name in dict.fromkeys((*then, *now))}, tuple(fell)


def _evaluate(model: Path, *options: str) -> None:
    command = [sys.executable, "-m", "tests.evaluation", "--check", "--model", str(model), *options]
    # Its exit says whether it agrees with what the project recorded; here the two models are compared.
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603


def read_otherwise(messages: Iterable[UnknownMessage], in_use: Path, candidate: Path) -> list[tuple[int, str, str]]:
    """Labelled messages that the two understand differently: (number, intent by the one in use, by the candidate)."""
    messages = list(messages)
    if not messages or not in_use.exists():
        return []
    then, now = (_intents([one.text for one in messages], model) for model in (in_use, candidate))
    rows = zip(messages, then, now, strict=True)
    return [(one.id, before, after) for one, before, after in rows if before != after]


def _intents(texts: list[str], model: Path) -> list[str]:
    from uyariq.rooms import load_understanding

    agent = load_understanding(model)

    async def read() -> list[str]:
        return [str((await agent.parse_message(text))["intent"]["name"]) for text in texts]

    return asyncio.run(read())
