"""`uyariq model`: train with what staff labelled, look at what changes, publish it, drop it, or go back."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import datetime, timezone

from followup import audit
from followup.database import Database
from uyariq.model_candidate import make_candidate
from uyariq.model_shelf import Report, Shelf
from uyariq.quiet import quiet_libraries
from uyariq.rooms import open_database
from uyariq.settings import read_settings
from uyariq.training import MODEL

TRAIN, SHOW, PUBLISH, DROP, ROLLBACK = "train", "show", "publish", "drop", "rollback"
KIND = "Model"
DONE = {TRAIN: "model.trained", PUBLISH: "model.published", DROP: "model.dropped", ROLLBACK: "model.rolled_back"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("action", choices=[TRAIN, SHOW, PUBLISH, DROP, ROLLBACK])
    parser.add_argument("--json", action="store_true", help="with show: everything, as JSON")
    parser.add_argument("--by", help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Do it, and say what came of it."""
    quiet_libraries()
    shelf = Shelf(MODEL.parent)
    if options.action == SHOW:
        return _show(shelf, options.json)
    database = open_database(read_settings())
    database.migrate()
    try:
        return _change(shelf, database, options)
    finally:
        database.close()


def _change(shelf: Shelf, database: Database, options: argparse.Namespace) -> int:
    if options.action == TRAIN:
        _tell(make_candidate(shelf, database, options.by))
    elif options.action == PUBLISH:
        shelf.publish()
        print("Publicado: los bots en marcha lo usan en unos segundos.")
    elif options.action == ROLLBACK:
        shelf.roll_back()
        print("Se volvió al modelo anterior: los bots en marcha lo usan en unos segundos.")
    else:
        shelf.drop()
        print("Descartado: sigue el modelo de antes.")
    with database.begin() as conn:
        audit.record(
            conn,
            datetime.now(timezone.utc),
            audit.UPDATE,
            DONE[options.action],
            KIND,
            None,
            practitioner_id=options.by,
        )
    return 0


def _show(shelf: Shelf, as_json: bool) -> int:
    report = shelf.report()
    if report is None:
        print("No hay un modelo por publicar. Entrene uno con `uyariq model train`.")
    elif as_json:
        print(json.dumps(asdict(report), ensure_ascii=False, indent=1))
    else:
        _tell(report)
    return 0


def _tell(report: Report) -> None:
    print(f"Estado: {report.state}. Mensajes aprendidos: {len(report.learnt)}.")
    print(f"Mensajes rotulados que ahora se leen de otra manera: {len(report.changed)}.")
    if not report.figures:
        print("Sin comparación: esta instalación no tiene los mensajes de prueba.")
    for name, (then, now) in report.figures.items():
        if then != now:
            print(f"{name:60} {_number(then):>8} {_number(now):>8} {'PEOR' if name in report.worse else ''}".rstrip())


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
