"""Before rules written by staff are used: who else has to look, which version they get, and what follows from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from screening.definitions import Library, Questionnaire
from screening.diff import KEYS
from screening.errors import DefinitionError
from screening.read.positions import Mapping as Raw
from screening.read.positions import Sequence, parse
from screening.texts import Text, texts

FILE = "publishing.yml"
RULES = Path(__file__).resolve().parent.parent / "screening_rules"
ORDER = "order"
EVERYTHING = "*"
VERSION_LINE = re.compile(r"^(version:[ \t]*)([\"']?)(\d{10})\2(?!\S)", re.MULTILINE)
# Only these are kept in several versions beside each other; of every other file there is one.
SIDE_BY_SIDE = ("instruments/", "flows/", "first_aid/")
CASES = ".cases.yml"
Place = tuple[str, ...]
Has = Callable[[str, str, str], bool]


@dataclass(frozen=True)
class Care:
    """What needs a second person. files: patterns of paths; keys: parts of the file, "*" for all; except_keys: not."""

    id: str
    files: tuple[str, ...]
    keys: tuple[str, ...]
    except_keys: tuple[str, ...]
    why: str


def has_versions(path: str) -> bool:
    """Whether several versions of that file are loaded beside each other: instruments, flows, first aid."""
    return path.startswith(SIDE_BY_SIDE) and not path.endswith(CASES)


def name_of(path: str) -> str:
    """The definition's name, which is its file's."""
    return PurePosixPath(path).stem.partition("@")[0]


def version_of(text: str) -> str:
    """The version that the file says it has; empty for files without one."""
    found = VERSION_LINE.search(text)
    return found.group(3) if found else ""


def with_version(text: str, version: str) -> str:
    """The same file as another version, comments and all; a file that has no version stays as it is."""
    return VERSION_LINE.sub(lambda found: f'{found.group(1)}"{version}"', text, count=1)


def version_problems(text: str, path: str, version: str | None = None) -> list[DefinitionError]:
    """A mistake when whoever loads the file reads another version than `version_of` does, or than the one given.

    YAML has many ways to write a key; a version that is read and never replaced would be the newest one for good.
    """
    raw = parse(text, path, [])
    if not isinstance(raw, Raw) or not path.endswith(".yml"):
        return []
    read = str(raw.get("version", ""))
    found = version_of(text)
    if read == found and (version is None or read == version or not (read or has_versions(path))):
        return []
    line = raw.lines.get("version") or _line_of_version(text)
    message = "La versión no está escrita como se espera: no se podría cambiar al publicar."
    hint = 'Escriba una sola línea, sin espacios antes de los dos puntos: version: "2026112201".'
    return [DefinitionError("version_line", path, line, message, hint)]


def _line_of_version(text: str) -> int:
    found = VERSION_LINE.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def spoken_in(text: str) -> frozenset[str]:
    """Every text that the file holds, with its spaces as the rules read them."""
    return frozenset(" ".join(value.split()) for value in _leaves(text).values() if isinstance(value, str))


def next_version(text: str, today: date | None = None, taken: Iterable[str] = ()) -> str:
    """A version (year, month, day, running number) above the file's own and above all that are taken.

    today: the day to name it by; without it the number after the highest is used.
    """
    highest = max([version_of(text), *taken, "0" * 10], key=_number)
    first = f"{today:%Y%m%d}01" if today else ""
    if _number(first) > _number(highest):
        return first
    return _after(highest)


def _number(version: str) -> int:
    return int(version) if version.isdigit() else 0


def _after(version: str) -> str:
    day, count = version[:8], int(version[8:] or 0)
    if count < 99:
        return f"{day}{count + 1:02d}"
    following = date(int(day[:4]), int(day[4:6]), int(day[6:])) + timedelta(days=1)
    return f"{following:%Y%m%d}01"


def needs_second_person(old_text: str, new_text: str, path: str, folder: Path = RULES) -> list[str]:
    """Why somebody else has to look at this change first, in Spanish; an empty list when nobody has to.

    What needs it is written in publishing.yml of the folder; where that file is missing, everything does.
    """
    changed = set(changed_places(old_text, new_text))
    if not changed:
        return []
    cares = cares_of(folder)
    if cares is None:
        return ["No hay publishing.yml que diga qué se puede cambiar sin una segunda persona."]
    return [care.why for care in cares if touches(care, path, changed)]


def touches(care: Care, path: str, changed: Iterable[Place]) -> bool:
    """Whether a change at one of these places of that file is one that needs a second person by this entry."""
    if not any(PurePosixPath(path).match(pattern) for pattern in care.files):
        return False
    return any(_inside(care, place) for place in changed)


def _inside(care: Care, place: Place) -> bool:
    if any(key in care.except_keys for key in place):
        return False
    return EVERYTHING in care.keys or any(key in care.keys for key in place)


def changed_places(old_text: str, new_text: str) -> list[Place]:
    """Where the two texts say something different; a text that cannot be read differs everywhere.

    Comments and layout are no difference; the order of a list is one. The version alone is none.
    """
    old, new = _leaves(old_text), _leaves(new_text)
    places = {*old, *new} - {("version",)}
    return sorted(place for place in places if old.get(place, _MISSING) != new.get(place, _MISSING))


_MISSING = object()


def _leaves(text: str) -> dict[Place, Any]:
    return dict(_walk((), parse(text, "", []))) if text.strip() else {}


def _walk(where: Place, value: Any) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from _walk((*where, str(key)), inside)
    elif isinstance(value, Sequence):
        keys = [_key(entry, number) for number, entry in enumerate(value)]
        yield (*where, ORDER), tuple(keys)
        for key, inside in zip(keys, value, strict=True):
            yield from _walk((*where, f"[{key}]"), inside)
    else:
        yield where, value


def _key(entry: Any, number: int) -> str:
    """What an entry is known by, so that one that moved is the same one."""
    if isinstance(entry, dict):
        return str(next((entry[name] for name in KEYS if name in entry), number))
    return str(number)


def cares_of(folder: Path) -> tuple[Care, ...] | None:
    """What needs a second person by the folder's publishing.yml; None when there is no such file."""
    path = Path(folder) / FILE
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _cares(path, changed)


