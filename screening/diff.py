"""What changed between two versions of a rules file, in plain Spanish, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

# What a list's entries are known by; entries without one are compared by their place.
KEYS = ("linkId", "id", "name", "code", "phrase")
NAMES = {
    "text": "texto",
    "ask": "pregunta",
    "say": "mensajes",
    "explain": "explicación",
    "label": "etiqueta",
    "value": "puntos",
    "positive_at": "punto de corte",
    "when": "condición",
    "priority": "prioridad",
    "due": "plazo",
    "version": "versión",
    "status": "estado",
    "items": "ítems",
    "options": "opciones",
    "bands": "rangos",
    "risk": "riesgo",
    "steps": "pasos",
    "rules": "reglas",
    "scores": "puntajes",
    "cutoff": "corte",
    "number": "número",
}


def diff_files(old: Path, new: Path) -> list[str]:
    """One line for each change; an empty list when nothing changed. Raises OSError and yaml.YAMLError."""
    return list(_changes((), _read(old), _read(new)))


def diff_texts(old: str, new: str) -> list[str]:
    """The same for two texts of a file; what cannot be read is one change of the whole. Never raises."""
    try:
        return list(_changes((), _loaded(old), _loaded(new)))
    except yaml.YAMLError:
        return [] if old == new else ["archivo: no se puede comparar, no está bien escrito como YAML"]


def _read(path: Path) -> Any:
    return _loaded(path.read_text(encoding="utf-8"))


def _loaded(text: str) -> Any:
    """In C where there is such a reader: some files have thousands of lines."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a SafeLoader


def _changes(where: tuple[str, ...], old: Any, new: Any) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _of_parts(where, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_parts(where, _by_key(old), _by_key(new))
    else:
        yield f"{_place(where)}: {_shown(old)} → {_shown(new)}"


def _of_parts(where: tuple[str, ...], old: dict[Any, Any], new: dict[Any, Any]) -> Iterator[str]:
    for key in [*old, *(key for key in new if key not in old)]:
        inside = (*where, str(key))
        if key not in new:
            yield f"{_place(inside)}: se quitó ({_shown(old[key])})"
        elif key not in old:
            yield f"{_place(inside)}: se agregó ({_shown(new[key])})"
        else:
            yield from _changes(inside, old[key], new[key])


def _by_key(entries: list[Any]) -> dict[Any, Any]:
    """The entries under their own names, so that one that moved is not taken for a change of all the others."""
    keys = [_key(entry, number) for number, entry in enumerate(entries, 1)]
    if len(set(keys)) < len(keys):
        return dict(enumerate(entries, 1))
    return dict(zip(keys, entries, strict=True))


def _key(entry: Any, number: int) -> Any:
    if isinstance(entry, dict):
        return next((entry[name] for name in KEYS if name in entry), number)
    return number


def _place(where: tuple[str, ...]) -> str:
    return " · ".join(NAMES.get(part, part) for part in where) or "archivo"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f"«{value}»"
    if isinstance(value, dict):
        return str(next((value[name] for name in ("text", "ask", "label", *KEYS) if name in value), "…"))
    return "nada" if value is None else str(value)
