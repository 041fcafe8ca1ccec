"""YAML that remembers on which line everything stands, and in which `yes` and `no` are words, as staff expect.

Of YAML's guesses only true/false, null, whole and decimal numbers and dates are kept: `07:00` and `no` stay text.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar

import yaml

from screening.errors import DefinitionError

# The longest of our own files has about a tenth of this.
MOST_NODES = 200_000
Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(Base):  # type: ignore[misc]
    """Composes nodes only; values are made here."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


SIGNS_AND_DIGITS = list("-+0123456789")
GUESSES: tuple[tuple[str, str, list[str]], ...] = (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?[0-9]{1,15}$", SIGNS_AND_DIGITS),
    ("float", r"^[-+]?[0-9]{1,15}\.[0-9]{1,15}$", SIGNS_AND_DIGITS),
    ("timestamp", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", SIGNS_AND_DIGITS),
)
for tag, pattern, first in GUESSES:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)


class Mapping(dict[str, Any]):
    """A mapping of the file. line: where it begins; lines: the line of each key."""

    line: int = 0
    lines: dict[str, int]


class Sequence(list[Any]):
    """A list of the file. line: where it begins; lines: the line of each element."""

    line: int = 0
    lines: list[int]


def parse(text: str, file: str, problems: list[DefinitionError]) -> Any:
    """The file's value with lines; None, and a problem, when it is not YAML or empty."""
    try:
        node = yaml.compose(text, Loader=Loader)
        made = _Maker(file, problems).make(node) if node is not None else None
    except _TooMuch:
        message = "El archivo se hace enorme al leerlo: una «&ancla» se repite dentro de otras."
        problems.append(DefinitionError("yaml_syntax", file, 0, message, "Escriba las partes sin «*»."))
        return None
    except (yaml.YAMLError, RecursionError) as error:
        problems.append(_syntax(error, file))
        return None
    if node is None:
        problems.append(DefinitionError("file_empty", file, 0, "El archivo no tiene nada.", "Llénelo o bórrelo."))
        return None
    return made


class _TooMuch(ValueError):
    """A few lines of anchors within anchors stand for more than any machine holds."""


def _syntax(error: Exception, file: str) -> DefinitionError:
    mark = getattr(error, "problem_mark", None)
    return DefinitionError(
        "yaml_syntax",
        file,
        mark.line + 1 if mark else 0,
        "El archivo no está bien escrito como YAML.",
        "Mire esa línea y la anterior: sangría, comillas sin cerrar, o un texto con «: » que necesita comillas.",
    )


class _Maker:
    def __init__(self, file: str, problems: list[DefinitionError]) -> None:
        self.file = file
        self.problems = problems
        self.open: set[int] = set()
        self.made = 0

    def make(self, node: yaml.Node) -> Any:
        self.made += 1
        if self.made > MOST_NODES:
            raise _TooMuch
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self.open:
            self._complain("yaml_syntax", node, "Un «&ancla» se contiene a sí misma.", "Quite la referencia «*».")
            return None
        self.open.add(id(node))
        try:
            return self._mapping(node) if isinstance(node, yaml.MappingNode) else self._sequence(node)
        finally:
            self.open.discard(id(node))

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        kind, text = node.tag.rpartition(":")[2], node.value
        if kind == "bool":
            return text.lower() == "true"
        if kind == "null":
            return None
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
        if kind == "timestamp":
            return self._date(node)
        return text

    def _date(self, node: yaml.ScalarNode) -> Any:
        try:
            return date.fromisoformat(node.value)
        except ValueError:
            self._complain("type_wrong", node, f"«{node.value}» no es una fecha.", "Escriba año-mes-día: 2026-11-22.")
            return None

    def _mapping(self, node: yaml.MappingNode) -> Mapping:
        made = Mapping()
        made.line = node.start_mark.line + 1
        made.lines = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if key in made:
                self._complain("key_duplicated", key_node, f"«{key}» está dos veces.", "Deje una sola.")
            made[key] = self.make(value_node)
            made.lines[key] = key_node.start_mark.line + 1
        return made

    def _sequence(self, node: yaml.Node) -> Sequence:
        made = Sequence(self.make(element) for element in node.value)
        made.line = node.start_mark.line + 1
        made.lines = [element.start_mark.line + 1 for element in node.value]
        return made

    def _complain(self, code: str, node: yaml.Node, message: str, hint: str) -> None:
        self.problems.append(DefinitionError(code, self.file, node.start_mark.line + 1, message, hint))
