"""Everything that can be wrong with a text before it is published: in its own file, and what it breaks elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from followup.by_phone_rules import by_phone_rules
from followup.errors import RulesError
from followup.reports.rules import report_rules
from followup.retention_rules import retention_rules
from followup.ruleset import callback_rules
from followup.staff_texts import staff_texts
from followup.understanding import understanding
from followup.working_hours import working_calendar
from screening.checks import check_folder
from screening.errors import ERROR, WARNING, DefinitionError
from screening.overlay import compose, library_with
from screening.publishing import has_versions, next_version, version_of, with_version
from screening.read.positions import parse

Check = Callable[[str, str], list[DefinitionError]]
# Files that the engine does not read -> who reads them.
READERS: dict[str, Callable[[Path], Any]] = {
    "callback_rules.yml": callback_rules,
    "working_hours.yml": working_calendar,
    "staff_messages.yml": staff_texts,
    "retention.yml": retention_rules,
    "understanding.yml": understanding,
    "by_phone.yml": by_phone_rules,
    "reports.yml": report_rules,
}
# Words that messages are read by before any rule: no case depends on them, and who reads them checks them.
NOT_OF_THE_ENGINE = ("risk_phrases/", "gateway_words.yml", "place_words.yml")
CASE_FAILED = "case_failed"
CASE_HINT = "Corrija también el archivo de casos y publíquelo."


@dataclass(frozen=True)
class _Text:
    """A text as if it were published."""

    path: str
    text: str
    version: str
    number: int = 1
    quechua: dict[str, str] = field(default_factory=dict)
    based_on: str = ""

    @property
    def sha256(self) -> str:
        """Of the text."""
        return sha256(self.text.encode("utf-8")).hexdigest()


def checker(base: Path, today: date, locale: Path | None = None) -> Check:
    """check(path, text): what is wrong with the rules of the folder when that file says this.

    It runs all cases, which takes a few seconds; the last answer is kept, so that it can be asked for before a
    transaction begins. A case that no longer comes out is a warning here: rules and their cases are changed one after
    the other.
    """
    known: dict[tuple[str, str], list[DefinitionError]] = {}

    def check(path: str, text: str) -> list[DefinitionError]:
        key = path, with_version(text, "0" * 10)
        found = known.get(key)
        if found is None:
            found = _found(base, path, text, today, locale)
            # Another thread may put its own answer in the place of this one.
            known.clear()
            known[key] = found
        return found

    return check


def _found(base: Path, path: str, text: str, today: date, locale: Path | None) -> list[DefinitionError]:
    if path.startswith(NOT_OF_THE_ENGINE):
        problems: list[DefinitionError] = []
        parse(text, path, problems)
        return problems
    library, problems = library_with(base, path, text)
    if any(problem.severity == ERROR for problem in problems):
        return problems
    version = version_of(text)
    if has_versions(path):
        versions = {**library.instruments, **library.flows}
        version = next_version(text, taken=[one for listed in versions.values() for one in listed])
    with TemporaryDirectory() as folder:
        rules = compose(base, [_based(base, path, with_version(text, version), version)], Path(folder) / "rules")
        found = [*check_folder(rules, today, locale), *_settings(rules, path)]
    return [_softened(one) for one in found if one.severity == ERROR or _same_file(one.file, path)]


def _based(base: Path, path: str, text: str, version: str) -> _Text:
    """As one that began from the file as it stands: nothing outruns it."""
    file = base / path
    before = file.read_bytes() if file.is_file() else b""
    return _Text(path, text, version, based_on=sha256(before).hexdigest())


def _settings(folder: Path, path: str) -> Iterator[DefinitionError]:
    read = READERS.get(path)
    if read is None:
        return
    try:
        read(folder)
    except RulesError as error:
        yield DefinitionError("setting_wrong", path, 0, str(error).partition(": ")[2] or str(error))


def _softened(problem: DefinitionError) -> DefinitionError:
    if problem.code != CASE_FAILED:
        return problem
    hint = f"{problem.hint} {CASE_HINT}".strip()
    return DefinitionError(problem.code, problem.file, problem.line, problem.message_es, hint, WARNING)


def _same_file(file: str, path: str) -> bool:
    stem = path.removesuffix(".yml")
    return file == path or file.startswith((f"{stem}@", f"{stem}."))
