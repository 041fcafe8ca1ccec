"""Changing single values of a YAML text where they stand; comments, order and everything else stay as written."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

from screening.read.positions import Loader, parse

Value = str | bool | int | float | date | None
WIDTH = 110
_PLAIN_NUMBER = re.compile(r"^-?[0-9]{1,15}(\.[0-9]{1,15})?$")


class NotReplaceable(Exception):
    """A value cannot be changed in place, such as one that an anchor shares; it can be changed in the YAML."""


def replace_scalars(text: str, changes: Mapping[str, Value]) -> str:
    """The text with other values. changes: pointer such as "items/3/text" -> new value; None empties the key.

    Raises NotReplaceable when the result would not say exactly what was asked for.
    """
    if not changes:
        return text
    root = yaml.compose(text, Loader=Loader)
    starts = line_starts(text)
    places = [(_span(_find(root, pointer), starts, text), value) for pointer, value in changes.items()]
    made = text
    for (start, end, node), value in sorted(places, key=lambda place: place[0][0], reverse=True):
        made = made[:start] + _written(value, node, made[start:end]) + made[end:]
    _verify(made, changes)
    return made


def value_at(raw: Any, pointer: str) -> Any:
    """The value under a pointer. Raises KeyError, IndexError or ValueError when there is none."""
    for part in pointer.split("/"):
        raw = raw[int(part)] if isinstance(raw, list) else raw[part]
    return raw


def typed(given: str, kind: str) -> Value:
    """What a field of the form says, as a value of the file; what is no number stays text, and the check says so."""
    if kind == "flag":
        return given == "true"
    words = given.strip().replace("\r\n", "\n")
    if not words:
        return None
    if kind == "number" and _PLAIN_NUMBER.match(words.replace(",", ".")):
        number = words.replace(",", ".")
        return float(number) if "." in number else int(number)
    if kind == "day":
        try:
            return date.fromisoformat(words)
        except ValueError:
            return words
    return words


def _find(node: yaml.Node | None, pointer: str) -> yaml.ScalarNode:
    for part in pointer.split("/"):
        node = _child(node, part)
    if not isinstance(node, yaml.ScalarNode):
        raise NotReplaceable(pointer)
    return node


def _child(node: yaml.Node | None, part: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and part.isdecimal() and int(part) < len(node.value):
        return node.value[int(part)]  # type: ignore[no-any-return]
    return None


def line_starts(text: str) -> list[int]:
    starts = [0]
    starts += [match.end() for match in re.finditer(r"\r\n|\r|\n|\x85|\u2028|\u2029", text)]
    return starts


def _span(node: yaml.ScalarNode, starts: list[int], text: str) -> tuple[int, int, yaml.ScalarNode]:
    """Where the value stands, without the blank and the comments that may follow it."""
    start = starts[node.start_mark.line] + node.start_mark.column
    end = starts[node.end_mark.line] + node.end_mark.column if node.end_mark.line < len(starts) else len(text)
    end = start + len(text[start:end].rstrip())
    return start, end, node


def _written(value: Value, node: yaml.ScalarNode, before: str) -> str:
    if before.startswith(("&", "*", "!")):
        raise NotReplaceable(before[:20])
    if value is None:
        return " null" if not before else "null"
    if isinstance(value, bool):
        return ("" if before else " ") + ("true" if value else "false")
    if isinstance(value, (int, float, date)):
        return ("" if before else " ") + str(value)
    if node.style in (">", "|") and len(value.split("\n")) == 1:
        return _folded(value, before)
    return ("" if before else " ") + json.dumps(value, ensure_ascii=False)


def _folded(value: str, before: str) -> str:
    """The words as a folded block, indented like the one that stood there."""
    body = next((line for line in before.split("\n")[1:] if line.strip()), "")
    indent = body[: len(body) - len(body.lstrip(" "))]
    words = " ".join(value.split())
    if not indent or not words:
        return json.dumps(value, ensure_ascii=False)
    lines = textwrap.wrap(words, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    return "\n".join([">-", *(indent + line for line in lines)])


def _verify(made: str, changes: Mapping[str, Value]) -> None:
    """What is read back is what was typed: nothing is saved that says something else."""
    raw = parse(made, "", [])
    for pointer, value in changes.items():
        try:
            found = value_at(raw, pointer)
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise NotReplaceable(pointer) from error
        if _same_words(found) != _same_words(value):
            raise NotReplaceable(pointer)


def _same_words(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value
