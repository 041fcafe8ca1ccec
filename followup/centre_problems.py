"""The words for what is wrong with a table of health centres (centre_problems.yml): Spanish, told in any language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("centre_problems.yml")
Tell = Callable[[str], str]
"""A Spanish text with open fields -> the same in the reader's language, with the same fields."""


def in_spanish(text: str) -> str:
    """The text as it stands."""
    return text


@dataclass(frozen=True)
class CentreProblem:
    """What cannot be used: line (1 is the header), column, why (a code of the word file), and what it is about."""

    line: int
    column: str
    code: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Why, in Spanish."""
        return self.words()[0]

    @property
    def hint(self) -> str:
        """What to do, in Spanish."""
        return self.words()[1]

    def words(self, tell: Tell = in_spanish) -> tuple[str, str]:
        """Why, and what to do."""
        texts = _words()["problems"][self.code]
        return tell(texts["message"]).format(**self.fields), tell(texts["hint"]).format(**self.fields)

    def place(self, tell: Tell = in_spanish) -> str:
        """Where in the file."""
        text = _words()["place"]["cell" if self.column else "line"]
        return tell(text).format(line=self.line, column=self.column)

    def __str__(self) -> str:
        return f"{self.place()}: {self.message} {self.hint}"


def no_name() -> str:
    """How a column without a name is called."""
    return str(_words()["place"]["no_name"])


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    words: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return words
