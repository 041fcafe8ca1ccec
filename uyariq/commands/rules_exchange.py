"""`uyariq rules export` and `rules import`: an instrument as an XLSForm workbook or a FHIR Questionnaire, and back."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.catalog import Catalog
from screening.checks import check_folder
from screening.errors import ERROR
from uyariq.errors import UsageError
from uyariq.exchange import questionnaire_in
from uyariq.exchange.documents import document_of
from uyariq.exchange.quechua import CatalogWords, write_quechua
from uyariq.exchange.questionnaire_out import questionnaire_of
from uyariq.exchange.tables import tables_of
from uyariq.exchange.workbook import NoWorkbook, read_workbook, to_bytes
from uyariq.exchange.yaml_out import to_yaml
from uyariq.rooms import LOCALE, RULES

FIRST_OF_THE_DAY = "01"


def add_arguments(actions: Any) -> None:
    """Options of both."""
    exporting = actions.add_parser("export", help="an instrument as a workbook or as FHIR")
    exporting.add_argument("name")
    form = exporting.add_mutually_exclusive_group(required=True)
    form.add_argument("--xlsform", metavar="FILE", help="an .xlsx in XLSForm's style")
    form.add_argument("--fhir", metavar="FILE", help="a FHIR R4 Questionnaire, JSON")
    importing = actions.add_parser("import", help="an instrument from a workbook or from FHIR, as a YAML file to check")
    form = importing.add_mutually_exclusive_group(required=True)
    form.add_argument("--xlsform", metavar="FILE")
    form.add_argument("--fhir", metavar="FILE")
    importing.add_argument("--out", metavar="DIR", default=".", help="where the YAML goes (default: here)")


def export(options: argparse.Namespace) -> int:
    """Writes the file."""
    document = _document(RULES / "instruments" / f"{options.name}.yml")
    words = CatalogWords(Catalog(LOCALE))
    if options.xlsform:
        Path(options.xlsform).write_bytes(to_bytes(tables_of(document, words)))
    else:
        made = json.dumps(questionnaire_of(document, words), ensure_ascii=False, indent=2)
        Path(options.fhir).write_text(made + "\n", encoding="utf-8")
    print(f"Escrito: {options.xlsform or options.fhir}")
    return 0


def bring(options: argparse.Namespace) -> int:
    """Writes the YAML and the Quechua beside it, and says what is wrong; 1 when something is."""
    out = Path(options.out)
    return _from_workbook(Path(options.xlsform), out) if options.xlsform else _from_fhir(Path(options.fhir), out)


def _from_workbook(path: Path, out: Path) -> int:
    try:
        found = document_of(read_workbook(path))
    except NoWorkbook as error:
        raise UsageError(str(error)) from error
    for problem in found.problems:
        print(f"ERROR {problem}")
    for missing in found.missing:
        print(f"aviso {missing}")
    if found.problems:
        print("No se escribió nada: corrija el libro y vuelva a intentarlo.")
        return 1
    return _write(found.document, found.quechua, out)


def _from_fhir(path: Path, out: Path) -> int:
    version = date.today().strftime("%Y%m%d") + FIRST_OF_THE_DAY  # noqa: DTZ011 - the day where staff sit
    try:
        found = questionnaire_in.document_of(json.loads(path.read_text(encoding="utf-8")), version)
    except (OSError, ValueError) as error:
        raise UsageError(f"No se pudo leer {path.name}: {error}") from error
    for note in found.notes:
        print(f"aviso {note}")
    return _write(found.document, found.quechua, out)


def _write(document: dict[str, Any], quechua: list[tuple[str, str, str]], out: Path) -> int:
    name = str(document["name"])
    target = out / f"{name}.yml"
    out.mkdir(parents=True, exist_ok=True)
    target.write_text(to_yaml(document), encoding="utf-8")
    if quechua:
        write_quechua(out / f"{name}.qu.po", quechua)
    print(f"Escrito: {target}")
    errors = _problems(target)
    for line in errors:
        print(f"ERROR {line}")
    return 1 if errors else 0


def _problems(made: Path) -> list[str]:
    """What `rules check` says of the new file beside all others; its cases are written afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "rules"
        shutil.copytree(RULES, rules)
        target = rules / "instruments" / made.name
        shutil.copy(made, target)
        found = check_folder(rules, date.today())  # noqa: DTZ011 - the day where staff sit
    place = target.relative_to(rules).as_posix()
    return [str(one) for one in found if one.severity == ERROR and one.file == place and one.code != "cases_missing"]


def _document(path: Path) -> dict[str, Any]:
    if not path.exists():
        names = ", ".join(sorted(p.stem for p in path.parent.glob("*.yml") if ".cases" not in p.name))
        raise UsageError(f"No hay un instrumento «{path.stem}». Hay: {names}.")
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
