"""`uyariq rules check` and `rules schema`: what is wrong and what is doubtful, kept apart; schemas for editors."""

from __future__ import annotations

import argparse
import json
from datetime import datetime

from bot.nlu.risk_file import RiskFileError
from bot.nlu.risk_phrases import read_whole_lexicons
from screening.checks import check_folder
from screening.errors import ERROR, INFO, WARNING, DefinitionError
from screening.schema import name_schemas, write
from uyariq.gateway_words import FILE, GatewayWordsBroken, read_safe_gateway_words
from uyariq.rooms import LOCALE, RULES
from uyariq.settings_shape import check_settings

ACTIONS = ("check", "schema")
MARKS = {ERROR: "ERROR", WARNING: "aviso", INFO: "dato "}


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Options of both."""
    checking = actions.add_parser("check", help="every file, with its cases; 1 when there is a mistake")
    checking.add_argument("--json", action="store_true", help="one JSON object, for programs")
    checking.add_argument("--errors", action="store_true", help="mistakes only, no warnings")
    actions.add_parser("schema", help="write the JSON Schemas and name them on top of each file, for editors")


def run(options: argparse.Namespace) -> int:
    """Exit status: 1 when the rules have a mistake."""
    return _check(options) if options.action == "check" else _schema()


def _schema() -> int:
    changed = [*write(RULES), *name_schemas(RULES)]
    print("\n".join(str(path) for path in changed) or "Sin cambios.")
    return 0


def _check(options: argparse.Namespace) -> int:
    problems = every_problem()
    if options.json:
        print(json.dumps(_shown(problems), ensure_ascii=False, indent=1))
    else:
        _print(problems, (ERROR,) if options.errors else (INFO, WARNING, ERROR))
    return 1 if any(problem.severity == ERROR for problem in problems) else 0


def every_problem() -> list[DefinitionError]:
    """Definitions, translations, cases, settings and phrases of danger, by file and line."""
    problems = check_folder(RULES, datetime.now().astimezone().date(), LOCALE)
    problems += [*check_settings(RULES), *_risk_problems(), *_gateway_problems()]
    return sorted(problems, key=lambda problem: problem.place)


def _print(problems: list[DefinitionError], shown: tuple[str, ...]) -> None:
    """Mistakes come last: they are what a person sees when the list is long."""
    for severity in shown:
        for problem in problems:
            if problem.severity == severity:
                print(f"{MARKS[severity]} {problem}")
    counts = [sum(problem.severity == severity for problem in problems) for severity in (ERROR, WARNING)]
    print(f"Reglas: {counts[0]} errores, {counts[1]} avisos.")


def _shown(problems: list[DefinitionError]) -> dict[str, object]:
    """The same for programs: errors, warnings and info in lists of their own."""
    names = {ERROR: "errors", WARNING: "warnings", INFO: "info"}
    return {name: [_entry(one) for one in problems if one.severity == severity] for severity, name in names.items()}


def _entry(problem: DefinitionError) -> dict[str, object]:
    return {
        "code": problem.code,
        "file": problem.file,
        "line": problem.line,
        "message": problem.message_es,
        "hint": problem.hint,
    }


def _risk_problems() -> list[DefinitionError]:
    """What is wrong with the phrases of danger: broken files, and examples that are not found or wrongly found."""
    try:
        read_whole_lexicons(RULES / "risk_phrases")
    except RiskFileError as error:
        return [DefinitionError("risk_phrases", "risk_phrases", 0, line) for line in error.problems]
    return []


def _gateway_problems() -> list[DefinitionError]:
    """Words of the gateway that say a danger: they would be answered before anybody looks for one."""
    try:
        read_safe_gateway_words(RULES)
    except (GatewayWordsBroken, RiskFileError) as error:
        return [DefinitionError("gateway_words", FILE, 0, str(error).partition(": ")[2] or str(error))]
    return []
