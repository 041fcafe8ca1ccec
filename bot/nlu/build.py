"""Builds what understanding needs before training: python -m bot.nlu.build OUT.

Writes the language table from nlu_data and saves the spaCy pipelines (es, qu, quy, quz) to OUT; does nothing when its
inputs have not changed.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.nlu.language import TABLE_FILE
from bot.nlu.language_table import NLU_DATA, write_table

PIPELINES = ("es", "qu", "quy", "quz")
_STAMP = "inputs.sha256"
_HERE = Path(__file__).parent


def build(out: Path, nlu_data: Path = NLU_DATA) -> bool:
    """Builds everything into out; False when nothing had changed since the last time."""
    inputs = fingerprint(nlu_data)
    stamp = out / _STAMP
    if stamp.exists() and stamp.read_text(encoding="ascii") == inputs and TABLE_FILE.exists():
        return False
    out.mkdir(parents=True, exist_ok=True)
    write_table(folder=nlu_data)
    save_pipelines(out)
    stamp.write_text(inputs, encoding="ascii")
    return True


def save_pipelines(out: Path) -> None:
    """Saves each spaCy pipeline under its code; spacy.load(out / "qu") reads it back."""
    from bot.nlu.spacy_languages import quechua_pipeline, spanish_pipeline

    for code in PIPELINES:
        pipeline = spanish_pipeline() if code == "es" else quechua_pipeline(code)
        pipeline.to_disk(out / code)


def fingerprint(nlu_data: Path) -> str:
    """A hash over every file the build reads."""
    digest = hashlib.sha256()
    for path in _inputs(nlu_data):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _inputs(nlu_data: Path) -> Iterator[Path]:
    yield from sorted([*_HERE.glob("*.py"), *_HERE.glob("*.txt")])
    yield from sorted((_HERE / "quechua").glob("*.*"))
    yield from sorted(nlu_data.glob("*/*.yml"))


def main(arguments: list[str]) -> int:
    """Runs the build for the command line; 2 for wrong usage."""
    if len(arguments) != 1:
        sys.stderr.write("Use: python -m bot.nlu.build CARPETA\n")
        return 2
    changed = build(Path(arguments[0]))
    done = "Tabla de idioma y pipelines de spaCy listos." if changed else "Sin cambios: no hay nada que construir."
    sys.stdout.write(f"{done}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
