"""Questions of an instrument and steps of a flow as pieces of their file: named, described, and made by a form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from screening.definitions import Library
from screening.fold import fold
from screening.read.flow import TYPES
from screening.read.positions import parse
from screening.read.section import NAME
from screening.schema import kind_of

# Kind of file -> (its list, what an element of it is known by).
LISTS = {"instrument": ("items", "linkId"), "flow": ("steps", "id"), "first_aid": ("steps", "id")}
ITEM, SAY, ASK, INSTRUMENT, FIRST_AID, RUN, END = "item", "say", "ask", "instrument", "first_aid", "run", "end"
STEPS = (ASK, SAY, INSTRUMENT, FIRST_AID, RUN, END)
CHOICE = "choice"
FIELD = "n:"
"""Before the name of each field of the form for a new piece."""
MARK = "nueva"
"""What findings about the new piece stand at."""
LONGEST_NAME, LONGEST_CODE = 24, 16
WORDS_OF_A_NAME = 3
SHORT = 2
_NUMBERED = re.compile(r"^(.*?)(\d+)$")
_POINTS = re.compile(r"^(.*\S)\s*=\s*(-?\d{1,4}(?:[.,]\d{1,2})?)$")
_BARE = re.compile(r"^[a-z_][a-z0-9_]*$")
_GUESSED = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
"""What other readers of YAML take for something else than words."""
KNOWN_CODES = {"si": "yes", "ari": "yes", "no": "no", "mana": "no"}


class PieceRefused(ValueError):
    """The form does not make a piece; `reason` is a code for the screen to word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Place:
    """Where a piece stands in its list."""

    first: bool
    last: bool
    alone: bool


@dataclass(frozen=True)
class Piece:
    """A new element. lines: its YAML, not indented; value: what they say; quechua: Spanish -> Quechua typed beside."""

    name: str
    lines: tuple[str, ...]
    value: dict[str, Any]
    quechua: Mapping[str, str]
    scores: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer:
    """What the form for a new piece can choose from. kind: instrument or steps; names: those that there are."""

    part: str
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    lists: tuple[str, ...]
    scores: tuple[str, ...]
    types: tuple[str, ...]
    targets: Mapping[str, tuple[tuple[str, str], ...]]


def part_of(path: str) -> tuple[str, str] | None:
    """(list, key of the name) of a file that has pieces; None for every other file."""
    return LISTS.get(kind_of(path) or "")


def names_of(path: str, text: str) -> list[str]:
    """The names of all pieces, in their order; "" for one that has none."""
    part = part_of(path)
    raw = parse(text, path, []) if part else None
    listed = raw.get(part[0]) if part and isinstance(raw, dict) else None
    if not part or not isinstance(listed, list):
        return []
    return [str(one.get(part[1], "")) if isinstance(one, dict) else "" for one in listed]


def places_of(path: str, text: str) -> dict[str, Place]:
    """Pointer of each piece -> where it stands."""
    part, count = part_of(path), len(names_of(path, text))
    if part is None:
        return {}
    return {f"{part[0]}/{at}": Place(at == 0, at == count - 1, count == 1) for at in range(count)}


def offer_of(path: str, text: str, library: Library) -> Offer | None:
    """What a new piece of this file can be made of; None where there are no pieces."""
    part = part_of(path)
    raw = parse(text, path, []) if part else None
    if part is None or not isinstance(raw, dict):
        return None
    names = tuple(names_of(path, text))
    if part[0] == "items":
        lists = tuple(raw["options"]) if isinstance(raw.get("options"), dict) else ()
        scores = tuple(str(one["name"]) for one in _dicts(raw.get("scores")) if one.get("name"))
        return Offer("items", (ITEM,), names, lists, scores, (), {})
    return Offer("steps", STEPS, names, (), (), TYPES, _targets(library, path))


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield one


