"""Rules published in the console put over the files of a folder: which of the two counts, and the folder of both.

Instruments and flows are added beside the file, so that whoever is in the middle of an older version ends with it; the
newest version is in use. Of every other file there is one: the published text takes its place, unless the file has been
changed since.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import Any, Protocol

from screening.checks import check_library
from screening.definitions import Flow, Library, Questionnaire
from screening.errors import ERROR, DefinitionError
from screening.publishing import (
    CASES,
    has_versions,
    name_of,
    next_version,
    spoken_in,
    version_of,
    version_problems,
    with_version,
)
from screening.read.flow import read_flow
from screening.read.positions import Mapping as Raw
from screening.read.positions import Sequence as RawList
from screening.read.positions import parse
from screening.read.programme import read_programme
from screening.read.questionnaire import read_questionnaire
from screening.read.replies import read_replies
from screening.read.section import Section, sections_of
from screening.read.services import read_forbidden, read_service
from screening.read.triage import read_triage
from screening.reader import read_folder
from screening.texts import Text, of_flow, of_instrument, texts

INSTRUMENTS = "instruments/"
LEFT_OUT = ("schema", "__pycache__")
QUECHUA = "qu"
NOT_ASKED = re.compile(r"^status:[ \t]*[\"']?(?:draft|retired)\b", re.MULTILINE)
Words = dict[tuple[str, str], str]


class Published(Protocol):
    """What of a publication counts here."""

    @property
    def number(self) -> int:
        """Grows with every publication."""

    @property
    def path(self) -> str:
        """The file, as it is called in the folder."""

    @property
    def version(self) -> str:
        """Its version."""

    @property
    def text(self) -> str:
        """The whole file."""

    @property
    def quechua(self) -> Mapping[str, str]:
        """Spanish text -> its Quechua."""

    @property
    def based_on(self) -> str:
        """sha256 of the text that it began from."""

    @property
    def sha256(self) -> str:
        """sha256 of its own text."""


@dataclass(frozen=True)
class Standing:
    """What counts. used: publications that are part of the rules, oldest first; superseded: those that the files
    outran; same_version: of these, the ones whose version the file has too, with another text."""

    used: tuple[Published, ...] = ()
    superseded: tuple[Published, ...] = ()
    same_version: tuple[Published, ...] = ()


def standing(base: Path, publications: Iterable[Published]) -> Standing:
    """Which publications count over the files of the folder."""
    by_path: dict[str, list[Published]] = {}
    for one in sorted(publications, key=lambda one: one.number):
        by_path.setdefault(one.path, []).append(one)
    found = [_versions(base, path, ones) if has_versions(path) else _one(base, ones) for path, ones in by_path.items()]
    used = sorted((one for part in found for one in part.used), key=lambda one: one.number)
    superseded = tuple(one for part in found for one in part.superseded)
    return Standing(tuple(used), superseded, tuple(one for part in found for one in part.same_version))


def _versions(base: Path, path: str, ones: Sequence[Published]) -> Standing:
    """Every version is kept; the file's own version counts where both have it, and where it is the newest."""
    files = versions_of(base, path)
    same = tuple(one for one in ones if _sha(files.get(one.version)) not in (None, one.sha256))
    used = tuple(one for one in ones if one.version not in files)
    newest = max(files, default="")
    outrun = tuple(one for one in used if one.version < newest)
    return Standing(used, (*outrun, *same), same)


def _one(base: Path, ones: Sequence[Published]) -> Standing:
    """The newest, as long as the file is what it or one before it began from, or has a lower version."""
    newest, file = ones[-1], base / ones[-1].path
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    if _sha(text) in _ancestry(ones) or "" < version_of(text) < version_of(newest.text):
        return Standing(used=(newest,))
    same = version_of(text) == version_of(newest.text) != ""
    return Standing(superseded=(newest,), same_version=(newest,) if same else ())


def _ancestry(ones: Sequence[Published]) -> set[str]:
    """What the newest is, and what it comes from: a file that is any of these was not changed by somebody else."""
    found, wanted = {ones[-1].sha256}, ones[-1].based_on
    for one in reversed(ones):
        if one.sha256 == wanted:
            found.add(wanted)
            wanted = one.based_on
    return found | {wanted}


