"""Elements of a YAML list, moved, doubled, taken out and added where they stand; all the rest stays as it is written.

An element takes the comments with it that stand right above it, and those indented below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import yaml

from console.editor.scalars import NotReplaceable, line_starts, value_at
from screening.errors import DefinitionError
from screening.read.positions import Loader, parse

WIDTH = 110
STEP = 2


@dataclass(frozen=True)
class _List:
    """A block list: the lines of the text, and of each element the first line and the one behind its last."""

    lines: list[str]
    blocks: list[tuple[int, int]]
    column: int


def moved(text: str, pointer: str, number: int, by: int) -> str:
    """The text with that element one place further up (by -1) or down (by 1). Raises NotReplaceable."""
    first, second = sorted((number, number + by))
    listed = _list(text, pointer)
    if first < 0 or second >= len(listed.blocks):
        raise NotReplaceable(f"{pointer}/{number}")
    (start, end), (next_start, next_end) = listed.blocks[first], listed.blocks[second]
    lines = listed.lines
    made = [*lines[:start], *lines[next_start:next_end], *lines[end:next_start], *lines[start:end], *lines[next_end:]]
    wanted = _elements(text, pointer)
    wanted[first], wanted[second] = wanted[second], wanted[first]
    return _verified("".join(made), text, pointer, wanted)


def removed(text: str, pointer: str, number: int) -> str:
    """The text without that element; the last one left stays. Raises NotReplaceable."""
    listed, wanted = _list(text, pointer), _elements(text, pointer)
    if len(wanted) < 2 or not 0 <= number < len(wanted):
        raise NotReplaceable(f"{pointer}/{number}")
    start, end = listed.blocks[number]
    del wanted[number]
    return _verified("".join([*listed.lines[:start], *listed.lines[end:]]), text, pointer, wanted)


def doubled(text: str, pointer: str, number: int) -> str:
    """The text with that element twice, one after the other. Raises NotReplaceable."""
    listed, wanted = _list(text, pointer), _elements(text, pointer)
    if not 0 <= number < len(wanted):
        raise NotReplaceable(f"{pointer}/{number}")
    start, end = listed.blocks[number]
    wanted.insert(number + 1, deepcopy(wanted[number]))
    made = [*listed.lines[:end], *listed.lines[start:end], *listed.lines[end:]]
    return _verified("".join(made), text, pointer, wanted)


def added(text: str, pointer: str, number: int, element: Sequence[str], value: Any) -> str:
    """The text with another element at that place. element: its lines, not indented; value: what they say.

    Raises NotReplaceable when the text would not say exactly that.
    """
    node = _node(text, pointer)
    wanted = _elements(text, pointer)
    wanted.insert(number, value)
    if not wanted[1:]:
        return _verified(_into_empty(text, pointer, node, element), text, pointer, wanted)
    listed = _list(text, pointer)
    at = listed.blocks[number][0] if number < len(listed.blocks) else listed.blocks[-1][1]
    made = [*listed.lines[:at], *_indented(element, listed.column), *listed.lines[at:]]
    return _verified("".join(made), text, pointer, wanted)


def with_words(text: str, pointer: str, words: Sequence[str]) -> str:
    """The text with other words in a list of them, such as the questions of a score. Raises NotReplaceable."""
    node = _node(text, pointer)
    starts = line_starts(text)
    start, end = _offset(node.start_mark, starts, text), _offset(node.end_mark, starts, text)
    before = text[start:end]
    if not before.startswith("[") or "#" in before or not words:
        raise NotReplaceable(pointer)
    column = node.start_mark.column + 1
    rows, row = [], ""
    for word in words:
        if row and column + len(row) + len(word) + 2 > WIDTH:
            rows.append(row)
            row = ""
        row = f"{row}, {word}" if row else word
    separator = ",\n" + " " * column
    made = f"{text[:start]}[{separator.join([*rows, row])}]{text[end:]}"
    return _verified(made, text, pointer, list(words))


def _elements(text: str, pointer: str) -> list[Any]:
    raw = parse(text, "", [])
    try:
        found = value_at(raw, pointer)
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise NotReplaceable(pointer) from error
    if not isinstance(found, list):
        raise NotReplaceable(pointer)
    return list(found)


def _node(text: str, pointer: str) -> Any:
    try:
        node = yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        raise NotReplaceable(pointer) from error
    for part in pointer.split("/"):
        node = _child(node, part)
    if not isinstance(node, yaml.SequenceNode):
        raise NotReplaceable(pointer)
    return node


def _child(node: Any, part: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and part.isdecimal() and int(part) < len(node.value):
        return node.value[int(part)]
    return None


def _list(text: str, pointer: str) -> _List:
    """Where each element of a block list stands."""
    node = _node(text, pointer)
    if node.flow_style or not node.value:
        raise NotReplaceable(pointer)
    if not text.endswith("\n"):
        text += "\n"
    starts = line_starts(text)
    lines = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    column, dashes, above = node.start_mark.column, [], node.start_mark.line - 1
    for element in node.value:
        above = _dash(lines, element.start_mark.line, column, above, pointer)
        dashes.append(above)
    firsts = [_with_comments(lines, dash, column) for dash in dashes]
    behind = [*firsts[1:], _end(node, starts, text)]
    return _List(
        lines, [(first, _trimmed(lines, end, column)) for first, end in zip(firsts, behind, strict=True)], column
    )


def _dash(lines: list[str], line: int, column: int, above: int, pointer: str) -> int:
    """The line of the element's dash, which may stand above what it holds."""
    for at in range(min(line, len(lines) - 1), above, -1):
        if lines[at][column : column + 1] == "-" and not lines[at][:column].strip():
            return at
    raise NotReplaceable(pointer)