def _targets(library: Library, path: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """What a step can lead to: name and title."""
    flows = [flow for flow in library.newest_flows() if not path.endswith(f"/{flow.name}.yml")]
    aids = [(flow.name, flow.title) for flow in flows if flow.kind == "first_aid"]
    others = [(flow.name, flow.title) for flow in flows if flow.kind != "first_aid"]
    instruments = [(one.name, one.title) for one in library.newest_instruments() if one.items]
    return {INSTRUMENT: tuple(instruments), FIRST_AID: tuple(aids), RUN: tuple(others)}


def is_begun(form: Mapping[str, str]) -> bool:
    """Whether somebody has begun to describe a new piece."""
    return any(form.get(f"{FIELD}{name}", "").strip() for name in ("text", "explain", "id", "answers"))


def piece_of(form: Mapping[str, str], path: str, text: str) -> Piece:
    """The piece that the form describes. Raises PieceRefused."""
    typed = {name.removeprefix(FIELD): value for name, value in form.items() if name.startswith(FIELD)}
    part, raw = part_of(path), parse(text, path, [])
    if part is None or not isinstance(raw, dict):
        raise PieceRefused("not_in_place")
    kind = ITEM if part[0] == "items" else typed.get("kind", ASK)
    if kind not in (ITEM, *STEPS):
        raise PieceRefused("piece_kind")
    words = _lines(typed.get("text", ""))
    if kind in (ITEM, SAY, ASK) and not words:
        raise PieceRefused("piece_empty")
    name = _name(typed.get("id", ""), words, kind, names_of(path, text), str(raw.get("name", "")), typed)
    return _made(kind, name, words, typed, str(raw.get("name", "")))


def _made(kind: str, name: str, words: list[str], typed: Mapping[str, str], of: str) -> Piece:
    explain = " ".join(typed.get("explain", "").split())
    quechua = _beside(words if kind == SAY else [" ".join(words)], _lines(typed.get("text-q", "")), kind)
    when = " ".join(typed.get("when", "").split())
    quechua |= _beside([explain], [" ".join(typed.get("explain-q", "").split())], ASK)
    if kind == ITEM:
        entry: dict[str, Any] = {"linkId": name, "text": " ".join(words)}
        entry |= {"options": typed.get("options") or _answers(typed, points=True), "explain": explain}
        entry |= {"enableWhen": when} if when else {}
        scores = tuple(one.removeprefix("score:") for one, value in typed.items() if one.startswith("score:") and value)
        return Piece(name, tuple(_yaml(entry)), entry, quechua, scores)
    entry = _step(kind, name, words, explain, typed, of)
    entry = {"id": name, **({"when": when} if when else {}), **entry}
    return Piece(name, tuple(_yaml(entry)), entry, quechua)


def _step(kind: str, name: str, words: list[str], explain: str, typed: Mapping[str, str], of: str) -> dict[str, Any]:
    if kind == SAY:
        return {"id": name, "say": words}
    if kind == END:
        return {"id": name, "end": "completed"}
    if kind != ASK:
        return {"id": name, kind: typed.get(f"to:{kind}", "")}
    asked = typed.get("type", CHOICE)
    entry: dict[str, Any] = {"id": name, "ask": " ".join(words), "explain": explain, "type": asked}
    if asked == CHOICE:
        entry["options"] = _answers(typed, points=False)
    return entry | {"saves": f"{of}.{name}"}


def _beside(spanish: list[str], quechua: list[str], kind: str) -> dict[str, str]:
    """Spanish -> Quechua, bubble by bubble; of a question all lines are one."""
    given = quechua if kind == SAY else [" ".join(quechua)]
    return {text: words for text, words in zip(spanish, given, strict=False) if text and words}


def _answers(typed: Mapping[str, str], points: bool) -> list[dict[str, Any]]:
    """One answer a line, with its points behind «=» where there are points."""
    made: list[dict[str, Any]] = []
    for line in _lines(typed.get("answers", "")):
        found = _POINTS.match(line) if points else None
        label = found.group(1) if found else line
        code = _free(_code(label), [str(one["code"]) for one in made], LONGEST_CODE)
        entry: dict[str, Any] = {"code": code}
        if found:
            number = found.group(2).replace(",", ".")
            entry["value"] = float(number) if "." in number else int(number)
        made.append(entry | {"label": label})
    return made


def _code(label: str) -> str:
    plain = fold(label)
    return KNOWN_CODES.get(plain) or _slug(plain, LONGEST_CODE, 2) or "a"


def _name(given: str, words: list[str], kind: str, taken: list[str], of: str, typed: Mapping[str, str]) -> str:
    """The name that was typed, if it can be one and is free; else one of our own making."""
    given = given.strip()
    if given:
        if not NAME.match(given):
            raise PieceRefused("piece_name")
        if given in taken:
            raise PieceRefused("piece_taken")
        return given
    if kind == ITEM:
        return _next(taken, of)
    wanted = _slug(fold(" ".join(words)), LONGEST_NAME, WORDS_OF_A_NAME) or typed.get(f"to:{kind}", "") or kind
    return _free(wanted[:LONGEST_NAME], taken, LONGEST_NAME)


def _next(taken: list[str], of: str) -> str:
    """srq_20 -> srq_21: as the questions there are called, and a number that none of them has."""
    found = [match for match in map(_NUMBERED.match, taken) if match]
    stem = found[-1].group(1) if found else f"{of[: LONGEST_NAME - 4]}_"
    highest = max((int(match.group(2)) for match in found if match.group(1) == stem), default=0)
    return _free(f"{stem}{highest + 1}"[:LONGEST_NAME], taken, LONGEST_NAME)


def copy_name(name: str, taken: Iterable[str], kind: str) -> str:
    """What a double of that piece is called."""
    taken = list(taken)
    if kind == "items" and _NUMBERED.match(name):
        return _next([*(one for one in taken if one != name), name], name)
    return _free(name, taken, LONGEST_NAME)


def _free(wanted: str, taken: Iterable[str], longest: int) -> str:
    taken, made, number = set(taken), wanted, 2
    while made in taken:
        made = f"{wanted[: longest - len(str(number)) - 1]}_{number}"
        number += 1
    return made


def _slug(plain: str, longest: int, most: int) -> str:
    """The telling words of a text as a name: small letters and digits."""
    ascii_ = plain.replace("ñ", "n").encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_)
    telling = [word for word in words if len(word) > SHORT] or words
    made = ""
    for word in telling[:most]:
        longer = f"{made}_{word}" if made else word[:longest]
        if len(longer) > longest:
            break
        made = longer
    return made


