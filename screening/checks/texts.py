"""Texts for people: too long, shouting, forbidden phrases, fields that nothing fills."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from screening.definitions import ForbiddenPhrase, Library
from screening.errors import WARNING, DefinitionError
from screening.fields import DATE_FIELDS, FIELDS, SERVICE_FIELDS
from screening.fold import fold
from screening.read.section import did_you_mean
from screening.texts import Text, fields_of, service_text, texts

BUBBLE = 300
A_DATE = "miércoles 30 de septiembre, 18:00"
SHOUTING = re.compile(r"[!¡]\s*[!¡]|![^.?!¡]{0,40}![^.?!¡]{0,40}!")
GENDER = re.compile(r"\b\w+[oae]s?/(?:[oa]s?|\w+[oa]s?)\b|\w\((?:as?|os?)\)")
SPOKEN = ("bubble", "question", "explain", "recall", "item", "meaning")


def check(library: Library) -> Iterator[DefinitionError]:
    """Every text for people."""
    forbidden = spoken_phrases(library, "es")
    for text in texts(library):
        yield from _fields(library, text)
        yield from _length(library, text)
        if not text.published:
            yield from _manner(text)
            yield from _forbidden(text, forbidden)


def _fields(library: Library, text: Text) -> Iterator[DefinitionError]:
    try:
        names = fields_of(text.text)
    except ValueError:
        message = "Hay una llave { o } suelta."
        yield DefinitionError("field_unknown", text.file, text.line, message, "Los datos se escriben {así}.")
        return
    for name in names:
        if text.kind not in ("bubble", "question", "explain") or name not in FIELDS:
            hint = did_you_mean(name, FIELDS) or f"En globos y preguntas valen: {', '.join(FIELDS)}."
            yield DefinitionError("field_unknown", text.file, text.line, f"Nada llena «{{{name}}}» aquí.", hint)
        elif name in SERVICE_FIELDS and not _served(library, name):
            message = f"No hay ningún servicio para «{{{name}}}»."
            yield DefinitionError("service_missing", text.file, text.line, message, "Agréguelo en services.yml.")


def _served(library: Library, name: str) -> bool:
    return any(service.kind == SERVICE_FIELDS[name] for service in library.services)


def _length(library: Library, text: Text) -> Iterator[DefinitionError]:
    length = len(filled(library, text.text))
    if text.kind not in SPOKEN or length <= BUBBLE:
        return
    message = f"El globo tiene {length} letras (con sus datos puestos) y admite {BUBBLE}."
    if text.published:
        yield DefinitionError("bubble_too_long", text.file, text.line, message, "Es texto publicado: se deja.", WARNING)
    else:
        yield DefinitionError("bubble_too_long", text.file, text.line, message, "Divídalo o quite palabras.")


def filled(library: Library, text: str) -> str:
    """The text with the longest value that each field can have."""
    for name, kind in SERVICE_FIELDS.items():
        if f"{{{name}}}" in text:
            longest = max((service_text(one) for one in library.services if one.kind == kind), key=len, default="")
            text = text.replace(f"{{{name}}}", longest)
    for name in DATE_FIELDS:
        text = text.replace(f"{{{name}}}", A_DATE)
    return text


def _manner(text: Text) -> Iterator[DefinitionError]:
    shouts, slash = _looks(text.text)
    if shouts:
        message = "Hay signos de exclamación seguidos."
        yield DefinitionError("exclamation_row", text.file, text.line, message, "Deje a lo más uno, o ninguno.")
    if slash:
        message = f"«{slash}» marca el género con barra o paréntesis."
        yield DefinitionError("gender_slash", text.file, text.line, message, "Dígalo con otras palabras.", WARNING)


def spoken_phrases(library: Library, language: str) -> list[tuple[str, ForbiddenPhrase]]:
    """What no text in the language may say, as texts are compared. Quechua texts borrow Spanish, so both hold there."""
    held = {"es", language, language[:2]}
    return [(f" {fold(phrase.phrase)} ", phrase) for phrase in library.forbidden if phrase.language in held]


def forbidden_in(text: str, phrases: list[tuple[str, ForbiddenPhrase]]) -> list[ForbiddenPhrase]:
    """The phrases that the text says."""
    folded = _folded(text)
    return [phrase for spoken, phrase in phrases if spoken in folded]


@lru_cache(maxsize=8192)
def _looks(text: str) -> tuple[bool, str]:
    """Whether the text shouts, and where it marks gender with a slash."""
    slash = GENDER.search(text)
    return bool(SHOUTING.search(text)), slash[0] if slash else ""


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    # Kept, because a check that runs as somebody types meets the same texts again and again.
    return f" {fold(text, 2000)} "


def _forbidden(text: Text, forbidden: list[tuple[str, ForbiddenPhrase]]) -> Iterator[DefinitionError]:
    for phrase in forbidden_in(text.text, forbidden):
        message = f"Dice «{phrase.phrase}», que no se dice nunca: {phrase.why}"
        yield DefinitionError("forbidden_phrase", text.file, text.line, message, "Escríbalo de otra manera.")
