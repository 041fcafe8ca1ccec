"""`uyariq export fhir|csv|xlsx|dhis2 --out DIR`: the data as files, without names unless one with the right asks."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import date, datetime, timezone
from pathlib import Path

from sqlalchemy import select

from followup import staff
from followup.database import Database
from followup.errors import RulesError
from followup.exports.dhis2_rules import CodesMissing
from followup.exports.export import DHIS2, FORMATS, Order, export_to
from followup.models import practitioner
from uyariq.errors import UsageError, UyariqError
from uyariq.rooms import open_database, read_rules
from uyariq.settings import read_settings

CONFIDENTIAL = (
    "Estos archivos son confidenciales: cada fila es una persona. Guárdelos cifrados y no los mande por correo ni "
    "por mensajes."
)
MAY_EXPORT = ("supervisor", "admin")


class NotExported(UyariqError):
    """No file was made; the sentence says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("format", choices=FORMATS)
    parser.add_argument("--out", required=True, help="the folder for the files")
    parser.add_argument("--from", dest="first", help="first day, as 2026-11-01")
    parser.add_argument("--to", dest="last", help="last day, as 2026-11-30")
    parser.add_argument("--user", help="the account of the console that takes the data, for the audit")
    parser.add_argument("--identity", action="store_true", help="with names and phones; --user must have the right")


def run(options: argparse.Namespace) -> int:
    """Write the files and say what they hold."""
    settings = read_settings()
    database = open_database(settings)
    database.migrate()
    try:
        order = _order(database, options)
        library = read_rules(settings, database)
        made = export_to(database, order, datetime.now(timezone.utc), library, Path(options.out))
    except (CodesMissing, RulesError) as error:
        raise NotExported(str(error)) from error
    except OSError as error:
        raise NotExported(f"No se pudo escribir en {options.out}: {error.strerror}. Elija otra carpeta.") from error
    finally:
        database.close()
    for kind, count in made.rows.items():
        print(f"{kind}: {count}")
    if options.format != DHIS2:
        print(CONFIDENTIAL, file=sys.stderr)
    return 0


def _order(database: Database, options: argparse.Namespace) -> Order:
    who = _account(database, options.user) if options.user else None
    if options.identity and (who is None or not who.view_pii):
        raise UsageError("Con --identity hace falta --user de alguien con derecho a ver nombres y teléfonos.")
    if options.identity and options.format == DHIS2:
        raise UsageError("DHIS2 recibe solo números: quite --identity.")
    return Order(
        options.format,
        _day(options.first),
        _day(options.last),
        options.identity,
        who.id if who else None,
        None if who else getpass.getuser(),
    )


def _account(database: Database, username: str) -> staff.Practitioner:
    with database.read() as conn:
        wanted = select(practitioner.c.id).where(practitioner.c.username == username.strip().lower())
        found = conn.execute(wanted).scalar()
        person = staff.get(conn, found) if found else None
    if person is None or not person.active or person.role not in MAY_EXPORT:
        raise UsageError(f"«{username}» no es una cuenta de supervisión o administración.")
    return person


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"«{text}» no es una fecha; escríbala como 2026-11-22.") from error
