"""`uyariq keys`: a new secret key (`rotate`), the end of the old one (`retire`), and where things stand (`status`)."""

from __future__ import annotations

import argparse
from datetime import datetime, timezone

from followup import audit, key_rotation
from followup.database import Database
from uyariq.errors import UsageError, UyariqError
from uyariq.keys import Keys
from uyariq.new_ids import renew
from uyariq.rooms import open_database
from uyariq.settings import Settings, read_settings

PASSES = 3
NEW_IN_ENVIRONMENT = (
    "La clave está en UYARIQ_SECRET_KEY: genere otra con `openssl rand -hex 32`, póngala detrás de la actual separada "
    "por una coma («ACTUAL,NUEVA») en todas las partes, reinícielas, y vuelva a dar esta orden."
)


class NotYet(UyariqError):
    """Something has to be done before; the sentence says what."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("action", choices=["status", "rotate", "retire"])
    parser.add_argument("--stopped", action="store_true", help="for retire: everything else is stopped")


def run(options: argparse.Namespace) -> int:
    """Rotate while everybody works; retire while nobody does."""
    settings = read_settings()
    database = open_database(settings)
    database.migrate()
    try:
        {"status": _status, "rotate": _rotate, "retire": _retire}[options.action](options, settings, database)
    finally:
        database.close()
    return 0


def _status(_options: argparse.Namespace, settings: Settings, database: Database) -> None:
    with database.read() as conn:
        waiting = key_rotation.waiting(conn)
    in_use = sum(one is not None for one in settings.key_ring())
    print(f"Claves en uso: {in_use}. Datos que faltan cerrar con la más nueva: {waiting}.")


def _rotate(_options: argparse.Namespace, settings: Settings, database: Database) -> None:
    """A new key, unless a rotation is under way already; then everything sealed is sealed again."""
    if _in_use(settings.key_ring) == 1:
        if settings.key_ring.path is None:
            raise NotYet(NEW_IN_ENVIRONMENT)
        settings.key_ring.add()
        database.migrate()
        with database.begin() as conn:
            number = database.vault.key_number
            now = datetime.now(timezone.utc)
            audit.record(conn, now, audit.EXECUTE, "keys.added", "Vault", None, detail={"key": number})
        print(f"Clave nueva en {settings.key_ring.path}. Guarde una copia aparte ahora mismo.")
    done = _reseal(database)
    print(f"Datos cerrados con la clave nueva: {done}. La anterior sigue en uso hasta `uyariq keys retire --stopped`.")


def _reseal(database: Database) -> int:
    """Until nothing is left: somebody may have written with the old key a moment ago."""
    done = 0
    for _ in range(PASSES):
        done += key_rotation.reseal(database)
        with database.read() as conn:
            if not key_rotation.waiting(conn):
                return done
    raise NotYet("Todavía se escribe con la clave anterior: reinicie las partes que no la conocen y repita la orden.")


def _retire(options: argparse.Namespace, settings: Settings, database: Database) -> None:
    keys = settings.key_ring
    if not options.stopped:
        raise UsageError("Detenga antes todas las partes (bot, consola, plataformas, reloj) y añada --stopped.")
    if _in_use(keys) == 1:
        raise NotYet("Hay una sola clave en uso: no hay nada que retirar.")
    if any((settings.home / "spool").glob("*.spool")):
        raise NotYet("Hay crisis sin escribir en la carpeta spool: arranque el reloj hasta que quede vacía, y repita.")
    with database.read() as conn:
        if key_rotation.waiting(conn):
            raise NotYet("Hay datos cerrados con la clave anterior: dé primero `uyariq keys rotate`.")
    for old in keys()[:-1]:
        if old is not None:
            print(f"Conversaciones con código nuevo: {renew(database, old, keys.newest)}.")
    with database.begin() as conn:
        key_rotation.forget_older_keys(conn, datetime.now(timezone.utc))
    if keys.path is None:
        print("Ponga en UYARIQ_SECRET_KEY un guion en lugar de la clave anterior («-,NUEVA») y arranque todo.")
    else:
        keys.retire_older()
        print("La clave anterior ya no se usa. Guárdela junto a las copias de respaldo de antes: sin ella no se leen.")


def _in_use(keys: Keys) -> int:
    return sum(one is not None for one in keys())