def _with_comments(lines: list[str], dash: int, column: int) -> int:
    """The first of the comment lines right above."""
    while dash and _is_comment(lines[dash - 1], column):
        dash -= 1
    return dash


def _is_comment(line: str, column: int) -> bool:
    """Whether the line is a comment that is no further indented than the dashes."""
    bare = line.lstrip(" ")
    return bare.startswith("#") and len(line) - len(bare) <= column


def _end(node: Any, starts: list[int], text: str) -> int:
    """The line behind the whole list."""
    line = int(node.end_mark.line)
    if line >= len(starts):
        return len(starts)
    held = text[starts[line] : starts[line] + node.end_mark.column]
    return line + 1 if held.strip() else line


def _trimmed(lines: list[str], end: int, column: int) -> int:
    """Blank lines, and comments that belong to what follows, are not the element's."""
    while end and (not lines[end - 1].strip() or _is_comment(lines[end - 1], column)):
        end -= 1
    return end


def _into_empty(text: str, pointer: str, node: Any, element: Sequence[str]) -> str:
    """The first element of a list that is written as []."""
    starts = line_starts(text)
    start, end = _offset(node.start_mark, starts, text), _offset(node.end_mark, starts, text)
    if text[start:end].replace(" ", "") != "[]":
        raise NotReplaceable(pointer)
    line = text[starts[node.start_mark.line] : start]
    column = len(line) - len(line.lstrip(" ")) + STEP
    made = "".join(_indented(element, column)).rstrip("\n")
    return f"{text[:start].rstrip(' ')}\n{made}{text[end:]}"


def _indented(element: Sequence[str], column: int) -> list[str]:
    first, *more = element
    return [f"{' ' * column}- {first}\n", *(f"{' ' * (column + STEP)}{line}\n" for line in more)]


def _offset(mark: Any, starts: list[int], text: str) -> int:
    return int(starts[mark.line] + mark.column) if mark.line < len(starts) else len(text)


def _verified(made: str, text: str, pointer: str, wanted: list[Any]) -> str:
    """What is read back is the list as it was asked for, and everything else as it was."""
    problems: list[DefinitionError] = []
    known: list[DefinitionError] = []
    raw, before = parse(made, "", problems), parse(text, "", known)
    *way, last = pointer.split("/")
    holder = value_at(before, "/".join(way)) if way else before
    holder[int(last) if isinstance(holder, list) else last] = wanted
    if len(problems) > len(known) or raw != before:
        raise NotReplaceable(pointer)
    return made
