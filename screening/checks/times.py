"""times.yml: every list is there, hours are hours, days are days, and its words still mean what they should."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from screening.errors import DefinitionError
from screening.read.positions import Mapping, Sequence, parse
from screening.read.section import did_you_mean
from screening.time_talk import times_said
from screening.time_words import BOUNDS, HALVES, LANGUAGES, LISTS, is_clock, words_of
from screening.windows import GROUPS, RELATIVE, WEEKDAYS

FILE = "times.yml"
NOTHING = "nada"
DAYS = (*WEEKDAYS, *GROUPS, *RELATIVE)
_BY_LANGUAGE = (*LISTS, "any_hour", "hour_words")
_CLOCK_HINT = 'Escriba la hora entre comillas, como "08:00".'
_LIST_HINT = "Ejemplo: {es: [tarde], qu: [tardi]}."


def check_file(folder: Path) -> list[DefinitionError]:
    """What is wrong with the file of the folder; a folder without it has nothing to check."""
    path = folder / FILE
    if not path.exists():
        return []
    problems: list[DefinitionError] = []
    data = parse(path.read_text(encoding="utf-8", errors="replace"), FILE, problems)
    if isinstance(data, Mapping):
        problems += _problems(data)
        problems += [] if problems else _examples(data)
    return problems


def _examples(data: Mapping) -> Iterator[DefinitionError]:
    """Examples that the words no longer read as they are written down."""
    examples = data.get("examples")
    words = words_of(data)
    for said, wanted in examples.items() if isinstance(examples, Mapping) else ():
        found = times_said(said, words)
        read = found.value if found else NOTHING
        if isinstance(examples, Mapping) and read != wanted:
            yield _wrong(examples, said, f"«{said}» se entiende como «{read}», y no como «{wanted}».")


def _problems(data: Mapping) -> Iterator[DefinitionError]:
    for key in ("earliest", "latest"):
        yield from _clock(data, key)
    for key in _BY_LANGUAGE:
        yield from _words(data, key)
    for group, allowed in (("days", DAYS), ("bounds", BOUNDS), ("halves", HALVES)):
        yield from _group(data, group, allowed)
    parts = data.get("parts")
    if not isinstance(parts, Sequence):
        yield _wrong(data, "parts", "Falta la lista de partes del día.", "Mire el archivo original.")
        return
    for part in parts:
        yield from _part(part)
    yield from _numbers(data)


def _part(part: Any) -> Iterator[DefinitionError]:
    if not isinstance(part, Mapping):
        return
    yield from _clock(part, "from")
    yield from _clock(part, "to")
    if part.get("half") not in HALVES:
        yield _wrong(part, "half", f"«{part.get('half')}» no es una mitad del día.", _half_hint(part.get("half")))
    for language in LANGUAGES:
        yield from _list(part, language)


def _one_of(allowed: Iterable[str]) -> str:
    return f"Puede ser: {', '.join(allowed)}."


def _half_hint(said: Any) -> str:
    return did_you_mean(str(said), HALVES) or _one_of(HALVES)


def _group(data: Mapping, group: str, allowed: tuple[str, ...]) -> Iterator[DefinitionError]:
    inner = data.get(group)
    if not isinstance(inner, Mapping):
        yield _wrong(data, group, f"Falta «{group}».", "Mire el archivo original.")
        return
    for key in inner:
        if key not in allowed:
            yield _wrong(inner, key, f"«{key}» no vale en «{group}».", did_you_mean(key, allowed) or _one_of(allowed))
        else:
            yield from _words(inner, key)


def _words(data: Mapping, key: str) -> Iterator[DefinitionError]:
    """Lists by language under the key."""
    inner = data.get(key)
    if not isinstance(inner, Mapping):
        yield _wrong(data, key, f"Falta «{key}», con sus palabras por idioma.", _LIST_HINT)
        return
    for language in inner:
        if language not in LANGUAGES:
            yield _wrong(
                inner, language, f"«{language}» no es un idioma.", did_you_mean(language, LANGUAGES) or _LIST_HINT
            )
        else:
            yield from _list(inner, language)


def _list(data: Mapping, key: str) -> Iterator[DefinitionError]:
    listed = data.get(key)
    if listed is not None and not (isinstance(listed, Sequence) and all(isinstance(one, str) for one in listed)):
        yield _wrong(data, key, "Aquí va una lista de palabras.", _LIST_HINT)


def _numbers(data: Mapping) -> Iterator[DefinitionError]:
    for key in ("numbers", "minutes"):
        inner = data.get(key)
        if not isinstance(inner, Mapping):
            yield _wrong(data, key, f"Falta «{key}».", "Ejemplo: {media: 30, cuarto: 15}.")


def _clock(data: Mapping, key: str) -> Iterator[DefinitionError]:
    if not is_clock(str(data.get(key))):
        yield _wrong(data, key, f"«{key}» no es una hora.", _CLOCK_HINT)


def _wrong(data: Mapping, key: str, message: str, hint: str = "") -> DefinitionError:
    return DefinitionError("times_wrong", FILE, data.lines.get(key, data.line), message, hint)
