"""publishing.yml: what needs a second person is said in a way that can be followed, and leaves nothing clinical out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from screening.errors import WARNING, DefinitionError
from screening.publishing import CASES, FILE, ORDER, Care, Place, touches
from screening.read.positions import Mapping, parse
from screening.read.questionnaire import NAME_SHAPE, read_format
from screening.read.section import NAME, Section


@dataclass(frozen=True)
class Clinical:
    """What one person's slip would bring to everybody. files: a pattern; place: in a file; what: in words."""

    files: str
    place: Place
    what: str


CLINICAL = (
    Clinical("instruments/*.yml", ("items", "[x]", "text"), "las preguntas"),
    Clinical("instruments/*.yml", ("items", ORDER), "qué preguntas hay y en qué orden"),
    Clinical("instruments/*.yml", ("options", "x", "[x]", "value"), "los puntos de una respuesta"),
    Clinical("instruments/*.yml", ("scores", "[x]", "cutoff", "positive_at"), "los cortes"),
    Clinical("instruments/*.yml", ("items", "[x]", "risk", "when"), "las respuestas de riesgo"),
    Clinical("flows/crisis_*.yml", ("steps", "[x]", "say", "[0]"), "lo que se dice en una crisis"),
    Clinical("flows/*.yml", ("steps", "[x]", "when"), "el camino de una conversación"),
    Clinical("flows/*.yml", ("steps", ORDER), "qué pasos hay y en qué orden"),
    Clinical("flows/*.yml", ("steps", "[x]", "ask"), "lo que se pregunta"),
    Clinical("flows/*.yml", ("steps", "[x]", "advise", "priority"), "a quién se llama"),
    Clinical("first_aid/*.yml", ("steps", "[x]", "goto"), "el camino de una primera ayuda"),
    Clinical("first_aid/*.yml", ("profile",), "a quién se le da una primera ayuda"),
    Clinical("triage.yml", ("rules", "[x]", "when"), "las reglas de decisión"),
    Clinical("replies.yml", ("yes", "es", "[0]"), "qué palabras son un sí o un no"),
    Clinical("services.yml", ("[x]", "number"), "los teléfonos"),
    Clinical("working_hours.yml", ("shifts", "[0]", "from"), "el horario de atención"),
    Clinical("callback_rules.yml", ("ladders", "x", "[0]", "after"), "los plazos de llamada"),
    Clinical("programme.yml", ("flows", "[x]", "on"), "qué temas están encendidos"),
    Clinical("risk_phrases/*.yml", ("phrases", "[x]", "phrases", "[0]"), "las palabras de peligro"),
    Clinical("gateway_words.yml", ("listen", "es", "[0]"), "qué mensajes no llegan a la conversación"),
    Clinical("publishing.yml", ("second_person", "[x]", "files", "[0]"), "estas mismas reglas"),
)
STAND_IN = "x"
"""What stands for a file that the programme may add."""


def check_file(folder: Path) -> list[DefinitionError]:
    """What is wrong with the file; a folder without one asks for a second person for everything."""
    path = folder / FILE
    if not path.exists():
        return []
    problems: list[DefinitionError] = []
    raw = parse(path.read_text(encoding="utf-8", errors="replace"), FILE, problems)
    return [*problems, *_whole(Section(raw, FILE, "archivo", []), folder)] if isinstance(raw, Mapping) else problems


def _whole(section: Section, folder: Path) -> Iterator[DefinitionError]:
    read_format(section)
    listed = section.sections("second_person", "cambio", required=True)
    section.close("note", "title")
    seen: set[str] = set()
    cares = [_care(one, seen) for one in listed]
    yield from section.problems
    for clinical in CLINICAL:
        if not all(_looked_at(clinical, file, cares) for file in _files(clinical, folder)):
            message = f"«{clinical.files}»: se podría publicar {clinical.what} sin que nadie más lo mire."
            hint = "Agregue la entrada, o déjelo así por decisión clínica."
            yield DefinitionError("second_person_missing", FILE, section.line(), message, hint, WARNING)


def _care(section: Section, seen: set[str]) -> Care:
    name = section.pattern("id", NAME, NAME_SHAPE) or ""
    if name in seen:
        section.complain("id_duplicated", "id", f"«{name}» está dos veces.", "Cambie uno de los dos.")
    seen.add(name)
    files, keys = section.texts("files", required=True), section.texts("keys", required=True)
    made = Care(name, files, keys, section.texts("except"), section.words("why"))
    for file in files:
        if not file.endswith(".yml"):
            section.complain("value_unknown", "files", f"«{file}» no nombra archivos .yml.", "Ejemplo: flows/*.yml")
    section.close("note")
    return made


def _files(clinical: Clinical, folder: Path) -> set[str]:
    """Those of the folder that the pattern means, and one that may come."""
    found = {path.relative_to(folder).as_posix() for path in folder.glob(clinical.files)}
    return {clinical.files.replace("*", STAND_IN), *(file for file in found if not file.endswith(CASES))}


def _looked_at(clinical: Clinical, file: str, cares: list[Care]) -> bool:
    return any(touches(care, file, [clinical.place]) for care in cares)
