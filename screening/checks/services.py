"""Services: a wrong number harms, so each has a day by which somebody must have called it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from screening.definitions import Library
from screening.errors import WARNING, DefinitionError


def check(library: Library) -> Iterator[DefinitionError]:
    """Ways to reach the service."""
    for service in library.services:
        if not service.number and not service.steps:
            message = f"«{service.id}» no dice cómo llegar: ni número ni pasos."
            yield DefinitionError(
                "service_unreachable", service.file, service.line, message, "Agregue «number» o «steps»."
            )


def due(library: Library, today: date) -> Iterator[DefinitionError]:
    """Services whose review date has passed, as warnings."""
    for service in library.services:
        if service.review_by and service.review_by < today:
            message = f"«{service.name}» había que comprobarlo hasta el {service.review_by.isoformat()}."
            hint = "Llame al número y cambie «seen» y «review_by»."
            yield DefinitionError("service_review_due", service.file, service.line, message, hint, WARNING)
