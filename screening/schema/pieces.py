"""The small pieces that every schema of the rules is built from; descriptions are Spanish: staff read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from screening.due import DUE
from screening.read.section import CODE, NAME, VERSION

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
LANGUAGE = "^[a-z]{2,3}$"
CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"


def text(description: str) -> Schema:
    """Words of any length."""
    return {"type": "string", "description": description}


def shaped(pattern: str, description: str) -> Schema:
    """A word of that shape."""
    return {"type": "string", "pattern": pattern, "description": description}


def name(description: str) -> Schema:
    """A name: 1 to 24 small letters, digits or «_»."""
    return shaped(NAME.pattern, description)


def code(description: str) -> Schema:
    """A code of an answer: 1 to 16 small letters, digits or «_»."""
    return shaped(CODE.pattern, description)


def due(description: str) -> Schema:
    """A span of time: 15 min, 24 h, 3 d, 8 wh."""
    return shaped(DUE.pattern, f"{description} Ejemplos: 15 min, 24 h, 3 d, 8 wh (horas de atención).")


def one_of(allowed: Iterable[str], description: str) -> Schema:
    """One of some words."""
    return {"enum": list(allowed), "description": description}


def whole(description: str) -> Schema:
    """A whole number."""
    return {"type": "integer", "description": description}


def number(description: str) -> Schema:
    """A number."""
    return {"type": "number", "description": description}


def flag(description: str) -> Schema:
    """true or false."""
    return {"type": "boolean", "description": description}


def day(description: str) -> Schema:
    """A day, year-month-day."""
    return shaped("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", f"{description} Año-mes-día: 2026-11-22.")


def one_or_more(item: Schema, description: str) -> Schema:
    """One thing, or a list of them."""
    return {"anyOf": [item, {"type": "array", "items": item}], "description": description}


def listed(item: Schema, description: str) -> Schema:
    """A list."""
    return {"type": "array", "items": item, "description": description}


def mapped(value: Schema, description: str) -> Schema:
    """Names that the file chooses itself -> value."""
    return {"type": "object", "additionalProperties": value, "description": description}


def group(required: dict[str, Schema], optional: dict[str, Schema], description: str = "") -> Schema:
    """A mapping with these keys and no others. An optional key may be there without a value (null)."""
    made: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {**required, **{key: or_nothing(schema) for key, schema in optional.items()}},
        "required": list(required),
    }
    return {**made, "description": description} if description else made


def or_nothing(schema: Schema) -> Schema:
    """The same, or null."""
    said = {"description": schema["description"]} if "description" in schema else {}
    return {"anyOf": [{key: value for key, value in schema.items() if key != "description"}, {"type": "null"}], **said}


def document(title: str, description: str, body: Schema) -> Schema:
    """A whole schema, ready to be written."""
    return {"$schema": DRAFT, "title": title, **body, "description": description}


FORMAT: Schema = {"const": 1, "description": "La versión de este formato. Hoy solo hay una: 1."}
VERSION_OF = shaped(VERSION.pattern, 'Año, mes, día y dos cifras de revisión, entre comillas: "2026112201".')
NOTE = text("Una nota para quien lee el archivo; el programa no la usa.")
PROPOSAL = flag("true mientras falte la firma de la persona responsable clínica.")
SOURCE = one_or_more(text("De dónde viene."), "De dónde viene: dirección o documento.")
CONDITION = text("Condición sobre lo que se sabe, por ejemplo: age < 18 and consent.screening == 'yes'.")
PHRASE_LIST = one_or_more(text("Una frase."), "Frases; «(estoy|ando) triste» vale por dos.")
PHRASES: Schema = {
    "anyOf": [
        {"type": "object", "additionalProperties": False, "properties": {"es": PHRASE_LIST, "qu": PHRASE_LIST}},
        {"type": "array", "items": {"type": "string"}},
    ],
    "description": "Lo que la gente escribe para dar esta respuesta, por idioma: {es: [...], qu: [...]}.",
}
