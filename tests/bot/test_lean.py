"""Serving without TensorFlow, unless the pipeline needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.lean import needs_tensorflow

ROOT = Path(__file__).resolve().parents[2]


def test_our_pipeline_needs_no_tensorflow() -> None:
    """config.yml names no neural component."""
    assert not needs_tensorflow(ROOT / "config.yml")


def test_pipeline_with_a_neural_component_needs_it(tmp_path: Path) -> None:
    """A programme that trains DIET gets the real thing."""
    config = tmp_path / "config.yml"
    config.write_text("pipeline:\n  - name: WhitespaceTokenizer\n  - name: DIETClassifier\n", encoding="utf-8")
    assert needs_tensorflow(config)


def test_agent_is_imported_without_tensorflow() -> None:
    """The process that answers people never loads it."""
    script = (
        "import sys; from bot.lean import leave_out_tensorflow; leave_out_tensorflow(); "
        "import bot.agent, bot.nlg, bot.tracker_store, bot.gateway_input; sys.exit('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
