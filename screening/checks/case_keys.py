"""Case files say only what is looked at: a misspelt «expect» would prove nothing and nobody would notice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from screening.errors import DefinitionError
from screening.read.positions import Mapping, Sequence, parse
from screening.read.section import did_you_mean

# kind of case -> its keys, and the keys of its «expect».
KEYS = {
    "instruments": (
        ("name", "note", "answers", "corrections", "stop_after", "expect"),
        ("scores", "risks", "status"),
    ),
    "flows": (
        ("name", "note", "language", "facts", "replies", "expect"),
        ("facts", "said", "events", "status"),
    ),
    "triage": (
        ("name", "note", "facts", "expect"),
        ("rules", "level", "task", "priority", "due", "referral", "opens"),
    ),
}
OF_FILE = (*KEYS, "format", "note")


def check_folder(folder: Path) -> list[DefinitionError]:
    """Every case file below the folder; what cannot be parsed is reported where the cases are run."""
    return [problem for path in sorted(folder.rglob("*.cases.yml")) for problem in _file(path, folder)]


def _file(path: Path, folder: Path) -> Iterator[DefinitionError]:
    name = path.relative_to(folder).as_posix()
    raw = parse(path.read_text(encoding="utf-8", errors="replace"), name, [])
    if not isinstance(raw, Mapping):
        return
    yield from _known(raw, OF_FILE, name, "archivo de casos")
    for kind, (of_case, of_expect) in KEYS.items():
        listed = raw.get(kind)
        for case in listed if isinstance(listed, Sequence) else ():
            if isinstance(case, Mapping):
                yield from _known(case, of_case, name, f"caso «{case.get('name', '')}»")
                yield from _expect(case, of_expect, name)


def _expect(case: Mapping, keys: tuple[str, ...], file: str) -> Iterator[DefinitionError]:
    expected = case.get("expect")
    if isinstance(expected, Mapping) and expected:
        yield from _known(expected, keys, file, f"«expect» del caso «{case.get('name', '')}»")
    else:
        line = case.lines.get("expect", case.line)
        message = f"El caso «{case.get('name', '')}» no dice qué se espera: no prueba nada."
        yield DefinitionError("key_missing", file, line, message, "Agregue «expect».")


def _known(mapping: Mapping, keys: tuple[str, ...], file: str, where: str) -> Iterator[DefinitionError]:
    for key in mapping:
        if key not in keys:
            hint = did_you_mean(str(key), keys) or f"Claves que valen aquí: {', '.join(keys)}."
            line = mapping.lines.get(key, mapping.line)
            yield DefinitionError("key_unknown", file, line, f"No existe la clave «{key}» ({where}).", hint)
