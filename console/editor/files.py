"""Which files of the rules the console changes, what each is called, and where its text in use stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Connection

from console.editor.words import editor_words
from console.editor.words_desk import is_danger, is_words
from followup import rule_publications
from screening.definitions import Flow, Library, Questionnaire
from screening.publishing import has_versions, name_of

INSTRUMENTS, FLOWS, FIRST_AID = "instruments", "flows", "first_aid"
SHELVES = ("screening", "instruments", "first_aid", "crisis", "settings")


@dataclass(frozen=True)
class RuleFile:
    """A file that can be changed. path: its name for drafts and publications; start: what a trial begins with."""

    path: str
    title: str
    shelf: str
    version: str
    start: str
    name: str
    status: str = ""


def rule_files(library: Library) -> list[RuleFile]:
    """All of them, shelf by shelf."""
    found = [*_flows(library), *_instruments(library), *_settings(library)]
    return sorted(found, key=lambda one: SHELVES.index(one.shelf))


def rule_file(library: Library, path: str) -> RuleFile | None:
    """The file of that path when it may be changed here; no other file is ever opened."""
    return next((one for one in rule_files(library) if one.path == path), None)


def text_in_use(conn: Connection, library: Library, path: str) -> str:
    """What the file says in the rules that are in use, or will be as soon as every process has looked."""
    newest = next((one for one in rule_publications.history_of(conn, path)), None)
    if newest is not None and newest.state == rule_publications.PUBLISHED:
        return newest.text
    made = definition(library, path)
    file = Path(library.folder) / (made.file if made else path)
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def definition(library: Library, path: str) -> Questionnaire | Flow | None:
    """The instrument or flow in that file, in the version in use; None for files of another kind."""
    if not has_versions(path):
        return None
    name = name_of(path)
    return library.instrument(name) if path.startswith(f"{INSTRUMENTS}/") else library.flow(name)


def _flows(library: Library) -> Iterator[RuleFile]:
    for flow in library.newest_flows():
        folder = FIRST_AID if flow.kind == "first_aid" else FLOWS
        shelf = {"first_aid": "first_aid", "crisis": "crisis"}.get(flow.kind, "screening")
        yield RuleFile(f"{folder}/{flow.name}.yml", flow.title, shelf, flow.version, flow.name, flow.name)


def _instruments(library: Library) -> Iterator[RuleFile]:
    for one in library.newest_instruments():
        start = f"instrument:{one.name}" if one.items else ""
        path = f"{INSTRUMENTS}/{one.name}.yml"
        yield RuleFile(path, one.title, "instruments", one.version, start, one.name, one.status)


def _settings(library: Library) -> Iterator[RuleFile]:
    for path, title in editor_words()["files"].items():
        if (Path(library.folder) / path).is_file():
            shelf = "crisis" if is_danger(path) else "settings"
            start = "" if is_words(path) else _start(library)
            yield RuleFile(str(path), str(title), shelf, _version(library, str(path)), start, str(path))


def _version(library: Library, path: str) -> str:
    return {"triage.yml": library.triage.version, "programme.yml": library.programme.version}.get(path, "")


def _start(library: Library) -> str:
    """Settings are tried with the screening itself."""
    always = (one for one in library.newest_flows() if one.name not in library.programme.switches)
    return next((flow.name for flow in always if flow.kind == "screening"), "")
