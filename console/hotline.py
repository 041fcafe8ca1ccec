"""Numbers to call, taken from the programme's list of services (screening_rules/services.yml)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.wording import Translate
from screening.definitions import Library
from screening.fields import choose_service
from screening.texts import service_text

CALLABLE_KINDS = ("crisis_call", "crisis_write", "violence", "medical", "police", "fire", "child")
"""Services whose number becomes a link to tap when the bot names it."""


@dataclass(frozen=True)
class Hotline:
    """A line in the words of one language, and the number that a phone dials."""

    words: str
    number: str


def hotline(library: Library, kind: str, language: str, now: datetime, translate: Translate) -> Hotline:
    """The line of that kind that answers now, as the bot would name it. Raises LookupError when the list has none."""
    service = choose_service(library.services, kind, language, now)
    if service is None:
        raise LookupError(f"services.yml has no service of kind {kind}")
    return Hotline(translate(f"services.{service.id}", service_text(service), language), service.number)


def callable_numbers(library: Library) -> tuple[str, ...]:
    """Numbers of a seen source that are linked when they stand in a bubble of the bot, longest first."""
    numbers = {one.number for one in library.services if one.kind in CALLABLE_KINDS and one.status == "SEEN"}
    return tuple(sorted(filter(str.isdigit, numbers), key=len, reverse=True))
