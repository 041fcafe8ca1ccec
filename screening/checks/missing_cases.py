"""Every instrument, flow, first-aid script and the triage rules have cases beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from screening.definitions import Library
from screening.errors import DefinitionError


def case_file(folder: str, file: str) -> Path:
    """The case file that belongs beside a definition's file."""
    return (Path(folder) / file).with_suffix(".cases.yml")


def check_cases(library: Library) -> Iterator[DefinitionError]:
    """Definitions without a case file. A draft that still waits for its wording needs none."""
    files = [one.file for one in library.newest_instruments() if one.items or one.status != "draft"]
    files += [one.file for one in library.newest_flows()]
    files += [library.triage.file] if library.triage.file else []
    for file in files:
        path = case_file(library.folder, file)
        if "@" not in path.name and not path.exists():
            message = f"Falta {path.name}: nadie probó este archivo."
            hint = "Escriba al menos un caso de principio a fin y uno por cada salida."
            yield DefinitionError("cases_missing", file, 0, message, hint)
