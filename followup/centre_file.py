"""Reads the table of health centres that staff fill in: every mistake with its line, why, and what to do."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any

from followup.centre_problems import CentreProblem, no_name
from followup.models import health_centre
from screening.fold import fold

REQUIRED = ("codigo", "nombre", "ubigeo", "servicios", "fuente", "revisado")
OPTIONAL = ("categoria", "direccion", "telefono", "horario", "latitud", "longitud", "activo")
HEADER = (
    "codigo",
    "nombre",
    "categoria",
    "ubigeo",
    "direccion",
    "telefono",
    "horario",
    "servicios",
    "latitud",
    "longitud",
    "fuente",
    "revisado",
    "activo",
)
_TEXTS = {
    "nombre": "name",
    "categoria": "category",
    "direccion": "address",
    "telefono": "phone",
    "horario": "hours",
    "fuente": "source",
}
_CODE = re.compile(r"[0-9A-Za-z-]{1,20}")
_CODE_DIGITS, _UBIGEO_DIGITS = 8, 6
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")
_YES, _NO = ("si", "s", "1", "activo"), ("no", "n", "0", "inactivo", "cerrado")
# The country in degrees, with some room: what lies outside is a slip of the pen.
_WITHIN = {"latitud": (-19.0, 0.5), "longitud": (-82.0, -68.0)}


@dataclass(frozen=True)
class Centre:
    """A row of the directory that can be kept."""

    code: str
    name: str
    category: str
    ubigeo: str
    address: str
    phone: str
    hours: str
    services: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    source: str
    reviewed_on: date
    active: bool


def read_centres(
    content: bytes, places: Collection[str], services: Mapping[str, str], today: date
) -> tuple[list[Centre], list[CentreProblem]]:
    """The rows of the file and everything that is wrong with it. Nothing may be kept while there is a problem.

    places: the ubigeos that exist. services: code -> words of what a centre may offer; the file may use either.
    """
    text = _decoded(content)
    rows = csv.DictReader(StringIO(text), delimiter=_delimiter(text))
    try:
        columns = [fold(name or "") for name in rows.fieldnames or ()]
    except csv.Error:
        columns = []
    problems = _header_problems(columns)
    if problems:
        return [], problems
    rows.fieldnames = columns
    reader = _RowReader(places, services, today)
    try:
        for row in rows:
            if any(value for key, value in row.items() if key is not None and isinstance(value, str) and value.strip()):
                reader.read(rows.line_num, row)
    except csv.Error:
        reader.problem(rows.line_num, "", "line_unreadable")
    if not reader.centres and not reader.problems:
        reader.problem(1, "", "nothing_there")
    return reader.centres, reader.problems


def _decoded(content: bytes) -> str:
    """Spreadsheets write UTF-8, or the old Windows letters."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return text.replace("\0", "")


def _delimiter(text: str) -> str:
    """Comma, semicolon or tab: what stands most often in the header."""
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _header_problems(columns: list[str]) -> list[CentreProblem]:
    known = (*REQUIRED, *OPTIONAL)
    missing = [CentreProblem(1, name, "column_missing", {"header": ",".join(HEADER)}) for name in REQUIRED]
    found = [one for one in missing if one.column not in columns]
    for name in dict.fromkeys(columns):
        if name not in known:
            found.append(CentreProblem(1, name or no_name(), "column_unknown"))
        elif columns.count(name) > 1:
            found.append(CentreProblem(1, name, "column_twice"))
    return found


