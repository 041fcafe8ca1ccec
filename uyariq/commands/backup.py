"""`uyariq backup --out FILE`: database and spool in one sealed file, while all work; `--restore FILE`: back again.

The key itself is never in it: whoever finds a copy reads nothing.
"""

from __future__ import annotations

import argparse
import getpass
import io
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import URL, make_url

from uyariq.errors import UsageError, UyariqError
from uyariq.rooms import open_database
from uyariq.sealed_file import CannotOpen, needs_passphrase, seal, unseal
from uyariq.settings import Settings, read_settings

SQLITE, POSTGRESQL = "uyariq.db", "uyariq.dump"
MANIFEST = "manifest.json"
SHORTEST_PASSPHRASE = 12
_OWNER_ONLY = 0o600


class NotCopied(UyariqError):
    """The copy was not made or not put back; the sentence says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=Path, help="the file to write; it must not exist yet")
    what.add_argument("--restore", type=Path, help="the file to put back, into an empty place")
    parser.add_argument("--passphrase-file", type=Path, help="seal with the words in this file instead of the key")
    parser.add_argument("--ask-passphrase", action="store_true", help="seal with words that are asked for")


def run(options: argparse.Namespace) -> int:
    """Make a copy, or put one back."""
    settings = read_settings()
    # Copies lie beside the data until they are sealed, readable for the owner only.
    with tempfile.TemporaryDirectory(dir=settings.home, prefix="backup-") as folder:
        if options.out:
            _copy(options, settings, Path(folder))
        else:
            _restore(options, settings, Path(folder))
    return 0


def _copy(options: argparse.Namespace, settings: Settings, folder: Path) -> None:
    if options.out.exists():
        raise UsageError(f"{options.out} ya existe; elija otro nombre.")
    passphrase = _passphrase(options, twice=True)
    packed = folder / "packed.tar"
    with tarfile.open(packed, "w") as tar:
        tar.add(_database(settings, folder), arcname=_name(settings))
        for waiting in sorted((settings.home / "spool").glob("*.spool")):
            tar.add(waiting, arcname=f"spool/{waiting.name}")
        _add_manifest(tar)
    target = options.out.with_name(options.out.name + ".part")
    try:
        with open(packed, "rb") as source, os.fdopen(_new(target), "wb") as sealed:
            seal(source, sealed, secret=None if passphrase else settings.key_ring.newest, passphrase=passphrase)
            sealed.flush()
            os.fsync(sealed.fileno())
        os.replace(target, options.out)
    finally:
        target.unlink(missing_ok=True)
    opened_by = "con las palabras que eligió" if passphrase else "con la clave de esta instalación"
    print(f"Copia en {options.out}, {options.out.stat().st_size} bytes; se abre {opened_by}.")


def _restore(options: argparse.Namespace, settings: Settings, folder: Path) -> None:
    _refuse_full(settings)
    try:
        with open(options.restore, "rb") as source:
            passphrase = _passphrase(options, twice=False) if needs_passphrase(source) else None
    except OSError as error:
        raise UsageError(f"No se pudo leer {options.restore}; revise el nombre y los permisos.") from error
    packed = folder / "packed.tar"
    try:
        with open(options.restore, "rb") as source, os.fdopen(_new(packed), "wb") as target:
            in_use = tuple(one for one in settings.key_ring() if one is not None)
            unseal(source, target, secrets=in_use, passphrase=passphrase)
    except CannotOpen as error:
        raise NotCopied("La copia no se abre: es otra clave u otras palabras, o el archivo está dañado.") from error
    with tarfile.open(packed) as tar:
        members = {member.name: member for member in tar.getmembers() if member.isfile()}
        if _name(settings) not in members:
            raise NotCopied(
                "La copia es de otra clase de base de datos (SQLite o PostgreSQL); revise UYARIQ_DATABASE_URL."
            )
        _unpack(tar, members[_name(settings)], folder / "database")
        for name, member in members.items():
            if name.startswith("spool/"):
                (settings.home / "spool").mkdir(mode=0o700, exist_ok=True)
                _unpack(tar, member, settings.home / "spool" / Path(name).name)
    _put_back(settings, folder / "database")
    database = open_database(settings)
    database.migrate()
    database.close()
    print("La copia está en su lugar. Borre de nuevo lo que se pidió borrar desde ese día (docs/operation.md).")


def _database(settings: Settings, folder: Path) -> Path:
    """The whole database as it is at one moment; others go on writing meanwhile."""
    address = make_url(settings.database_url)
    target = folder / "database"
    target.touch(mode=_OWNER_ONLY)
    if address.get_backend_name() == "sqlite":
        with _sqlite(str(address.database)) as source, _sqlite(str(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        return target
    _run("pg_dump", address, "--format=custom", f"--file={target}")
    return target


def _put_back(settings: Settings, found: Path) -> None:
    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite":
        target = Path(str(address.database))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=_OWNER_ONLY)
        with _sqlite(str(found)) as source, _sqlite(str(target)) as copy:
            source.backup(copy)
    else:
        _run("pg_restore", address, "--single-transaction", "--no-owner", str(found), into=True)


def _refuse_full(settings: Settings) -> None:
    """Nothing is ever written over."""
    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        return
    engine = create_engine(address, hide_parameters=True)
    try:
        names = inspect(engine).get_table_names()
    finally:
        engine.dispose()
    if names:
        raise NotCopied("Ahí ya hay una base de datos. Ponga la copia en un lugar vacío, o mueva antes lo que hay.")


class _sqlite:
    """A connection that is closed at the end of the block."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, timeout=30)

    def __enter__(self) -> sqlite3.Connection:
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def _run(program: str, address: URL, *options: str, into: bool = False) -> None:
    """PostgreSQL's own program; the password goes by the environment, where no list of processes shows it."""
    given = {"PGHOST": address.host, "PGPORT": address.port, "PGUSER": address.username, "PGPASSWORD": address.password}
    environment = {**os.environ, **{name: str(value) for name, value in given.items() if value}}
    place = [f"--dbname={address.database}"]
    command = [program, *place, *options]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603 ours alone
    except FileNotFoundError as error:
        raise NotCopied(f"Falta el programa {program}: instale el cliente de PostgreSQL.") from error
    if done.returncode:
        # Its words may quote a row.
        what = "poner la copia en" if into else "copiar"
        raise NotCopied(
            f"{program} no pudo {what} la base de datos (código {done.returncode}); revise la dirección y la versión."
        )


