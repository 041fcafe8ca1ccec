"""`uyariq centres import FILE`: the directory of health centres, brought in from a table."""

from __future__ import annotations

import argparse
from datetime import datetime, timezone
from pathlib import Path

from followup.centre_file import HEADER, read_centres
from followup.centre_problems import CentreProblem
from followup.health_centres import import_centres
from followup.referral_rules import referral_rules
from screening.fields import LIMA
from screening.reader import load_library
from uyariq.errors import UsageError, UyariqError
from uyariq.rooms import RULES, open_database
from uyariq.settings import read_settings

SHOWN = 100


class FileRefused(UyariqError):
    """The file has mistakes; nothing of it was kept."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("action", choices=["import"])
    parser.add_argument("file", type=Path, help=f"CSV with the header {','.join(HEADER)}")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")


def run(options: argparse.Namespace) -> int:
    """Import all of the file, or nothing of it when a line is wrong."""
    try:
        content = options.file.read_bytes()
    except OSError as error:
        raise UsageError(f"No se pudo leer {options.file}; revise el nombre y los permisos del archivo.") from error
    library, rules = load_library(RULES), referral_rules(RULES)
    now = datetime.now(timezone.utc)
    places = {place.ubigeo for place in library.places}
    centres, problems = read_centres(content, places, rules.services, now.astimezone(LIMA).date())
    if problems:
        raise FileRefused(_told(options.file, problems))
    database = open_database(read_settings())
    database.migrate()
    with database.begin() as conn:
        report = import_centres(conn, centres, now, by=None, dry_run=options.dry_run)
    database.close()
    counts = f"{report.new} nuevos, {report.changed} con cambios, {report.same} iguales"
    print(f"Solo se revisó, no se guardó nada: {counts}." if options.dry_run else f"Directorio al día: {counts}.")
    return 0


def _told(file: Path, problems: list[CentreProblem]) -> str:
    lines = [f"{file}: {problem}" for problem in problems[:SHOWN]]
    if len(problems) > SHOWN:
        lines.append(f"… y {len(problems) - SHOWN} más.")
    return "\n".join([*lines, "No se importó nada. Corrija el archivo y vuelva a intentarlo."])