@lru_cache(maxsize=8)
def _cares(path: Path, _changed: int) -> tuple[Care, ...]:
    problems: list[DefinitionError] = []
    raw = parse(path.read_text(encoding="utf-8"), FILE, problems) or {}
    return tuple(_care(one) for one in raw.get("second_person", ()))


def _care(raw: Mapping[str, Any]) -> Care:
    files, keys = tuple(raw["files"]), tuple(raw["keys"])
    return Care(str(raw["id"]), files, keys, tuple(raw.get("except", ())), " ".join(str(raw["why"]).split()))


def changed_texts(old: Library, new: Library, path: str) -> list[Text]:
    """Texts for people that the definition of this file says otherwise, or anew, in the new library."""
    before = {(text.context, text.text) for text in texts(old)}
    return [text for text in texts(new) if _of_file(text, path) and (text.context, text.text) not in before]


def _of_file(text: Text, path: str) -> bool:
    return PurePosixPath(text.file).parent == PurePosixPath(path).parent and name_of(text.file) == name_of(path)


def stale_translations(
    old: Library, new: Library, path: str, has: Has, quechua: Mapping[str, str], language: str = "qu"
) -> list[Text]:
    """Changed texts that nobody has put into the language yet, neither in the catalog nor in this draft."""
    changed = changed_texts(old, new, path)
    return [text for text in changed if not quechua.get(text.text) and not has(text.context, text.text, language)]


def consequences(
    old: Library, new: Library, path: str, has: Has, quechua: Mapping[str, str], under_way: int = 0
) -> list[str]:
    """What follows from publishing it, in plain Spanish: screenings under way, stale Quechua, changed cut-offs.

    has: whether the catalog has (context, text) in a language; under_way: screenings open on the version in use.
    """
    return [*_under_way(under_way), *_stale(stale_translations(old, new, path, has, quechua)), *_scores(old, new, path)]


def _under_way(count: int) -> Iterator[str]:
    if count == 1:
        yield "Hay 1 tamizaje abierto con la versión anterior: termina con ella."
    elif count:
        yield f"Hay {count} tamizajes abiertos con la versión anterior: terminan con ella."


def _stale(stale: list[Text]) -> Iterator[str]:
    if not stale:
        return
    texts_ = "1 texto" if len(stale) == 1 else f"{len(stale)} textos"
    yield f"Falta el quechua de {texts_}: quien habla quechua los leería en castellano."
    if any(text.published for text in stale):
        yield "Un cuestionario con una pregunta sin traducir deja de ofrecerse en quechua."


def _scores(old: Library, new: Library, path: str) -> Iterator[str]:
    if not path.startswith("instruments/"):
        return
    before, after = old.instrument(name_of(path)), new.instrument(name_of(path))
    if before is None or after is None:
        return
    cut_before, cut_after = _cutoffs(before), _cutoffs(after)
    for name in sorted({*cut_before, *cut_after}):
        if cut_before.get(name) != cut_after.get(name):
            yield f"El corte de «{name}» pasa de {_points(cut_before.get(name))} a {_points(cut_after.get(name))}."
    if len(before.items) != len(after.items):
        yield f"El cuestionario pasa de {len(before.items)} a {len(after.items)} preguntas."


def _cutoffs(instrument: Questionnaire) -> dict[str, float | None]:
    return {score.name: score.cutoff.positive_at if score.cutoff else None for score in instrument.scores}


def _points(value: float | None) -> str:
    return "ninguno" if value is None else f"{value:g}"
