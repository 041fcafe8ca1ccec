"""The programme's settings against their schemas: what the engine does not read is checked for its shape, by line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from screening.errors import DefinitionError
from screening.read.positions import Mapping, Sequence, parse
from screening.read.section import did_you_mean
from screening.schema import KINDS

# Read by the rooms that use them, not by the engine.
SETTINGS = (
    "working_hours", "callback_rules", "message_templates", "staff_messages", "reports", "retention", "understanding",
    "by_phone", "dhis2", "gateway_words", "place_words",
)  # fmt: skip


def check_settings(folder: Path) -> list[DefinitionError]:
    """Every settings file of the folder; one that is not there has nothing to check."""
    problems: list[DefinitionError] = []
    for kind in SETTINGS:
        path = folder / f"{kind}.yml"
        if path.exists():
            raw = parse(path.read_text(encoding="utf-8", errors="replace"), path.name, problems)
            validator = Draft202012Validator(KINDS[kind][1])
            for error in validator.iter_errors(_plain(raw)) if raw is not None else ():
                problems += _problems(path.name, raw, error)
    return problems


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _problems(file: str, raw: Any, error: ValidationError) -> Iterator[DefinitionError]:
    """One mistake in words. Of a key that may be empty, what counts is why its value does not fit."""
    inner = [one for one in error.context or () if one.validator_value != "null"]
    if inner:
        for one in inner:
            yield from _problems(file, raw, one)
        return
    way = list(error.absolute_path)
    place = ".".join(str(step) for step in way) or "archivo"
    if error.validator == "additionalProperties":
        for key in sorted(set(error.instance) - set(error.schema["properties"])):
            hint = did_you_mean(key, error.schema["properties"]) or "Bórrela."
            message = f"No existe la clave «{key}» ({place})."
            yield DefinitionError("key_unknown", file, _line(raw, [*way, key]), message, hint)
    elif error.validator == "required":
        for key in sorted(set(error.validator_value) - set(error.instance)):
            yield DefinitionError("key_missing", file, _line(raw, way), f"Falta «{key}» ({place}).", "Agréguela.")
    else:
        yield _value(file, _line(raw, way), place, error)


def _value(file: str, line: int, place: str, error: ValidationError) -> DefinitionError:
    said = error.schema.get("description", "")
    if error.validator in ("enum", "const"):
        allowed = [str(one) for one in error.schema.get("enum", [error.schema.get("const")])]
        hint = did_you_mean(str(error.instance), allowed) or f"Puede ser: {', '.join(allowed)}."
        return DefinitionError("value_unknown", file, line, f"«{error.instance}» no vale en «{place}».", hint)
    return DefinitionError("type_wrong", file, line, f"El valor de «{place}» no tiene la forma esperada.", said)


def _line(raw: Any, way: list[str | int]) -> int:
    """The line of what lies at the end of the way; of the nearest thing above it that has one."""
    line = 1
    for step in way:
        if isinstance(raw, Mapping):
            line = raw.lines.get(str(step), raw.line)
            raw = raw.get(str(step))
        elif isinstance(raw, Sequence) and isinstance(step, int):
            line, raw = raw.lines[step], raw[step]
    return line
