"""A workbook holds all of an instrument, is XLSForm to others, and says by sheet and cell what is wrong in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook

from tests.uyariq.exchange.instruments import REAL, document, documents, read
from uyariq.exchange.documents import Brought, document_of
from uyariq.exchange.tables import LABEL, QUECHUA, SPANISH, Words, tables_of
from uyariq.exchange.workbook import NoWorkbook, read_workbook, to_bytes

PHQ9 = next(path for path in REAL if path.stem == "phq9")


class OneWord(Words):
    """Quechua for one text only."""

    def quechua(self, context: str, text: str) -> str | None:
        """The first question of the PHQ-9 is the one that is translated."""
        return "runasimipi" if context == "phq9.phq9_1" else None


def written(made: dict[str, Any], folder: Path, words: Words | None = None) -> Path:
    """The instrument as a workbook on disk."""
    path = folder / "book.xlsx"
    path.write_bytes(to_bytes(tables_of(made, words)))
    return path


def back(path: Path) -> Brought:
    """The instrument that the workbook holds."""
    return document_of(read_workbook(path))


def changed(path: Path, sheet: str, cell: str, value: Any) -> Path:
    """The workbook after somebody typed into a cell."""
    book = load_workbook(path)
    book[sheet][cell] = value
    book.save(path)
    return path


def cell_of(path: Path, sheet: str, heading: str, row: int) -> str:
    """The address of a column's cell."""
    headings = [cell.value for cell in load_workbook(path)[sheet][1]]
    return f"{load_workbook(path)[sheet].cell(row, headings.index(heading) + 1).coordinate}"


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_a_real_instrument_comes_back_as_the_same_definition(path: Path, tmp_path: Path) -> None:
    """Nothing is lost on the way through a spreadsheet."""
    made = document(path)
    found = back(written(made, tmp_path))
    assert found.problems == []
    assert read(found.document) == read(made)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents())
def test_any_instrument_comes_back_as_the_same_definition(tmp_path: Path, made: dict[str, Any]) -> None:
    """Whatever the format knows and whatever people type."""
    found = back(written(made, tmp_path))
    assert found.problems == []
    assert read(found.document) == read(made)


@pytest.mark.parametrize("path", [path for path in REAL if document(path).get("items")], ids=lambda path: path.stem)
def test_others_read_it_as_an_xlsform(path: Path, tmp_path: Path) -> None:
    """pyxform makes a form of it, with every question in it."""
    from pyxform.xls2xform import convert

    made = document(path)
    form = convert(str(written(made, tmp_path))).xform
    assert all(f"/{item['linkId']}" in form for item in made["items"])


def test_quechua_stands_beside_the_spanish_and_comes_back(tmp_path: Path) -> None:
    """What the catalogs have is in the sheet; what they lack is named by cell, and nothing is filled in for it."""
    path = written(document(PHQ9), tmp_path, OneWord())
    found = back(path)
    assert ("phq9.phq9_1", "Poco interés o placer en hacer cosas", "runasimipi") in found.quechua
    assert len(found.quechua) == 1
    assert any(one.sheet == "survey" and one.row == 4 and QUECHUA in one.column for one in found.missing)
    cells = [cell.value for sheet in load_workbook(path) for row in sheet for cell in row]
    assert "-" not in cells


def test_a_dash_is_no_translation(tmp_path: Path) -> None:
    """Other programs put it into empty cells."""
    path = written(document(PHQ9), tmp_path)
    changed(path, "survey", cell_of(path, "survey", LABEL + QUECHUA, 3), "-")
    assert back(path).quechua == []


@pytest.mark.parametrize(
    ("sheet", "heading", "row", "value", "said"),
    [
        ("survey", "type", 3, "integer", "select_one"),
        ("survey", "type", 3, "select_one otra", "«otra»"),
        ("survey", "name", 3, None, "falta el nombre"),
        ("survey", LABEL + SPANISH, 3, None, "castellano"),
        ("survey", "relevant", 12, "${phq9_1} = 'not_at_all'", "x_enable_when"),
        ("choices", "x_value", 2, None, "puntos"),
        ("settings", "version", 2, None, "versión"),
        ("x_phrases", "where", 2, "nada", "«nada»"),
    ],
)
def test_a_mistake_is_said_by_sheet_row_and_column(
    tmp_path: Path, sheet: str, heading: str, row: int, value: Any, said: str
) -> None:
    """Whoever typed it knows where to look."""
    path = written(document(PHQ9), tmp_path)
    problems = back(changed(path, sheet, cell_of(path, sheet, heading, row), value)).problems
    told = [one for one in problems if one.sheet == sheet and one.row == row and one.column == heading]
    assert told, problems
    assert said in str(told[0])


def test_a_simple_relevant_of_staff_becomes_a_condition(tmp_path: Path) -> None:
    """Who knows XLSForm writes the condition as there."""
    path = written(document(PHQ9), tmp_path)
    changed(path, "survey", cell_of(path, "survey", "relevant", 4), "${phq9_1} = 'several_days' or ${phq9_1} = ''")
    item = next(one for one in back(path).document["items"] if one["linkId"] == "phq9_2")
    assert item["enableWhen"] == "phq9_1 == 1 or phq9_1 == 'skipped'"


def test_a_relevant_that_is_not_understood_is_refused(tmp_path: Path) -> None:
    """Better a clear no than a condition that means something else."""
    path = written(document(PHQ9), tmp_path)
    changed(path, "survey", cell_of(path, "survey", "relevant", 4), "count(${phq9_1}) > 2")
    assert [(one.row, one.column) for one in back(path).problems] == [(4, "relevant")]


def test_what_is_no_workbook_is_refused_in_one_sentence(tmp_path: Path) -> None:
    """A text file that was renamed."""
    path = tmp_path / "notes.xlsx"
    path.write_text(json.dumps({}))
    with pytest.raises(NoWorkbook, match=r"notes\.xlsx"):
        read_workbook(path)
