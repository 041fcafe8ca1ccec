"""`rasa test nlu` on the held-out messages: Rasa's own count beside ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.evaluation.data import ROOT, path_of

MODEL = ROOT / "models" / "uyariq.tar.gz"
AGREES = 0.01
COMMAND = "rasa test nlu --nlu tests/nlu/{file}.yml --model models/uyariq.tar.gz --out results"


def rasa_macro_f1(sources: Sequence[str]) -> float:
    """Macro-F1 that Rasa reports on es, qu, mixed, or several of them together."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, out = Path(scratch) / "nlu", Path(scratch) / "out"
        folder.mkdir()
        for source in sources:
            shutil.copy(path_of(source), folder)
        rasa = str(Path(sys.executable).with_name("rasa"))
        command = [rasa, "test", "nlu", "--nlu", str(folder), "--model", str(MODEL), "--out", str(out), "--no-plot"]
        environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
        # The output quotes messages: it is not shown.
        subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True, timeout=300)
        report = json.loads((out / "intent_report.json").read_text(encoding="utf-8"))
    return float(report["macro avg"]["f1-score"])
