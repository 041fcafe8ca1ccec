"""Workbooks that would fill the memory are refused with a sentence that says what to do; all others are opened."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from uyariq import workbook_size
from uyariq.exchange.workbook import NoWorkbook, read_workbook
from uyariq.translation_sheet import sheet_rows
from uyariq.workbook_size import WorkbookTooLarge, open_workbook

MEGABYTE = 1024**2


def plain(rows: int = 3) -> bytes:
    """A small workbook."""
    book = Workbook()
    for number in range(rows):
        book.active.append([f"texto {number}", "castellano", "traducción"])
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Its file."""
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def swollen(content: bytes, sheet: bytes) -> bytes:
    """The workbook with another sheet, which packs to almost nothing."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    return made.getvalue()


def rows_of(rows: int, row: bytes) -> bytes:
    """A sheet of so many rows."""
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return head + row * rows + b"</sheetData></worksheet>"


def test_a_sound_workbook_is_opened() -> None:
    """With all its rows."""
    assert open_workbook(plain(200)).active.max_row == 200


def test_one_that_unpacks_to_more_than_can_be_held_is_refused_before_it_is_read() -> None:
    """A file of some kilobytes that stands for hundreds of megabytes."""
    bomb = swollen(plain(), rows_of(1, b"<row>" + b" " * (64 * MEGABYTE) + b"</row>"))
    assert len(bomb) < MEGABYTE
    with pytest.raises(WorkbookTooLarge, match="desempaquetado"):
        open_workbook(bomb)


def test_one_with_too_many_parts_is_refused() -> None:
    """Each of them would be opened."""
    made = BytesIO(plain())
    with zipfile.ZipFile(made, "a") as archive:
        for number in range(workbook_size.MOST_PARTS):
            archive.writestr(f"more/{number}", b"")
    with pytest.raises(WorkbookTooLarge):
        open_workbook(made.getvalue())


@pytest.mark.parametrize(
    "sheet",
    [
        rows_of(workbook_size.MOST_ROWS + 1, b'<row><c t="n"><v>1</v></c></row>'),
        rows_of(150, b"<row>" + b'<c t="n"><v>1</v></c>' * 3000 + b"</row>"),
        rows_of(1, b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
        rows_of(40, b'<row><c r="XFD1"><v>1</v></c></row>'),
    ],
)
def test_rows_and_columns_without_end_are_refused(sheet: bytes) -> None:
    """However little they take in the file: a cell far below stands for all above it."""
    with pytest.raises(WorkbookTooLarge, match="Borre las que están vacías"):
        open_workbook(swollen(plain(), sheet))


def test_a_row_that_was_only_painted_far_below_is_refused_too() -> None:
    """As a spreadsheet leaves it when somebody formats whole columns."""
    book = Workbook()
    book.active.append(["texto", "castellano", "traducción"])
    book.active.cell(300_000, 1).font = Font(bold=True)
    with pytest.raises(WorkbookTooLarge):
        open_workbook(saved(book))


def test_who_brings_translations_is_told_in_words_and_nothing_is_kept() -> None:
    """As of any other mistake of the file."""
    bomb = swollen(plain(), rows_of(workbook_size.MOST_ROWS + 1, b"<row><c><v>1</v></c></row>"))
    rows, (problem,) = sheet_rows(bomb, "qu")
    assert rows == []
    assert "demasiado grande" in problem.message


def test_who_brings_a_questionnaire_is_told_in_words(tmp_path: Path) -> None:
    """On the command line."""
    path = tmp_path / "libro.xlsx"
    path.write_bytes(swollen(plain(), rows_of(1, b"<row>" + b" " * (64 * MEGABYTE) + b"</row>")))
    with pytest.raises(NoWorkbook, match="demasiado grande"):
        read_workbook(path)
    path.write_bytes(b"no workbook")
    with pytest.raises(NoWorkbook, match=r"\.xlsx"):
        read_workbook(path)
