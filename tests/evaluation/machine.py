"""On what the figures were measured: machine, versions, and the model."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

from uyariq.training import FINGERPRINT, MODEL, is_current


def where() -> str:
    """One paragraph."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("rasa", "spacy", "scikit-learn", "numpy"))
    return (
        f"Measured on {time.strftime('%Y-%m-%d')}: {_cores()}, {platform.system()}, Python "
        f"{platform.python_version()}, {libraries}, {_load()}. {_model()}"
    )


def _cores() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names) or '?'} cores ({names[0] if names else platform.processor()})"


def _load() -> str:
    """How busy the machine is: above one for each core, times are longer than they need be."""
    return f"load average {os.getloadavg()[1]:.1f}"


def _model() -> str:
    made_from = FINGERPRINT.read_text(encoding="utf-8")[:12] if FINGERPRINT.exists() else "unknown"
    size = MODEL.stat().st_size / 1e6
    name = f"model ({size:.1f} MB, inputs `{made_from}`)"
    if is_current():
        return f"The {name} is the one of these sources."
    return f"**The {name} is older than some of its inputs**: train and measure again."
