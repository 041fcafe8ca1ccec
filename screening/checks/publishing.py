"""publishing.yml: what needs a second person is said in a way that can be followed, and leaves nothing clinical out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from screening.errors import WARNING, DefinitionError
from screening.publishing import EVERYTHING, FILE
from screening.read.positions import Mapping, parse
from screening.read.questionnaire import NAME_SHAPE, read_format
from screening.read.section import NAME, Section

# Without somebody else's look at these, a slip of one person reaches everybody.
CLINICAL = (
    ("instruments/*.yml", ("items", "value", "scores", "risk")),
    ("flows/crisis_*.yml", (EVERYTHING,)),
    ("triage.yml", (EVERYTHING,)),
)


def check_file(folder: Path) -> list[DefinitionError]:
    """What is wrong with the file; a folder without one asks for a second person for everything."""
    path = folder / FILE
    if not path.exists():
        return []
    problems: list[DefinitionError] = []
    raw = parse(path.read_text(encoding="utf-8", errors="replace"), FILE, problems)
    return [*problems, *_whole(Section(raw, FILE, "archivo", []))] if isinstance(raw, Mapping) else problems


def _whole(section: Section) -> Iterator[DefinitionError]:
    read_format(section)
    cares = section.sections("second_person", "cambio", required=True)
    section.close("note", "title")
    covered: set[tuple[str, str]] = set()
    seen: set[str] = set()
    for one in cares:
        covered |= _care(one, seen)
    yield from section.problems
    yield from _left_out(section, covered)


def _care(section: Section, seen: set[str]) -> set[tuple[str, str]]:
    """(file, key) of what this entry covers."""
    name = section.pattern("id", NAME, NAME_SHAPE) or ""
    if name in seen:
        section.complain("id_duplicated", "id", f"«{name}» está dos veces.", "Cambie uno de los dos.")
    seen.add(name)
    files, keys = section.texts("files", required=True), section.texts("keys", required=True)
    left_out = section.texts("except")
    section.words("why")
    for file in files:
        if not file.endswith(".yml"):
            section.complain("value_unknown", "files", f"«{file}» no nombra archivos .yml.", "Ejemplo: flows/*.yml")
    section.close("note")
    return {(file, key) for file in files for key in keys if key not in left_out}


def _left_out(section: Section, covered: set[tuple[str, str]]) -> Iterator[DefinitionError]:
    for file, keys in CLINICAL:
        for key in keys:
            if not {(file, key), (file, EVERYTHING), ("*.yml", EVERYTHING)} & covered:
                what = "entero" if key == EVERYTHING else f"en «{key}»"
                message = f"«{file}» {what} se podría publicar sin que nadie más lo mire."
                hint = "Agregue la entrada, o déjelo así por decisión clínica."
                yield DefinitionError("second_person_missing", FILE, section.line(), message, hint, WARNING)
