"""Tables <-> an .xlsx file in XLSForm's style, which ODK and pyxform read too."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from uyariq.exchange.documents import ROW_NUMBER, CellProblem
from uyariq.exchange.tables import HINT, LABEL, QUECHUA, SPANISH, Tables
from uyariq.workbook_size import WorkbookTooLarge, open_workbook

HEADINGS = {
    "survey": [
        "type", "name", LABEL + SPANISH, LABEL + QUECHUA, HINT + SPANISH, HINT + QUECHUA, "relevant", "x_enable_when",
        "x_scored", "x_risk_code", "x_risk_when", "x_block", "x_loinc", "x_note",
    ],
    "choices": ["list_name", "name", LABEL + SPANISH, LABEL + QUECHUA, "x_value", "x_loinc"],
    "settings": ["form_title", "form_id", "version", "default_language", "x_status", "x_url"],
    "x_scoring": ["name", "items", "method", "range_min", "range_max", "cutoff_positive_at", "cutoff_source"],
    "x_bands": ["score", "min", "max", "code", "label"],
    "x_other_cutoffs": ["score", "positive_at", "status", "what", "url"],
    "x_phrases": ["where", "answer", "language", "phrase"],
    "x_sources": ["url", "what", "status"],
    "x_translations": ["language", "state", "note"],
    "x_more": ["path", "json"],
}  # fmt: skip
"""Columns that are always there, in this order; others follow as the instrument needs them."""
_WIDE, _NARROW = 60, 18
# A text that begins like a formula would be counted, not shown, by the spreadsheet.
_FORMULA = ("=", "+", "-", "@", "#")


class NoWorkbook(ValueError):
    """The file is not a workbook that can be read."""


def to_bytes(tables: Tables) -> bytes:
    """The workbook as a file's bytes."""
    book = Workbook()
    book.remove(book.active)
    for sheet, headings in HEADINGS.items():
        _write(book.create_sheet(sheet), headings, tables.get(sheet, []))
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write(sheet: Any, headings: list[str], rows: list[dict[str, Any]]) -> None:
    more = sorted({key for row in rows for key in row} - set(headings))
    columns = [*headings, *more]
    sheet.append(columns)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, row in enumerate(rows, start=2):
        for place, column in enumerate(columns, start=1):
            if column in row:
                _fill(sheet.cell(number, place), row[column])
    for place, column in enumerate(columns, start=1):
        wide = "::" in column or column in ("json", "phrase", "what", "items")
        sheet.column_dimensions[get_column_letter(place)].width = _WIDE if wide else _NARROW
    sheet.freeze_panes = "A2"


def _fill(cell: Any, value: Any) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        # "=1" and "#N/A" are words of the instrument, not a formula or a mistake of the sheet.
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_FORMULA)


def read_workbook(path: Path) -> Tables:
    """The sheets that we know, each row with its number. Raises NoWorkbook with one clear sentence."""
    try:
        book = open_workbook(path.read_bytes(), data_only=True)
    except WorkbookTooLarge as error:
        raise NoWorkbook(str(error)) from error
    except Exception as error:  # openpyxl raises whatever the broken part raises
        raise NoWorkbook(f"No se puede abrir {path.name} como libro de Excel (.xlsx).") from error
    return {sheet: _read(book[sheet]) for sheet in HEADINGS if sheet in book.sheetnames}


def _read(sheet: Any) -> list[dict[str, Any]]:
    lines = sheet.iter_rows(values_only=True)
    headings = [str(one).strip() if one is not None else "" for one in next(lines, ())]
    rows = []
    for number, line in enumerate(lines, start=2):
        row = {
            key: _plain(value) for key, value in zip(headings, line, strict=False) if key and value not in (None, "")
        }
        if row:
            rows.append({**row, ROW_NUMBER: number})
    return rows


def _plain(value: Any) -> Any:
    """Whole numbers come back as floats from some programs."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


__all__ = ["HEADINGS", "CellProblem", "NoWorkbook", "read_workbook", "to_bytes"]
