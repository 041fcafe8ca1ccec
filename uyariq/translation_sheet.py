"""A language's texts as a spreadsheet for who translates in LibreOffice or Excel, and back."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from console.staff_language import told
from console.translations.desk import FileProblem
from followup.translation_book import INHERITED, Book
from uyariq.translation_rows import Row
from uyariq.workbook_size import WorkbookTooLarge, open_workbook

CONTEXT, SPANISH, WORDS, BASE, STATE, REVIEWER, DAY, BACK, SOURCE = (
    "texto", "castellano", "traducción", "quechua sureño", "estado", "revisó", "fecha", "de vuelta en castellano",
    "fuente",
)  # fmt: skip
HEADINGS = (CONTEXT, SPANISH, WORDS, BASE, STATE, REVIEWER, DAY, BACK, SOURCE)
NEEDED = (CONTEXT, SPANISH, WORDS)
STATES = {
    "missing": "sin traducir", "stale": "el castellano cambió", "unreviewed": "sin revisar", "reviewed": "revisado",
    "inherited": "como en quechua sureño", "reserved": "reservado",
}  # fmt: skip
WIDE = (SPANISH, WORDS, BASE, BACK)
# A text that begins like a formula would be counted, not shown, by the spreadsheet.
FORMULA = ("=", "+", "-", "@", "#")


def sheet_bytes(book: Book) -> bytes:
    """All texts, each in a row; the sheet is called by the language's code."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = book.language
    sheet.append(list(HEADINGS))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, entry in enumerate(book.entries, start=2):
        own = "" if entry.state == INHERITED else entry.words
        day = entry.reviewed_on.isoformat() if entry.reviewed_on else ""
        values = (
            entry.context, entry.text.text, own, entry.words if entry.state == INHERITED else "", STATES[entry.state],
            entry.reviewer, day, entry.back_translation, entry.wording_source,
        )  # fmt: skip
        for place, value in enumerate(values, start=1):
            if value:
                _fill(sheet.cell(number, place), value)
    for place, heading in enumerate(HEADINGS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = 60 if heading in WIDE else 22
    sheet.freeze_panes = "D2"
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def sheet_rows(content: bytes, language: str) -> tuple[list[Row], list[FileProblem]]:
    """The rows of the language's sheet, or of the only one; and what keeps it from being read."""
    try:
        workbook = open_workbook(content)
    except WorkbookTooLarge as error:
        return [], [FileProblem(told("el archivo entero"), "", str(error))]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        message, hint = told("No se puede abrir como libro (.xlsx)."), told("Guárdelo como .xlsx.")
        return [], [FileProblem(told("el archivo entero"), "", message, hint)]
    names = workbook.sheetnames
    sheet = workbook[language] if language in names else workbook[names[0]]
    columns = {str(cell.value).strip().lower(): cell.column for cell in sheet[1] if cell.value is not None}
    missing = [heading for heading in NEEDED if heading not in columns]
    if missing:
        message = told("Falta la columna «{columns}».", columns="», «".join(missing))
        place = told("hoja «{sheet}», fila 1", sheet=sheet.title)
        return [], [FileProblem(place, "", message, told("Use el libro que exporta el programa."))]
    return _rows(sheet, columns)


def _rows(sheet: Any, columns: dict[str, int]) -> tuple[list[Row], list[FileProblem]]:
    rows, problems = [], []
    for number in range(2, sheet.max_row + 1):
        cells = {heading: sheet.cell(number, columns[heading]) for heading in HEADINGS if heading in columns}
        if all(cell.value in (None, "") for cell in cells.values()):
            continue
        formulas = [cell.coordinate for heading, cell in cells.items() if cell.data_type == "f"]
        if formulas:
            place, message = told("celda {cell}", cell=formulas[0]), told("Es una fórmula; aquí van palabras.")
            problems.append(FileProblem(place, _text(cells[CONTEXT]), message))
            continue
        rows.append(_row(number, cells))
    return rows, problems


def _row(number: int, cells: dict[str, Any]) -> Row:
    given = {heading: _text(cell) for heading, cell in cells.items()}
    signed = given.get(REVIEWER, "")
    return Row(
        told("fila {row}", row=number),
        given[CONTEXT],
        given[SPANISH],
        given[WORDS],
        signed,
        given.get(BACK, ""),
        given.get(SOURCE, ""),
        text_place=told("celda {cell}", cell=cells[WORDS].coordinate),
        signed_on=given.get(DAY, "")[:10],
    )


def _text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _fill(cell: Any, value: str) -> None:
    cell.value = value
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(FORMULA)
