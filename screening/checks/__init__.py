"""What is wrong or doubtful with rules that can be read: one file per family of checks.

Errors keep rules from being used; warnings are for a person to judge.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from screening.checks import (
    case_keys,
    conditions,
    flows,
    instruments,
    names,
    programme,
    protocol,
    publishing,
    reach,
    reading_ease,
    replies,
    services,
    sources,
    texts,
    times,
    translations,
    triage,
)
from screening.definitions import Library
from screening.errors import ERROR, DefinitionError

FAMILIES = (
    names, conditions, instruments, flows, triage, texts, sources, services, replies, programme, reach, protocol,
)  # fmt: skip


def check_library(library: Library) -> list[DefinitionError]:
    """Everything that the rules themselves get wrong, whatever the day; what many items share is said once."""
    found = [problem for family in FAMILIES for problem in family.check(library)]
    return list({(*problem.place, problem.message_es): problem for problem in found}.values())


def check_folder(folder: str | Path, today: date, locale: Path | None = None) -> list[DefinitionError]:
    """Everything: form, meaning, review dates as of today, translations, and every case, by file and line.

    locale: the folder of the catalogs; without it translations are not looked at.
    """
    from screening.cases import run_cases  # cases run the engine, which reads and checks rules
    from screening.checks.missing_cases import check_cases
    from screening.reader import read_folder

    library, problems = read_folder(folder)
    problems = [*problems, *check_library(library), *services.due(library, today), *check_cases(library)]
    problems += [*times.check_file(Path(folder)), *reading_ease.check_folder(library, Path(folder))]
    problems += [*case_keys.check_folder(Path(folder)), *publishing.check_file(Path(folder))]
    problems += translations.check_locale(library, locale) if locale else []
    if not any(problem.severity == ERROR and problem.code != "cases_missing" for problem in problems):
        problems += run_cases(library)
    return sorted(problems, key=lambda problem: problem.place)
