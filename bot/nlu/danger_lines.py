"""Lines that name a danger or only sound like one (nlu_data/*/dangers*.yml): what the learned fear learns from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILES = "*/dangers*.yml"
# libyaml's loader, a tenth of the time where it is there.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TOPIC = "dangers"


class DangerLinesBroken(ValueError):
    """A file of danger lines that cannot be read; the message says which group and what to do."""


@dataclass(frozen=True)
class WrittenLine:
    """text as typed; codes of the dangers it speaks of; language: of the file it stands in."""

    text: str
    codes: tuple[str, ...]
    language: str


def read_danger_lines(folder: Path, known: frozenset[str]) -> list[WrittenLine]:
    """All lines of all languages, in the order of the files. known: the codes there are."""
    return [line for path in _files(folder) for line in _read(path, known)]


def fingerprint(folder: Path) -> str:
    """Changes when any of the files does."""
    digest = hashlib.sha256()
    for path in _files(folder):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob(FILES))


def _read(path: Path, known: frozenset[str]) -> Iterator[WrittenLine]:
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}  # noqa: S506 - a SafeLoader
    for group in document.get(TOPIC, []):
        codes = tuple(group["danger"])
        unknown = sorted(set(codes) - known)
        if unknown:
            raise DangerLinesBroken(
                f"{path}, grupo «{group['kind']}»: no hay peligro «{unknown[0]}». Use {sorted(known)}."
            )
        for text in group["lines"]:
            yield WrittenLine(str(text), codes, path.parent.name)
