"""A file of rules as a form: its texts, values, cut-offs and switches, each with its words from the format's schema.

Names, codes and phrase lists stay where they are; they are changed in the YAML.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from console.editor.words import words
from screening.read.positions import Mapping as Raw
from screening.read.positions import parse
from screening.schema import KINDS, kind_of
from screening.schema.pieces import Schema

# What an element of a list is known by.
NAMED_BY = ("linkId", "id", "name", "flow", "code", "phrase", "label", "attempt")
# Changed in the YAML: what other files refer to, and what a form would only make longer.
LEFT_OUT = frozenset(
    ("format", "version", "name", "linkId", "id", "code", "flow", "url", "phrases", "loinc", "as_seen", "source",
     "sources", "language", "variety", "needs", "other_cutoffs", "delay", "note", "notes",
     "numbers", "spelling")
)  # fmt: skip
LISTED_TEXTS = ("say",)
LISTED_LIMITS = {"range": ("min", "max")}
"""Lists of two numbers, and what each of them is called."""
LONG = frozenset(
    ("text", "ask", "say", "explain", "recall", "why", "when", "enableWhen", "profile", "copyright", "meaning",
     "positive", "negative", "undetermined", "template", "title")
)  # fmt: skip
CODES = frozenset(
    ("when", "enableWhen", "profile", "type", "saves", "goto", "run", "instrument", "first_aid", "options", "contact",
     "consent", "sensitive", "method", "opens", "flag", "end", "end_session", "kind", "block")
)  # fmt: skip
"""What steers the conversation: folded away under the words of its group."""
AS_TEXT = ("risk_phrases", "gateway_words", "place_words")
"""Kinds of files that are lists of words above all: they are changed as text."""
GENERAL = "general"
GIST = ("ask", "text", "say", "explain", "title", "why")
MOST_GIST = 70
TEXT, LINE, NUMBER, FLAG, CHOICE, DAY = "text", "line", "number", "flag", "choice", "day"
Alternatives = Sequence[Schema]


@dataclass(frozen=True)
class Field:
    """One value of the file. pointer: "items/3/text"; kind: text, line, number, flag, choice or day; line: 1-based."""

    pointer: str
    key: str
    label: str
    hint: str
    kind: str
    value: str
    line: int
    choices: tuple[str, ...] = ()
    steering: bool = False


@dataclass(frozen=True)
class Group:
    """What belongs together: a question, a step, a rule, a service."""

    title: str
    pointer: str
    line: int
    fields: tuple[Field, ...]

    @property
    def gist(self) -> str:
        """How its first words begin, so that it is found in a long file; the general part needs none."""
        said = (one.value for one in self.fields if one.key in GIST and one.value)
        words_ = next(said, "") if self.pointer != GENERAL else ""
        return words_ if len(words_) <= MOST_GIST else f"{words_[: MOST_GIST - 1].rstrip()}…"

    @property
    def plain(self) -> tuple[Field, ...]:
        """The words and values."""
        return tuple(one for one in self.fields if not one.steering)

    @property
    def steering(self) -> tuple[Field, ...]:
        """What steers."""
        return tuple(one for one in self.fields if one.steering)


def groups_of(path: str, text: str) -> list[Group]:
    """The form of a file; empty when the text is not YAML."""
    kind = kind_of(path)
    if kind in AS_TEXT:
        return []
    raw = parse(text, path, [])
    schema: Alternatives = [KINDS[kind][1]] if kind else []
    if isinstance(raw, list):
        return [group for group in _of_list("", raw, schema, "") if group.fields]
    if not isinstance(raw, Raw):
        return []
    own = tuple(_of_scalars("", raw, schema))
    found = [Group(words("group", GENERAL), GENERAL, 1, own)]
    for key, value in raw.items():
        if key not in LEFT_OUT and isinstance(value, (dict, list)):
            found += _below(key, value, _inside(schema, key), raw.lines.get(key, 1))
    return [group for group in found if group.fields]


def fields_of(path: str, text: str) -> dict[str, Field]:
    """All fields of the form by their pointers."""
    return {field.pointer: field for group in groups_of(path, text) for field in group.fields}


def _below(key: str, value: Any, schema: Alternatives, line: int) -> list[Group]:
    """Groups of one part of the file."""
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return list(_of_list(key, value, schema, words("part", key)))
    if isinstance(value, dict) and any(_has_groups(one) for one in value.values()):
        found: list[Group] = []
        for name, one in value.items():
            inner = _inside(schema, name)
            fields = tuple(_contents(f"{key}/{name}", key, one, inner))
            found.append(Group(f"{words('part', key)}: {words('key', name)}", f"{key}/{name}", line, fields))
        return found
    return [Group(words("key", key), key, line, tuple(_contents(key, key, value, schema)))]


def _contents(pointer: str, key: str, value: Any, schema: Alternatives) -> Iterator[Field]:
    """What stands under a name that the file chose itself."""
    if isinstance(value, dict):
        yield from _of_dict(pointer, value, schema, "")
    elif isinstance(value, list):
        yield from _of_elements(pointer, key, value, schema, "")


def _has_groups(value: Any) -> bool:
    return isinstance(value, (dict, list))


def _of_list(pointer: str, elements: Any, schema: Alternatives, part: str) -> Iterator[Group]:
    for number, element in enumerate(elements):
        at = f"{pointer}/{number}" if pointer else str(number)
        inner = _inside(schema, number)
        if isinstance(element, dict):
            fields = tuple(_of_dict(at, element, inner, ""))
            title = f"{part} {_name(element, number)}".strip()
            yield Group(title, at, element.line, fields)  # type: ignore[attr-defined]


def _name(element: dict[str, Any], number: int) -> str:
    return str(next((element[name] for name in NAMED_BY if element.get(name)), number + 1))


def _of_scalars(pointer: str, raw: Any, schema: Alternatives) -> Iterator[Field]:
    for key, value in raw.items():
        if key not in LEFT_OUT and not isinstance(value, (dict, list)):
            yield from _of(f"{pointer}/{key}" if pointer else key, key, value, _inside(schema, key), raw.lines[key], "")


def _of_dict(pointer: str, raw: Any, schema: Alternatives, prefix: str) -> Iterator[Field]:
    for key, value in raw.items():
        if key not in LEFT_OUT:
            yield from _of(f"{pointer}/{key}", key, value, _inside(schema, key), raw.lines.get(key, raw.line), prefix)


def _of(pointer: str, key: str, value: Any, schema: Alternatives, line: int, prefix: str) -> Iterator[Field]:
    label = " · ".join(filter(None, (prefix, words("key", key))))
    if isinstance(value, dict):
        yield from _of_dict(pointer, value, schema, label)
    elif isinstance(value, list):
        yield from _of_elements(pointer, key, value, schema, label)
    else:
        yield _field(pointer, key, value, schema, line, label)


def _of_elements(pointer: str, key: str, elements: Any, schema: Alternatives, label: str) -> Iterator[Field]:
    for number, element in enumerate(elements):
        inner, at = _inside(schema, number), f"{pointer}/{number}"
        if isinstance(element, dict):
            name = words("element", key)
            yield from _of_dict(at, element, inner, f"{name} {_name(element, number)}")
        elif key in LISTED_TEXTS:
            numbered = f"{label} {number + 1}" if len(elements) > 1 else label
            yield _field(at, key, element, inner, elements.lines[number], numbered)
        elif key in LISTED_LIMITS and number < len(LISTED_LIMITS[key]):
            limit = words("key", LISTED_LIMITS[key][number])
            yield _field(at, key, element, inner, elements.lines[number], f"{label} · {limit}")


def _field(pointer: str, key: str, value: Any, schema: Alternatives, line: int, label: str) -> Field:
    kind, choices = _kind(key, value, schema)
    hint = next((str(one["description"]) for one in schema if "description" in one), "")
    hint = "" if hint.rstrip(".") == label else hint
    return Field(pointer, key, label, hint, kind, _shown(value), line, choices, key in CODES)


def _kind(key: str, value: Any, schema: Alternatives) -> tuple[str, tuple[str, ...]]:
    plain = [one for one in schema if one.get("type") != "null"]
    enum = next((one["enum"] for one in plain if "enum" in one), None)
    types = {one.get("type") for one in plain}
    if enum:
        known = tuple(map(str, enum))
        return CHOICE, known if value is None or str(value) in known else (*known, str(value))
    if types & {"boolean"} or isinstance(value, bool):
        return FLAG, ()
    if isinstance(value, date):
        return DAY, ()
    if types & {"number", "integer"} or (isinstance(value, (int, float)) and not types & {"string"}):
        return NUMBER, ()
    return (TEXT if key in LONG or len(str(value or "")) > 60 else LINE), ()


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(value.split()) if isinstance(value, str) else str(value)


def _inside(schema: Alternatives, key: str | int) -> Alternatives:
    """What the format says of a key or an element, whichever of its shapes the value has."""
    found: list[Schema] = []
    for one in _flat(schema):
        if isinstance(key, int):
            inner = one.get("items")
        else:
            inner = one.get("properties", {}).get(key) or one.get("additionalProperties")
        if isinstance(inner, dict):
            found.append(inner)
    flat = list(_flat(found))
    # A single text may stand where a list of them may: its description is that of the list.
    return flat or [one for one in _flat(schema) if isinstance(key, int) and one.get("type") == "string"]


def _flat(schema: Alternatives) -> Iterator[Schema]:
    for one in schema:
        if "anyOf" in one:
            said = {"description": one["description"]} if "description" in one else {}
            yield from _flat([{**said, **inner} for inner in one["anyOf"]])
        else:
            yield one
