"""Spanish that a twelve-year-old can read: each text that is too hard, and each file whose texts together are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from screening.definitions import Library
from screening.errors import WARNING, DefinitionError
from screening.read.positions import Mapping, parse
from screening.read.questionnaire import read_format
from screening.read.section import Section
from screening.readability import index, words_of
from screening.texts import Text, texts

FILE = "readability.yml"
READ = ("bubble", "question", "explain", "meaning")
HINT = "Use frases cortas y palabras de todos los días: una idea por frase."
FEWEST_TOGETHER = 100


@dataclass(frozen=True)
class Limits:
    """From which index on Spanish is easy enough. whole: a file; single: one text; shortest: words worth measuring."""

    whole: float
    single: float
    shortest: int


def check_folder(library: Library, folder: Path) -> list[DefinitionError]:
    """Texts of the library against the limits of the folder; a folder without limits has none to keep."""
    path = folder / FILE
    if not path.exists():
        return []
    problems: list[DefinitionError] = []
    raw = parse(path.read_text(encoding="utf-8", errors="replace"), FILE, problems)
    limits = _limits(Section(raw, FILE, "archivo", problems)) if isinstance(raw, Mapping) else None
    return [*problems, *(check(library, limits) if limits else ())]


def _limits(section: Section) -> Limits | None:
    read_format(section)
    whole, single = section.number("whole", required=True), section.number("single", required=True)
    shortest = section.integer("shortest", required=True)
    section.words("source")
    section.close("note")
    return None if whole is None or single is None or shortest is None else Limits(whole, single, shortest)


def check(library: Library, limits: Limits) -> Iterator[DefinitionError]:
    """Doubtful, never forbidden: a number does not know what a person understands."""
    ours = [text for text in texts(library) if text.kind in READ and not text.published]
    for file, group in groupby(ours, key=lambda text: text.file):
        listed = list(group)
        yield from _whole(file, listed, limits)
        for text in listed:
            yield from _single(text, limits)


def _single(text: Text, limits: Limits) -> Iterator[DefinitionError]:
    found = index(text.text)
    if found is not None and found < limits.single and len(words_of(text.text)) >= limits.shortest:
        message = f"«{_beginning(text.text)}» cuesta leer: {found:.0f} en la escala INFLESZ, se pide {limits.single:g}."
        yield DefinitionError("hard_to_read", text.file, text.line, message, HINT, WARNING)


def _whole(file: str, listed: list[Text], limits: Limits) -> Iterator[DefinitionError]:
    together = " ".join(_ended(text.text) for text in listed)
    found = index(together)
    if found is not None and found < limits.whole and len(words_of(together)) >= FEWEST_TOGETHER:
        message = f"Los textos de este archivo juntos cuestan leer: {found:.0f} (INFLESZ), se pide {limits.whole:g}."
        yield DefinitionError("hard_to_read", file, 0, message, HINT, WARNING)


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…", ":")) else f"{text}."


def _beginning(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59].rstrip()}…"