def _lines(typed: str) -> list[str]:
    return [" ".join(line.split()) for line in typed.splitlines() if line.strip()]


def _yaml(entry: Mapping[str, Any]) -> Iterator[str]:
    """The lines of one element, in the order in which its keys were put."""
    for key, value in entry.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{key}:"
            yield from (f"  - {_flow(one)}" for one in value)
        elif isinstance(value, list):
            yield f"{key}:" if value else f"{key}: []"
            yield from (f"  - {json.dumps(one, ensure_ascii=False)}" for one in value)
        else:
            yield f"{key}: {_scalar(value)}"


def _flow(one: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {_scalar(value, always=True)}" for key, value in one.items()) + "}"


def _scalar(value: Any, always: bool = False) -> str:
    """Names stand bare, as in the files; all other words in quotes."""
    if isinstance(value, (int, float)):
        return str(value)
    bare = not always and _BARE.match(value) and value not in _GUESSED
    return str(value) if bare else json.dumps(value, ensure_ascii=False)


def at_name(pointer: str, names: list[str]) -> str:
    """The pointer with the piece's name in place of its number, which another change may move."""
    parts = pointer.split("/")
    if len(parts) > 1 and parts[0] in ("items", "steps") and parts[1].isdecimal() and int(parts[1]) < len(names):
        parts[1] = names[int(parts[1])] or parts[1]
    return "/".join(parts)
