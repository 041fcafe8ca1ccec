"""A folder of screening rules -> Library, with all its mistakes at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from screening.definitions import Flow, Library, Questionnaire, Triage
from screening.errors import ERROR, DefinitionError, DefinitionErrors
from screening.programme import Programme
from screening.read.flow import read_flow
from screening.read.places import read_places
from screening.read.positions import Mapping, Sequence, parse
from screening.read.programme import read_programme
from screening.read.questionnaire import read_questionnaire
from screening.read.replies import read_replies
from screening.read.section import Section, sections_of
from screening.read.services import read_forbidden, read_service
from screening.read.triage import read_triage

CASES = ".cases.yml"
FLOW_FOLDERS = ("flows", "first_aid")
Definition = TypeVar("Definition", Questionnaire, Flow)
Made = TypeVar("Made")


@dataclass
class Reading:
    """What is known while a folder is read."""

    folder: Path
    problems: list[DefinitionError] = field(default_factory=list)

    def text(self, path: Path) -> str:
        """The file's text; what is not UTF-8 is a problem."""
        try:
            return path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            self.problems.append(
                DefinitionError(
                    "yaml_syntax", self.name(path), 0, "El archivo no está en UTF-8.", "Guárdelo como UTF-8."
                )
            )
            return ""

    def name(self, path: Path) -> str:
        """The file as staff know it, from the folder of rules on."""
        return path.relative_to(self.folder).as_posix()

    def section(self, path: Path) -> Section | None:
        """The file as one mapping."""
        raw = parse(self.text(path), self.name(path), self.problems)
        if isinstance(raw, Mapping):
            return Section(raw, self.name(path), "archivo", self.problems)
        if raw is not None:
            self._not("un grupo de «clave: valor»", path)
        return None

    def sections(self, path: Path, where: str) -> list[Section]:
        """The file as a list of mappings."""
        if not path.exists():
            return []
        raw = parse(self.text(path), self.name(path), self.problems)
        if isinstance(raw, Sequence):
            return sections_of(raw, self.name(path), where, self.problems)
        if raw is not None:
            self._not("una lista (líneas que empiezan con «- »)", path)
        return []

    def _not(self, kind: str, path: Path) -> None:
        self.problems.append(DefinitionError("type_wrong", self.name(path), 1, f"El archivo tiene que ser {kind}."))


def load_library(folder: str | Path) -> Library:
    """The rules of the folder, ready to be used. Raises DefinitionErrors with every mistake that forbids it.

    Cases are not run and dates are not looked at here: `screening.checks.check_folder` does both.
    """
    from screening.checks import check_library  # the checks read definitions, which reading makes

    library, problems = read_folder(folder)
    problems = [*problems, *check_library(library)]
    errors = [problem for problem in problems if problem.severity == ERROR]
    if errors:
        raise DefinitionErrors(errors)
    return library


def read_folder(folder: str | Path) -> tuple[Library, list[DefinitionError]]:
    """The rules as far as they can be read, and what is wrong with the form of the files."""
    reading = Reading(Path(folder))
    root = reading.folder
    if not root.is_dir():
        return Library(folder=str(root)), [
            DefinitionError("folder_missing", str(root), 0, "No existe esa carpeta de reglas.", "Revise el nombre.")
        ]
    instruments = _definitions(reading, "instruments", read_questionnaire)
    flows: dict[str, dict[str, Flow]] = {}
    for name in FLOW_FOLDERS:
        _merge(flows, _definitions(reading, name, read_flow), reading)
    library = Library(
        instruments=instruments,
        flows=flows,
        triage=_one(reading, "triage.yml", read_triage, Triage("", (), {})),
        services=tuple(read_service(one) for one in reading.sections(root / "services.yml", "servicio")),
        forbidden=tuple(read_forbidden(one) for one in reading.sections(root / "forbidden_phrases.yml", "frase")),
        places=_places(reading),
        replies=_one(reading, "replies.yml", read_replies, Library().replies),
        folder=str(root),
        programme=_one(reading, "programme.yml", read_programme, Programme()),
    )
    return library, reading.problems


def _one(reading: Reading, name: str, read: Callable[[Section], Made], empty: Made) -> Made:
    path = reading.folder / name
    section = reading.section(path) if path.exists() else None
    return read(section) if section else empty


def _places(reading: Reading) -> tuple[Any, ...]:
    path = reading.folder / "places.csv"
    return read_places(reading.text(path), reading.name(path), reading.problems) if path.exists() else ()


def definition_files(folder: Path) -> list[Path]:
    """Every definition file below the folder, without the case files."""
    return sorted(path for path in folder.rglob("*.yml") if not path.name.endswith(CASES))


def _definitions(
    reading: Reading, folder: str, read: Callable[[Section, str], Definition]
) -> dict[str, dict[str, Definition]]:
    found: dict[str, dict[str, Definition]] = {}
    for path in definition_files(reading.folder / folder):
        section = reading.section(path)
        if section is None:
            continue
        made = read(section, sha256(path.read_bytes()).hexdigest())
        _named_as_file(made, path, section)
        _merge(found, {made.name: {made.version: made}}, reading)
    return found


def _named_as_file(made: Questionnaire | Flow, path: Path, section: Section) -> None:
    stem = path.stem.partition("@")[0]
    if made.name and made.name != stem:
        section.complain(
            "name_not_file",
            "name",
            f"El archivo se llama «{stem}» y dentro dice «{made.name}».",
            "Tienen que ser iguales; una versión anterior se guarda como nombre@versión.yml.",
        )


def _merge(into: dict[str, dict[str, Definition]], more: dict[str, dict[str, Definition]], reading: Reading) -> None:
    for name, versions in more.items():
        for version, made in versions.items():
            other = into.setdefault(name, {}).get(version)
            if other is not None:
                reading.problems.append(
                    DefinitionError(
                        "definition_duplicated",
                        made.file,
                        1,
                        f"«{name}» versión {version} ya está en {other.file}.",
                        "Una versión publicada no cambia: suba la versión del archivo nuevo.",
                    )
                )
            into[name][version] = made


__all__ = ["CASES", "load_library", "read_folder"]
