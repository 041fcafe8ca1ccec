"""`uyariq texts export` and `texts import`: what reviewers saved as PO or spreadsheet, and such files back."""

from __future__ import annotations

import argparse
from datetime import datetime, timezone
from pathlib import Path

from bot.catalog import Catalog
from followup import audit, translations_store
from followup.database import Database
from screening.definitions import Library
from uyariq.console_app import translation_desk
from uyariq.errors import UsageError, UyariqError
from uyariq.rooms import LOCALE, open_database, rules_in_use
from uyariq.settings import read_settings
from uyariq.translation_desk import PO, XLSX, CatalogDesk
from uyariq.translation_po import language_of
from uyariq.translation_rows import FileRead
from uyariq.translations_live import LANGUAGES

SHOWN = 100
DEFAULT = "qu"


class FileRefused(UyariqError):
    """The file has mistakes; nothing of it was kept."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of both."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--po", type=Path, metavar="FILE", help="export, import: a catalog, as Poedit and Weblate use it")
    form.add_argument("--xlsx", type=Path, metavar="FILE", help="export, import: a spreadsheet, one text a row")
    parser.add_argument("--language", choices=LANGUAGES, help="export, import (default: the file's own, or qu)")
    parser.add_argument("--signed-by", default="", metavar="NAME", help="import: the speaker who signs all of the file")
    parser.add_argument("--dry-run", action="store_true", help="import: only say what would change")


def run(options: argparse.Namespace) -> int:
    """Writes the file, or takes all of it or nothing."""
    if not (options.po or options.xlsx):
        raise UsageError("Diga el archivo: --po ARCHIVO o --xlsx ARCHIVO.")
    settings = read_settings()
    database = open_database(settings)
    database.migrate()
    try:
        rules = rules_in_use(settings, database, Catalog(LOCALE))
        desk = translation_desk(settings, rules)
        act = _export if options.action == "export" else _bring
        return act(options, desk, rules.library, database)
    finally:
        database.close()


def _export(options: argparse.Namespace, desk: CatalogDesk, library: Library, database: Database) -> int:
    path, form, language = options.po or options.xlsx, PO if options.po else XLSX, options.language or DEFAULT
    content = desk.export(form, language, library)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    with database.begin() as conn:
        now = datetime.now(timezone.utc)
        translations_store.note(conn, "translation.exported", language, None, now, None, action=audit.EXECUTE)
    print(f"Escrito: {path}")
    return 0


def _bring(options: argparse.Namespace, desk: CatalogDesk, library: Library, database: Database) -> int:
    path, form = options.po or options.xlsx, PO if options.po else XLSX
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"No se pudo leer {path}; revise el nombre y los permisos del archivo.") from error
    own = language_of(content) if form == PO else ""
    language = options.language or (own if own in LANGUAGES else DEFAULT)
    read = desk.read(form, content, language, library, options.signed_by.strip(), trusts_file=True)
    if read.problems:
        raise FileRefused(_told(path, read))
    if read.words and not options.dry_run:
        with database.begin() as conn:
            translations_store.save_all(conn, read.words, datetime.now(timezone.utc), None)
    done = "Solo se revisó, no se guardó nada" if options.dry_run else "Guardado"
    print(
        f"{done}: {len(read.words)} nuevos o cambiados, {read.same} iguales, {read.empty} sin traducir, "
        f"{read.unfinished} por terminar («fuzzy»)."
    )
    return 0


def _told(file: Path, read: FileRead) -> str:
    lines = [f"{file}: {problem}" for problem in read.problems[:SHOWN]]
    if len(read.problems) > SHOWN:
        lines.append(f"… y {len(read.problems) - SHOWN} más.")
    return "\n".join([*lines, "No se importó nada. Corrija el archivo y vuelva a intentarlo."])
