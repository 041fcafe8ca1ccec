"""The recorded figures hold, and Rasa's own count agrees with ours. Numbers only are printed."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.evaluation.data import MESSAGE_FILES, ROOT
from tests.evaluation.rasa_agrees import AGREES, rasa_macro_f1

pytestmark = pytest.mark.model


@dataclass(frozen=True)
class Checked:
    """What `python -m tests.evaluation --check` said, and its figures."""

    code: int
    output: str
    figures: dict[str, float]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """The fast part of the evaluation, run once in a process of its own."""
    out = tmp_path_factory.mktemp("figures") / "figures.json"
    command = [sys.executable, "-m", "tests.evaluation", "--check", "--out", str(out)]
    # Errors of libraries may quote messages: only our own lines are shown.
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=300, text=True)
    return Checked(done.returncode, done.stdout, _read(out))


def _read(path: Path) -> dict[str, float]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def test_no_figure_falls_below_the_recorded_one(checked: Checked) -> None:
    """Beyond the stated tolerances understanding only gets better; a change for the worse is recorded on purpose."""
    print(checked.output)
    assert checked.figures, f"no figures (exit code {checked.code}): run python -m tests.evaluation --check"
    assert checked.code == 0, "\n".join(
        line for line in checked.output.splitlines() if "WORSE" in line or "not the file" in line
    )


def test_rasas_own_count_agrees_with_ours(checked: Checked) -> None:
    """`rasa test nlu` reads the held-out messages and comes to the same macro-F1."""
    ours = checked.figures["messages.together.best_guess.macro_f1"]
    assert rasa_macro_f1(MESSAGE_FILES) == pytest.approx(ours, abs=AGREES)
