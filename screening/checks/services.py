"""Services: a wrong number harms, so each has a day by which somebody must have called it again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from screening.definitions import Library
from screening.errors import WARNING, DefinitionError
from screening.fields import SERVICE_FIELDS
from screening.texts import texts

# A number of two digits is more often an age or an hour.
SHORTEST = 3
NUMBER = re.compile(r"(?<![\w])\d(?:\d| (?=\d))*\d(?!\w)")


def check(library: Library) -> Iterator[DefinitionError]:
    """Ways to reach the service."""
    for service in library.services:
        if not service.number and not service.steps:
            message = f"«{service.id}» no dice cómo llegar: ni número ni pasos."
            yield DefinitionError(
                "service_unreachable", service.file, service.line, message, "Agregue «number» o «steps»."
            )
    yield from _written_out(library)


def _written_out(library: Library) -> Iterator[DefinitionError]:
    """Telephone numbers inside a text: nobody finds them when the number changes."""
    numbers = {one.number: one for one in library.services if len(one.number) >= SHORTEST}
    for text in texts(library):
        if text.kind not in ("bubble", "question", "explain", "meaning") or text.published:
            continue
        for found in NUMBER.findall(text.text):
            service = numbers.get(found.replace(" ", ""))
            if service:
                field = next((name for name, kind in SERVICE_FIELDS.items() if kind == service.kind), service.kind)
                message = f"El número {service.number} está escrito dentro del texto."
                hint = f"Escriba {{{field}}}: así cambia solo cuando cambia services.yml."
                yield DefinitionError("number_in_text", text.file, text.line, message, hint, WARNING)


def due(library: Library, today: date) -> Iterator[DefinitionError]:
    """Services whose review date has passed, as warnings."""
    for service in library.services:
        if service.review_by and service.review_by < today:
            message = f"«{service.name}» había que comprobarlo hasta el {service.review_by.isoformat()}."
            hint = "Llame al número y cambie «seen» y «review_by»."
            yield DefinitionError("service_review_due", service.file, service.line, message, hint, WARNING)