def _passphrase(options: argparse.Namespace, *, twice: bool) -> str | None:
    if options.passphrase_file:
        try:
            words = str(options.passphrase_file.read_text(encoding="utf-8")).strip()
        except OSError as error:
            raise UsageError(f"No se pudo leer {options.passphrase_file}.") from error
    elif options.ask_passphrase or not twice:
        words = getpass.getpass("Palabras de la copia: ")
        if twice and getpass.getpass("Otra vez: ") != words:
            raise UsageError("Las dos veces no son iguales.")
    else:
        return None
    if twice and len(words) < SHORTEST_PASSPHRASE:
        raise UsageError(f"Use al menos {SHORTEST_PASSPHRASE} letras: quien encuentre la copia puede probar sin fin.")
    return words


def _name(settings: Settings) -> str:
    return SQLITE if make_url(settings.database_url).get_backend_name() == "sqlite" else POSTGRESQL


def _add_manifest(tar: tarfile.TarFile) -> None:
    content = json.dumps({"made_at": datetime.now(timezone.utc).isoformat(timespec="seconds"), "format": 1}).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    source = tar.extractfile(member)
    assert source is not None
    with source, os.fdopen(_new(target), "wb") as written:
        while piece := source.read(1 << 20):
            written.write(piece)


def _new(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
