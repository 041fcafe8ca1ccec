"""Serves a model without TensorFlow, when no part of the model uses it.

Rasa imports TensorFlow from two modules that only its neural components need, and everything else imports those two.
Our pipeline has no neural component, so serving with stand-ins in their place saves more than half of the start-up time
and of the memory (docs/benchmarks.md). A model that does use TensorFlow imports it as usual: see `needs_tensorflow`.
"""

from __future__ import annotations

import importlib.machinery
import sys
from pathlib import Path
from types import ModuleType

import yaml

# Module -> the names that others import from it. All are used in training neural components only.
STAND_INS = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": (
        "RasaDataGenerator",
        "RasaBatchDataGenerator",
        "IncreasingBatchSizeDataGenerator",
    ),
}
NEURAL = ("DIET", "TED", "UnexpecTED", "ResponseSelector", "LanguageModel", "ConveRT", "LM")


def leave_out_tensorflow(config: Path = Path("config.yml")) -> bool:
    """Put the stand-ins in place; must come before Rasa is imported. False where the model needs the real thing."""
    if needs_tensorflow(config) or "tensorflow" in sys.modules:
        return False
    for name, classes in STAND_INS.items():
        if name not in sys.modules:
            module = ModuleType(name)
            module.__spec__ = importlib.machinery.ModuleSpec(name, None)
            vars(module).update({one: type(one, (), {"__module__": name}) for one in classes})
            sys.modules[name] = module
    return True


def needs_tensorflow(config: Path) -> bool:
    """Whether the pipeline or the policies of a config.yml name a neural component."""
    content = yaml.safe_load(config.read_text(encoding="utf-8"))
    parts = [*(content.get("pipeline") or ()), *(content.get("policies") or ())]
    return any(str(part.get("name", "")).startswith(NEURAL) for part in parts)