class _RowReader:
    """Reads row by row and collects all problems, so that one look at the file mends them all."""

    def __init__(self, places: Collection[str], services: Mapping[str, str], today: date) -> None:
        self.centres: list[Centre] = []
        self.problems: list[CentreProblem] = []
        self._places = places
        self._services = {fold(word): code for code, label in services.items() for word in (code, label)}
        self._service_words = ", ".join(services.values())
        self._today = today
        self._lines: dict[str, int] = {}

    def problem(self, line: int, column: str, code: str, **fields: Any) -> None:
        self.problems.append(CentreProblem(line, column, code, fields))

    def read(self, line: int, row: Mapping[Any, Any]) -> None:
        before = len(self.problems)
        if None in row or any(value is None for value in row.values()):
            self.problem(line, "", "cells_missing")
            return
        cell = {column: str(value).strip() for column, value in row.items()}

        def take(column: str, read: Callable[[int, str], Any]) -> Any:
            return read(line, cell.get(column, ""))

        values: dict[str, Any] = {
            field: self._text(line, column, cell.get(column, "")) for column, field in _TEXTS.items()
        }
        values |= {
            "code": take("codigo", self._code),
            "ubigeo": take("ubigeo", self._ubigeo),
            "services": take("servicios", self._offered),
            "latitude": self._degrees(line, "latitud", cell.get("latitud", "")),
            "longitude": self._degrees(line, "longitud", cell.get("longitud", "")),
            "reviewed_on": take("revisado", self._reviewed),
            "active": take("activo", self._active),
        }
        if (values["latitude"] is None) != (values["longitude"] is None) and len(self.problems) == before:
            self.problem(line, "latitud", "coordinate_missing")
        if len(self.problems) == before:
            self.centres.append(Centre(**values))

    def _text(self, line: int, column: str, value: str) -> str:
        longest = health_centre.c[_TEXTS[column]].type.length
        if not value and column in REQUIRED:
            self.problem(line, column, "cell_empty")
        if len(value) > longest:
            self.problem(line, column, "cell_too_long", letters=len(value), longest=longest)
        return value

    def _code(self, line: int, value: str) -> str:
        if not _CODE.fullmatch(value):
            self.problem(line, "codigo", "code_wrong", value=value)
            return value
        # Spreadsheets drop the zeros at the beginning.
        code = value.zfill(_CODE_DIGITS) if value.isdigit() else value.upper()
        if code in self._lines:
            self.problem(line, "codigo", "code_twice", value=value, other=self._lines[code])
        self._lines.setdefault(code, line)
        return code

    def _ubigeo(self, line: int, value: str) -> str:
        ubigeo = value.zfill(_UBIGEO_DIGITS) if value.isdigit() else value
        if ubigeo not in self._places:
            self.problem(line, "ubigeo", "ubigeo_unknown", value=value)
        return ubigeo

    def _offered(self, line: int, value: str) -> tuple[str, ...]:
        words = [word.strip() for word in re.split(r"[|;,/]", value) if word.strip()]
        if not words:
            self.problem(line, "servicios", "services_missing", services=self._service_words)
        for word in words:
            if fold(word) not in self._services:
                self.problem(line, "servicios", "service_unknown", value=word, services=self._service_words)
        return tuple(dict.fromkeys(self._services[fold(word)] for word in words if fold(word) in self._services))

    def _degrees(self, line: int, column: str, value: str) -> float | None:
        if not value:
            return None
        low, high = _WITHIN[column]
        try:
            degrees = float(value.replace(",", "."))
        except ValueError:
            self.problem(line, column, "not_a_number", value=value)
            return None
        if not low <= degrees <= high:
            self.problem(line, column, "outside_peru", value=value)
        return degrees

    def _reviewed(self, line: int, value: str) -> date:
        for form in _DATES:
            try:
                found = datetime.strptime(value, form).date()  # noqa: DTZ007  a day has no hour and no zone
            except ValueError:
                continue
            if found > self._today:
                self.problem(line, "revisado", "review_to_come", value=value)
            return found
        self.problem(line, "revisado", "not_a_date", value=value)
        return self._today

    def _active(self, line: int, value: str) -> bool:
        word = fold(value)
        if word and word not in (*_YES, *_NO):
            self.problem(line, "activo", "not_yes_or_no", value=value)
        return word not in _NO
