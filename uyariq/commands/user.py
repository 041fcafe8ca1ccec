"""`uyariq user add`: somebody who works in the console."""

from __future__ import annotations

import argparse
import getpass
import secrets
from datetime import datetime, timezone

from followup import staff
from followup.errors import StaffRefused
from uyariq.errors import UyariqError
from uyariq.rooms import open_database
from uyariq.settings import read_settings

REASONS = {
    "unknown_role": "Ese rol no existe; elija counselor, supervisor, staff o admin.",
    "password_too_short": "La contraseña es muy corta: use al menos 10 caracteres.",
    "username_empty": "Falta el nombre de usuario.",
    "username_taken": "Ya hay alguien con ese nombre de usuario; elija otro.",
}


class Refused(UyariqError):
    """The account was not made; the sentence says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("action", choices=["add"])
    parser.add_argument("username")
    parser.add_argument("--name", default="", help="as colleagues read it")
    parser.add_argument("--role", default="counselor", help="counselor, supervisor, staff or admin")
    parser.add_argument("--languages", default="es", help="those the person can call in: es,qu")
    parser.add_argument("--pii", action="store_true", help="may see names and phones")
    parser.add_argument("--ask-password", action="store_true", help="ask for a password instead of making one")


def run(options: argparse.Namespace) -> int:
    """Make the account; a made password is shown once and must be changed at the first login."""
    made = None if options.ask_password else "-".join(secrets.token_hex(2) for _ in range(3))
    password = made or getpass.getpass("Contraseña: ")
    database = open_database(read_settings())
    database.migrate()
    try:
        with database.begin() as conn:
            staff.add(
                conn,
                options.username,
                options.name or options.username,
                password,
                options.role,
                datetime.now(timezone.utc),
                view_pii=options.pii,
                languages=tuple(options.languages.split(",")),
                must_change_password=made is not None,
            )
    except StaffRefused as error:
        raise Refused(REASONS.get(str(error), "No se pudo crear la cuenta.")) from error
    print(f"Cuenta creada: {options.username}" + (f", contraseña {made} (no se muestra otra vez)." if made else "."))
    return 0
