"""Workbooks from outside are opened only when what they unpack to can be held: a small file can stand for gigabytes."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook

MOST_BYTES = 24 * 1024 * 1024
"""Unpacked; all our texts in one workbook take about a tenth."""
MOST_PARTS = 200
MOST_ROWS = 20_000
MOST_CELLS = 400_000
TOO_LARGE = "El libro es demasiado grande para abrirlo aquí"


class WorkbookTooLarge(ValueError):
    """More than can be held; the message says what to do, in Spanish."""


def open_workbook(content: bytes, **options: Any) -> Workbook:
    """The workbook, measured before it is read. Raises WorkbookTooLarge, and what openpyxl raises."""
    _measure_parts(content)
    _measure_rows(content)
    return load_workbook(BytesIO(content), **options)


def _measure_parts(content: bytes) -> None:
    """By what the archive says of itself; a part that unpacks to more than that is cut off by zipfile."""
    with ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_BYTES:
        megabytes = MOST_BYTES // 1024**2
        raise WorkbookTooLarge(
            f"{TOO_LARGE}: desempaquetado pasa de {megabytes} MB. Guarde solo las hojas que se usan, en un libro nuevo."
        )


def _measure_rows(content: bytes) -> None:
    """Row by row, without keeping any: rows and cells cost far more memory than their place in the file."""
    book = load_workbook(BytesIO(content), read_only=True)
    cells = 0
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(), start=1):
                cells += len(row)
                if number > MOST_ROWS or cells > MOST_CELLS:
                    raise WorkbookTooLarge(
                        f"{TOO_LARGE}: la hoja «{sheet.title}» pasa de {MOST_ROWS} filas o tiene demasiadas columnas. "
                        "Borre las que están vacías."
                    )
    finally:
        book.close()
