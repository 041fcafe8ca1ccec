"""One answer of a question: what is kept, what stands on the button, and what people say for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from screening.fold import fold

# Many questions list the same phrases; only the rules' own words come here, never what somebody wrote.
_folded = lru_cache(maxsize=None)(fold)


@dataclass(frozen=True)
class AnswerOption:
    """One answer of a question. code: kept with the answer; value: points (instruments); phrases: by language.

    flow: the answer is offered only while the programme has that flow switched on.
    """

    code: str
    label: str
    value: float | int | None = None
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    goto: str | None = None
    loinc: str | None = None
    line: int = 0
    flow: str | None = None

    @cached_property
    def folded(self) -> Mapping[str, tuple[str, ...]]:
        """The phrases as a reply is compared with them, by language; worked out once."""
        return {language: tuple(map(_folded, spoken)) for language, spoken in self.phrases.items()}

    @property
    def spoken(self) -> frozenset[str]:
        """All of them, whatever the language."""
        return frozenset().union(*self.folded.values())
