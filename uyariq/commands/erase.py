"""`uyariq erase PATIENT`: erase a person's data, as they may ask by law."""

from __future__ import annotations

import argparse
import asyncio
from datetime import datetime, timezone

from bot.gateway.seal import Seal
from bot.gateway.store import Store
from followup.database import Database
from followup.place import conversations_of
from followup.retention import erase
from uyariq.errors import UyariqError
from uyariq.rooms import open_database
from uyariq.settings import Settings, read_settings


class NoSuchPerson(UyariqError):
    """The id is nobody's."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("patient", help="the opaque id, as the console and `uyariq tasks` show it")


def run(options: argparse.Namespace) -> int:
    """Erase; what stays are counts and the record that it was done."""
    settings = read_settings()
    database = open_database(settings)
    database.migrate()
    with database.begin() as conn:
        conversations = conversations_of(conn, options.patient)
        if not erase(conn, options.patient, datetime.now(timezone.utc)):
            raise NoSuchPerson(f"No hay ninguna persona con el código {options.patient}; quizá ya se borró.")
    asyncio.run(_forget(settings, database, conversations))
    database.close()
    print("Se borraron los datos de la persona.")
    return 0


async def _forget(settings: Settings, database: Database, conversations: list[str]) -> None:
    from uyariq.rooms import open_trackers

    trackers = open_trackers(settings)
    store = Store(database.writer, Seal(settings.secret))
    for conversation in conversations:
        await trackers.delete(conversation)
        store.erase(conversation)
