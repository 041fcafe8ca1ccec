"""places.csv -> districts with their code."""

from __future__ import annotations

import csv
import re
from io import StringIO

from screening.definitions import Place
from screening.errors import DefinitionError

COLUMNS = ("ubigeo", "district", "province", "department")
UBIGEO = re.compile(r"^\d{6}$")


def read_places(text: str, file: str, problems: list[DefinitionError]) -> tuple[Place, ...]:
    """Every district of the table; rows that are incomplete or twice there are problems."""
    rows = csv.DictReader(StringIO(text))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        problems.append(
            DefinitionError("place_row", file, 1, "La primera fila no es la esperada.", f"Escriba: {','.join(COLUMNS)}")
        )
        return ()
    found: dict[str, Place] = {}
    for line, row in enumerate(rows, start=2):
        values = [(row.get(column) or "").strip() for column in COLUMNS]
        if not all(values) or not UBIGEO.match(values[0]) or values[0] in found:
            message = "La fila está incompleta, o su código no son 6 cifras, o está dos veces."
            problems.append(DefinitionError("place_row", file, line, message, "Corríjala o bórrela."))
            continue
        found[values[0]] = Place(*values)
    return tuple(found.values())
