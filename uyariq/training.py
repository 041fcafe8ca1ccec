"""Trains the model when something that it is made from has changed, and shows how far it is."""

from __future__ import annotations

import hashlib
import logging
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

from bot.nlu.build import build as build_understanding
from bot.nlu.danger_lines import FILES as DANGER_FILES
from uyariq.errors import UyariqError
from uyariq.quiet import quiet_warnings

MODEL = Path("models/uyariq.tar.gz")
FINGERPRINT = Path("models/uyariq.inputs")
PIPELINES = Path("models/spacy")
# Everything that the model or the way it is read depends on.
INPUTS = ("config.yml", "domain.yml", "nlu_data/**/*.yml", "bot/dialogue/*.yml", "bot/nlu/**/*", "requirements.lock")
NOT_INPUTS = {"__pycache__"}


class TrainingFailed(UyariqError):
    """Rasa made no model; its own words stand before."""


def is_current() -> bool:
    """Whether the model there is was made from the inputs that are there now."""
    return MODEL.exists() and FINGERPRINT.exists() and FINGERPRINT.read_text() == fingerprint()


def fingerprint() -> str:
    """One line that changes when any input of the model does."""
    digest = hashlib.sha256()
    for pattern in INPUTS:
        for path in sorted(Path().glob(pattern)):
            if path.is_file() and not NOT_INPUTS & set(path.parts):
                digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def train(*, only_if_needed: bool = False, more: Sequence[str] = (), model: Path = MODEL) -> float | None:
    """Train and put the model in its place. Seconds that it took, or None if the model was current.

    more: paths of further training files; model: where it is put, with the line of its inputs beside it.
    """
    if only_if_needed and is_current():
        return None
    started = time.monotonic()
    build_understanding(PIPELINES)
    made_from = fingerprint()
    with _progress():
        made = _rasa_train(more)
    model.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(made, model)
    model.with_name(FINGERPRINT.name).write_text(made_from)
    return time.monotonic() - started


def _rasa_train(more: Sequence[str]) -> str:
    quiet_warnings()
    from rasa.api import train as rasa_train

    with redirect_stdout(StringIO()):  # our own progress says what is going on
        result = rasa_train(
            domain="domain.yml",
            config="config.yml",
            training_files=[*_intent_files(), "bot/dialogue", *more],
            output="models/new",
            fixed_model_name="uyariq",
        )
    if not result.model:
        raise TrainingFailed("El entrenamiento no produjo un modelo; el error está en las líneas de arriba.")
    return str(result.model)


def _intent_files() -> list[str]:
    """What Rasa reads. It would read the danger lines several times over only to find that they are not for it."""
    dangers = set(Path("nlu_data").glob(DANGER_FILES))
    return [str(path) for path in sorted(set(Path("nlu_data").glob("*/*.yml")) - dangers)]


@contextmanager
def _progress() -> Iterator[None]:
    """A line that says which part is being trained; plain lines where there is no terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("Preparando el entrenamiento …") as status:
        shown = _Shown(lambda text: status.update(text) if sys.stderr.isatty() else console.print(text))
        source = logging.getLogger("rasa.engine.training.hooks")
        source.addHandler(shown)
        source.setLevel(logging.INFO)
        source.propagate = False
        try:
            yield
        finally:
            source.removeHandler(shown)


class _Shown(logging.Handler):
    def __init__(self, show: object) -> None:
        super().__init__(logging.INFO)
        self._show = show
        self._started = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text.startswith("Starting to train component"):
            part = text.split("'")[1].rsplit(".", 1)[-1]
            self._show(f"Entrenando {part} … ({time.monotonic() - self._started:.0f} s)")  # type: ignore[operator]
