"""`uyariq erase PATIENT`: erase a person's data, as they may ask by law."""

from __future__ import annotations

import argparse
from datetime import datetime, timezone

from followup.place import conversations_of
from followup.retention import erase
from uyariq.errors import UyariqError
from uyariq.outside_rows import forget_conversations
from uyariq.rooms import open_database
from uyariq.settings import read_settings


class NoSuchPerson(UyariqError):
    """The id is nobody's."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("patient", help="the opaque id, as the console and `uyariq tasks` show it")


def run(options: argparse.Namespace) -> int:
    """Erase, all or nothing; what stays are counts and the record that it was done."""
    database = open_database(read_settings())
    database.migrate()
    with database.begin() as conn:
        conversations = conversations_of(conn, options.patient)
        if not erase(conn, options.patient, datetime.now(timezone.utc)):
            raise NoSuchPerson(f"No hay ninguna persona con el código {options.patient}; quizá ya se borró.")
        forget_conversations(conn, conversations)
    database.close()
    print("Se borraron los datos de la persona.")
    return 0