def versions_of(folder: Path, path: str) -> dict[str, str]:
    """version -> text of every file in the folder that holds that instrument or flow."""
    place = folder / PurePosixPath(path).parent
    name = name_of(path)
    files = [place / f"{name}.yml", *sorted(place.glob(f"{name}@*.yml"))]
    found = [file.read_text(encoding="utf-8") for file in files if file.is_file() and not file.name.endswith(CASES)]
    return {version_of(text): text for text in found}


def text_in_use(folder: Path, path: str) -> str:
    """What that file says in the folder; of several versions the newest that is not a draft or retired."""
    if not has_versions(path):
        file = folder / path
        return file.read_text(encoding="utf-8") if file.is_file() else ""
    versions = versions_of(folder, path)
    active = [version for version, text in versions.items() if not NOT_ASKED.search(text)]
    return versions[max(active or versions)] if versions else ""


def _sha(text: str | None) -> str | None:
    return None if text is None else sha256(text.encode("utf-8")).hexdigest()


def compose(base: Path, publications: Iterable[Published], target: Path) -> Path:
    """The folder `target`: the files of `base` with what was published over them. One that is there is kept as it is.

    It is made beside its place and moved there at once: nobody ever reads half of it.
    """
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    making = Path(mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        shutil.copytree(base, making, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
        # Case files first: they are copied beside the newest version.
        for one in sorted(standing(base, publications).used, key=lambda one: has_versions(one.path)):
            _write(making, one)
        making.chmod(0o700)
        # A copy is as old as what it was copied from: it would be taken away as an old one.
        making.touch()
        _move(making, target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return target


def _move(made: Path, target: Path) -> None:
    try:
        made.rename(target)
    except OSError:
        if not target.is_dir():  # another process was faster, with the same
            raise


def _write(folder: Path, one: Published) -> None:
    path = folder / one.path
    if has_versions(one.path):
        cases = path.with_suffix(CASES)
        path = path.with_name(f"{name_of(one.path)}@{one.version}.yml")
        # What has to come of the newest version is written beside the file.
        if cases.is_file():
            shutil.copy2(cases, path.with_suffix(CASES))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(one.text, encoding="utf-8")


def quechua_words(library: Library, publications: Iterable[Published]) -> Words:
    """(context, Spanish) -> Quechua that was published, for the catalog. Of each file the newest publication's counts.

    Words of older ones stay for Spanish that the newest no longer says: somebody may be in the middle of it.
    """
    by_path: dict[str, list[Published]] = {}
    for one in sorted(publications, key=lambda one: one.number):
        by_path.setdefault(one.path, []).append(one)
    given = {(name_of(path), spanish): word for path, ones in by_path.items() for spanish, word in _given(ones)}
    if not given:
        return {}
    known = {(text.context, text.text) for text in _all_texts(library)}
    found = {key: given.get((key[0].partition(".")[0], key[1])) for key in known}
    return {key: quechua for key, quechua in found.items() if quechua}


def _given(ones: Sequence[Published]) -> Iterator[tuple[str, str]]:
    """Spanish -> Quechua of the publications of one file, oldest first."""
    newest = ones[-1]
    said = spoken_in(newest.text)
    for one in ones:
        for spanish, quechua in one.quechua.items():
            if quechua and (one is newest or spanish not in said):
                yield spanish, quechua


def _all_texts(library: Library) -> Iterable[Text]:
    """Texts of all versions: whoever is in the middle of an older one hears it to its end."""
    yield from texts(library)
    for versions in library.instruments.values():
        for instrument in versions.values():
            yield from of_instrument(instrument)
    for flows in library.flows.values():
        for flow in flows.values():
            yield from of_flow(flow)


def library_with(base: Path, path: str, text: str) -> tuple[Library, list[DefinitionError]]:
    """The library of the folder as it would be with this text in the place of that file, and what is wrong with it.

    Mistakes of the text itself, and errors that it causes elsewhere; cases are not run. An instrument or flow comes as
    a version of its own, the newest.
    """
    library, own = _read_once(Path(base), _state_of(Path(base)))
    problems: list[DefinitionError] = []
    made = _with(library, path, text, problems)
    problems += version_problems(text, path)
    found = [*problems, *check_library(made), *(one for one in own if _plain(one.file) != path)]
    return made, sorted(_here(found, path), key=lambda problem: problem.place)


def _here(problems: Iterable[DefinitionError], path: str) -> list[DefinitionError]:
    return [one for one in problems if one.severity == ERROR or _plain(one.file) == path]


def _plain(file: str) -> str:
    """The file's name without the version that it may carry."""
    return f"{PurePosixPath(file).parent / name_of(file)}.yml" if has_versions(file) else file


def _state_of(folder: Path) -> int:
    """Another number when any file has changed."""
    found = [(str(path), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.suffix in (".yml", ".csv")]
    return hash(tuple(sorted(found)))


@lru_cache(maxsize=2)
def _read_once(folder: Path, _state: int) -> tuple[Library, tuple[DefinitionError, ...]]:
    library, problems = read_folder(folder)
    return library, tuple(problems)


def _with(library: Library, path: str, text: str, problems: list[DefinitionError]) -> Library:
    if path.endswith(CASES):
        parse(text, path, problems)
        return library
    if path.startswith(INSTRUMENTS):
        return _with_definition(library, "instruments", read_questionnaire, path, text, problems)
    if has_versions(path):
        return _with_definition(library, "flows", read_flow, path, text, problems)
    return _with_table(library, path, text, problems)


def _with_definition(
    library: Library,
    part: str,
    read: Callable[[Section, str], Questionnaire | Flow],
    path: str,
    text: str,
    problems: list[DefinitionError],
) -> Library:
    """part: instruments or flows of the library; read: one of them, out of its section."""
    known: Mapping[str, Mapping[str, Any]] = getattr(library, part)
    text = _newest(text, known.get(name_of(path), {}))
    section = _section(text, path, problems)
    if section is None:
        return library
    made = read(section, str(_sha(text)))
    _named(made, path, section)
    changed: dict[str, Any] = {part: {**known, made.name: {**known.get(made.name, {}), made.version: made}}}
    return replace(library, **changed)


def _newest(text: str, versions: Mapping[str, Any]) -> str:
    """The text as the version after all that there are; one that already is stays as it is."""
    own = version_of(text)
    if not own or own > max(versions, default=""):
        return text
    return with_version(text, next_version(text, taken=versions))


def _named(made: Questionnaire | Flow, path: str, section: Section) -> None:
    if made.name != name_of(path):
        message = f"El archivo se llama «{name_of(path)}» y dentro dice «{made.name}»."
        section.complain("name_not_file", "name", message, "El nombre de lo publicado no se cambia.")


def _section(text: str, path: str, problems: list[DefinitionError]) -> Section | None:
    raw = parse(text, path, problems)
    if isinstance(raw, Raw):
        return Section(raw, path, "archivo", problems)
    if raw is not None:
        message = "El archivo tiene que ser un grupo de «clave: valor»."
        problems.append(DefinitionError("type_wrong", path, 1, message))
    return None


def _sections(text: str, path: str, where: str, problems: list[DefinitionError]) -> list[Section]:
    raw = parse(text, path, problems)
    if isinstance(raw, RawList):
        return sections_of(raw, path, where, problems)
    if raw is not None:
        message = "El archivo tiene que ser una lista (líneas que empiezan con «- »)."
        problems.append(DefinitionError("type_wrong", path, 1, message))
    return []


# File -> the library's field, and how it is read.
_MAPPINGS: Mapping[str, tuple[str, Callable[[Section], Any]]] = {
    "triage.yml": ("triage", read_triage),
    "replies.yml": ("replies", read_replies),
    "programme.yml": ("programme", read_programme),
}
_LISTS: Mapping[str, tuple[str, str, Callable[[Section], Any]]] = {
    "services.yml": ("services", "servicio", read_service),
    "forbidden_phrases.yml": ("forbidden", "frase", read_forbidden),
}


def _with_table(library: Library, path: str, text: str, problems: list[DefinitionError]) -> Library:
    """A file of which there is one; those that the engine does not read are only looked at for their form."""
    if path in _MAPPINGS:
        field, read = _MAPPINGS[path]
        section = _section(text, path, problems)
        made: dict[str, Any] = {field: read(section)} if section else {}
        return replace(library, **made)
    if path in _LISTS:
        field, where, read_entry = _LISTS[path]
        entries: dict[str, Any] = {field: tuple(map(read_entry, _sections(text, path, where, problems)))}
        return replace(library, **entries)
    if path.endswith(".yml"):
        parse(text, path, problems)
    return library
