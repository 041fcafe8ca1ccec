"""Reading one mapping of a file: what is missing, misspelt or of the wrong kind is noted, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from typing import Any

from screening.conditions import Condition, ConditionError, compile_condition
from screening.errors import DefinitionError
from screening.read.positions import Mapping, Sequence

NAME = re.compile(r"^[a-z0-9_]{1,24}$")
CODE = re.compile(r"^[a-z0-9_]{1,16}$")
VERSION = re.compile(r"^\d{10}$")
KINDS = {str: "un texto", int: "un número entero", bool: "true o false", date: "una fecha (2026-11-22)"}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """«¿quiso decir …?» with the nearest known word, or the empty text."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"¿Quiso decir «{near[0]}»?" if near else ""


class Section:
    """One mapping of a file. where: how a person would call the place, such as "item srq_3"."""

    def __init__(self, raw: Mapping, file: str, where: str, problems: list[DefinitionError]) -> None:
        self.raw = raw
        self.file = file
        self.where = where
        self.problems = problems
        self.asked: set[str] = set()

    def line(self, key: str | None = None) -> int:
        """Line of the key; of the mapping itself when the key is not there."""
        return self.raw.lines.get(key, self.raw.line) if key else self.raw.line

    def complain(self, code: str, key: str | None, message: str, hint: str = "") -> None:
        """Note a mistake at the key's line."""
        self.problems.append(DefinitionError(code, self.file, self.line(key), message, hint))

    def has(self, key: str) -> bool:
        """Whether the key stands there with a value."""
        self.asked.add(key)
        return self.raw.get(key) is not None

    def text(self, key: str, required: bool = False) -> str | None:
        """The text of the key, trimmed; None when absent."""
        value = self._of(str, key, required)
        return " ".join(value.split()) if isinstance(value, str) else None

    def words(self, key: str) -> str:
        """The obligatory text of the key; empty, and a problem, when absent."""
        return self.text(key, required=True) or ""

    def number(self, key: str, required: bool = False) -> float | int | None:
        """The number of the key; None when absent."""
        value = self._raw(key, required)
        if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
            return value
        self._wrong(key, "un número")
        return None

    def integer(self, key: str, required: bool = False) -> int | None:
        """The whole number of the key; None when absent."""
        return self._of(int, key, required)  # type: ignore[no-any-return]

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false of the key."""
        value = self._of(bool, key, False)
        return default if value is None else bool(value)

    def day(self, key: str, required: bool = False) -> date | None:
        """The date of the key; None when absent."""
        return self._of(date, key, required)  # type: ignore[no-any-return]

    def one_of(self, key: str, allowed: Iterable[str], required: bool = False) -> str | None:
        """The word of the key, one of those allowed; None when absent or not allowed."""
        value = self.text(key, required)
        if value is None or value in allowed:
            return value
        hint = did_you_mean(value, allowed) or f"Puede ser: {', '.join(allowed)}."
        self.complain("value_unknown", key, f"«{value}» no vale para «{key}» ({self.where}).", hint)
        return None

    def pattern(self, key: str, pattern: re.Pattern[str], say: str, required: bool = True) -> str | None:
        """The word of the key, of that shape; kept even when the shape is wrong, so that reading can go on."""
        value = self.text(key, required)
        if value is not None and not pattern.match(value):
            self.complain("id_format", key, f"«{value}» no vale como {key} ({self.where}).", say)
        return value

    def condition(self, key: str, required: bool = False, prefix: str = "") -> Condition | None:
        """The condition of the key, compiled; None when absent or unreadable."""
        source = self.text(key, required)
        if source is None:
            return None
        try:
            return compile_condition(prefix + source)
        except ConditionError as error:
            hint = "Ejemplo: age < 18 and consent.screening == 'yes'."
            self.complain(error.code, key, f"{error.message_es} ({self.where})", hint)
            return None

    def texts(self, key: str, required: bool = False) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = self._raw(key, required)
        if value is None:
            return ()
        listed = value if isinstance(value, Sequence) else [value]
        if all(isinstance(one, str) for one in listed):
            return tuple(" ".join(one.split()) for one in listed)
        self._wrong(key, "una lista de textos")
        return ()

    def lines_of(self, key: str) -> tuple[int, ...]:
        """Line of every element of a list; of the key when it is not a list."""
        value = self.raw.get(key)
        return tuple(value.lines) if isinstance(value, Sequence) else (self.line(key),)

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of numbers; a single number counts as a list of one."""
        value = self._raw(key, False)
        if value is None:
            return ()
        listed = value if isinstance(value, Sequence) else [value]
        if all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in listed):
            return tuple(listed)
        self._wrong(key, "una lista de números")
        return ()

    def sections(self, key: str, where: str, required: bool = False) -> list[Section]:
        """A list of mappings, each as a section."""
        value = self._raw(key, required)
        if value is None:
            return []
        if not isinstance(value, Sequence):
            self._wrong(key, "una lista (líneas que empiezan con «- »)")
            return []
        return sections_of(value, self.file, where, self.problems)

    def section(self, key: str, required: bool = False) -> Section | None:
        """A mapping as a section; None when absent."""
        value = self._raw(key, required)
        if value is None:
            return None
        if isinstance(value, Mapping):
            return Section(value, self.file, f"{self.where}, {key}", self.problems)
        self._wrong(key, "un grupo de «clave: valor»")
        return None

    def plain(self, key: str) -> Any:
        """The value of the key as it is."""
        return self._raw(key, False)

    def close(self, *extra: str) -> None:
        """Complain about keys that nobody asked for."""
        known = self.asked | set(extra)
        for key in self.raw:
            if key not in known:
                hint = did_you_mean(key, known) or f"Claves que valen aquí: {', '.join(sorted(known))}."
                self.complain("key_unknown", key, f"No existe la clave «{key}» ({self.where}).", hint)

    def _raw(self, key: str, required: bool) -> Any:
        self.asked.add(key)
        value = self.raw.get(key)
        if value is None and required:
            self.complain("key_missing", key, f"Falta «{key}» ({self.where}).", "Agréguela.")
        return value

    def _of(self, kind: type, key: str, required: bool) -> Any:
        value = self._raw(key, required)
        if value is None or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
            return value
        self._wrong(key, KINDS[kind])
        return None

    def _wrong(self, key: str, kind: str) -> None:
        self.complain("type_wrong", key, f"«{key}» tiene que ser {kind} ({self.where}).", "Si es texto, use comillas.")


def sections_of(listed: Sequence, file: str, where: str, problems: list[DefinitionError]) -> list[Section]:
    """Every mapping of a list as a section; what is not a mapping is a problem."""
    found = []
    for value, line in zip(listed, listed.lines, strict=True):
        if isinstance(value, Mapping):
            name = value.get("id") or value.get("linkId") or value.get("code") or value.get("name") or ""
            found.append(Section(value, file, f"{where} {name}".strip(), problems))
        else:
            problems.append(
                DefinitionError("type_wrong", file, line, f"En «{where}» cada elemento es un grupo de «clave: valor».")
            )
    return found
