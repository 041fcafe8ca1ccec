"""`uyariq rules`: check the screening rules, play them in the terminal, compare two versions."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timezone
from pathlib import Path

import yaml

from bot.catalog import Catalog
from screening.calendar import AlwaysOpen
from screening.checks.programme import why_off
from screening.diff import diff_files
from screening.engine import Engine
from screening.errors import DefinitionUnavailable
from screening.play import play
from screening.programme import is_on
from screening.reader import load_library
from uyariq.commands import rules_check, rules_exchange, rules_published
from uyariq.errors import UsageError
from uyariq.rooms import LOCALE, RULES
from uyariq.say_in_terminal import shown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    actions = parser.add_subparsers(dest="action", required=True)
    rules_check.add_arguments(actions)
    playing = actions.add_parser("play", help="a conversation with one flow or instrument, in the terminal")
    playing.add_argument("name")
    playing.add_argument("--lang", default="es", choices=("es", "qu"))
    comparing = actions.add_parser("diff", help="what changed between two versions of a file, in words")
    comparing.add_argument("old")
    comparing.add_argument("new")
    actions.add_parser("programme", help="which flows the programme offers, and why the others are off")
    rules_exchange.add_arguments(actions)
    rules_published.add_arguments(actions)


def run(options: argparse.Namespace) -> int:
    """Check, play or compare."""
    if options.action in ("export", "import"):
        return rules_exchange.export(options) if options.action == "export" else rules_exchange.bring(options)
    if options.action in rules_published.ACTIONS:
        return rules_published.run(options)
    if options.action == "diff":
        return _diff(Path(options.old), Path(options.new))
    if options.action == "programme":
        return _programme()
    return rules_check.run(options) if options.action in rules_check.ACTIONS else _play(options.name, options.lang)


def _programme() -> int:
    """One line for every flow that has a switch."""
    library = load_library(RULES)
    for name in library.programme.switches:
        flow = library.flow(name)
        title = flow.title if flow else name
        print(f"[encendido] {title}" if is_on(library, name) else f"[apagado]   {title}. {why_off(library, name)}")
    return 0


def _diff(old: Path, new: Path) -> int:
    try:
        lines = diff_files(old, new)
    except (OSError, yaml.YAMLError) as error:
        raise UsageError(f"No se pudo leer uno de los archivos: {error}") from error
    print("\n".join(lines) or "Sin cambios.")
    return 0


def _play(name: str, language: str) -> int:
    catalog = Catalog(LOCALE)
    engine = Engine(load_library(RULES), AlwaysOpen(), translate=catalog.translate)
    played = play(engine, name, language, lambda: datetime.now(timezone.utc))
    try:
        turn = next(played)
        while True:
            for say in turn.say:
                print(shown(say, catalog, turn.session.language))
            if not turn.understood or turn.stale:
                print("[no se entendió]")
            turn = played.send(input("> "))
    except DefinitionUnavailable as error:
        names = ", ".join(sorted({*engine.library.flows, *engine.library.instruments}))
        raise UsageError(f"No hay «{name}». Hay: {names}.") from error
    except (EOFError, StopIteration, KeyboardInterrupt):
        print(file=sys.stderr)
        return 0
