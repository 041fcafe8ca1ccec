"""`python -m screening check FOLDER` and `python -m screening play NAME`: the rules without the rest of the house."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import datetime, timezone
from typing import TextIO

from screening.calendar import AlwaysOpen
from screening.checks import check_folder
from screening.engine import Engine
from screening.errors import ERROR, INFO, WARNING, DefinitionErrors, DefinitionUnavailable
from screening.play import play, shown
from screening.reader import load_library

FOLDER = "screening_rules"
MARKS = {ERROR: "ERROR", WARNING: "aviso", INFO: "dato "}


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 fine, 1 mistakes in the rules, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="screening", description="Revisa y prueba las reglas de tamizaje.")
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="revisa todas las reglas y corre sus casos")
    checking.add_argument("folder", nargs="?", default=FOLDER)
    playing = commands.add_parser("play", help="conversa en el terminal con un flujo o un instrumento")
    playing.add_argument("name")
    playing.add_argument("--lang", default="es", choices=("es", "qu"))
    playing.add_argument("--folder", default=FOLDER)
    chosen = parser.parse_args(arguments)
    return _check(chosen.folder) if chosen.command == "check" else _play(chosen.folder, chosen.name, chosen.lang)


def _check(folder: str) -> int:
    problems = check_folder(folder, datetime.now().astimezone().date())
    for problem in problems:
        _print(f"{MARKS[problem.severity]} {problem}")
    counts = Counter(problem.severity for problem in problems)
    errors = counts[ERROR]
    _print(f"{errors} errores, {counts[WARNING]} avisos.")
    return 1 if errors else 0


def _play(folder: str, name: str, language: str) -> int:
    try:
        engine = Engine(load_library(folder), AlwaysOpen())
        _converse(engine, name, language)
    except DefinitionErrors as errors:
        _print(errors, file=sys.stderr)
        return 1
    except DefinitionUnavailable:
        names = ", ".join(sorted({*engine.library.flows, *engine.library.instruments}))
        _print(f"No hay «{name}». Hay: {names}.", file=sys.stderr)
        return 2
    except (EOFError, KeyboardInterrupt):
        _print()
    return 0


def _converse(engine: Engine, name: str, language: str) -> None:
    played = play(engine, name, language, lambda: datetime.now(timezone.utc))
    turn = next(played)
    while True:
        for say in turn.say:
            _print(shown(say))
        if not turn.understood or turn.stale:
            _print("[no se entendió]")
        try:
            turn = played.send(input("> "))
        except StopIteration:
            return


def _print(line: object = "", file: TextIO | None = None) -> None:
    (file or sys.stdout).write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
