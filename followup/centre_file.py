"""Reads the table of health centres that staff fill in: every mistake with its line, why, and what to do."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any

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


@dataclass(frozen=True)
class CentreProblem:
    """What cannot be used: line of the file (1 is the header), column, why, and what to do."""

    line: int
    column: str
    message: str
    hint: str

    def __str__(self) -> str:
        place = f"línea {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.message} {self.hint}"


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
        reader.problem(rows.line_num, "", "La línea no se puede leer como tabla.", "Revise las comillas.")
    if not reader.centres and not reader.problems:
        reader.problem(1, "", "No hay ningún establecimiento.", "Escriba uno por línea, debajo del título.")
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
    found = []
    for name in REQUIRED:
        if name not in columns:
            hint = f"Añada la columna; el título completo es: {','.join(HEADER)}"
            found.append(CentreProblem(1, name, "Falta esta columna.", hint))
    for name in columns:
        if name not in known:
            found.append(
                CentreProblem(1, name or "(vacía)", "No se conoce esta columna.", "Bórrela o corrija su nombre.")
            )
        elif columns.count(name) > 1:
            found.append(CentreProblem(1, name, "La columna está dos veces.", "Deje una sola."))
    return list(dict.fromkeys(found))


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

    def problem(self, line: int, column: str, message: str, hint: str) -> None:
        self.problems.append(CentreProblem(line, column, message, hint))

    def read(self, line: int, row: Mapping[Any, Any]) -> None:
        before = len(self.problems)
        if None in row or any(value is None for value in row.values()):
            self.problem(line, "", "No tiene tantas celdas como el título.", "Revise comas y comillas de la línea.")
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
            self.problem(line, "latitud", "Falta una de las dos coordenadas.", "Escriba las dos o ninguna.")
        if len(self.problems) == before:
            self.centres.append(Centre(**values))

    def _text(self, line: int, column: str, value: str) -> str:
        longest = health_centre.c[_TEXTS[column]].type.length
        if not value and column in REQUIRED:
            self.problem(line, column, "Está vacío.", "Escríbalo: sin esto la ficha no se puede usar.")
        if len(value) > longest:
            self.problem(line, column, f"Es demasiado largo ({len(value)} letras).", f"Use hasta {longest}.")
        return value

    def _code(self, line: int, value: str) -> str:
        if not _CODE.fullmatch(value):
            hint = "Use el código del registro nacional (RENIPRESS): cifras, letras o guion, hasta 20."
            self.problem(line, "codigo", f"«{value}» no es un código de establecimiento.", hint)
            return value
        # Spreadsheets drop the zeros at the beginning.
        code = value.zfill(_CODE_DIGITS) if value.isdigit() else value.upper()
        if code in self._lines:
            hint = f"Deje una de las dos; la otra está en la línea {self._lines[code]}."
            self.problem(line, "codigo", f"El código «{value}» está dos veces.", hint)
        self._lines.setdefault(code, line)
        return code

    def _ubigeo(self, line: int, value: str) -> str:
        ubigeo = value.zfill(_UBIGEO_DIGITS) if value.isdigit() else value
        if ubigeo not in self._places:
            hint = "Use el código de 6 cifras del INEI (los hay en screening_rules/places.csv)."
            self.problem(line, "ubigeo", f"«{value}» no es el ubigeo de ningún distrito.", hint)
        return ubigeo

    def _offered(self, line: int, value: str) -> tuple[str, ...]:
        words = [word.strip() for word in re.split(r"[|;,/]", value) if word.strip()]
        if not words:
            hint = f"Escriba uno o varios, separados con «|»: {self._service_words}."
            self.problem(line, "servicios", "Falta decir qué ofrece.", hint)
        for word in words:
            if fold(word) not in self._services:
                hint = f"Use: {self._service_words}. Varios se separan con «|»."
                self.problem(line, "servicios", f"No se conoce el servicio «{word}».", hint)
        return tuple(dict.fromkeys(self._services[fold(word)] for word in words if fold(word) in self._services))

    def _degrees(self, line: int, column: str, value: str) -> float | None:
        if not value:
            return None
        low, high = _WITHIN[column]
        try:
            degrees = float(value.replace(",", "."))
        except ValueError:
            self.problem(line, column, f"«{value}» no es un número.", "Escriba grados con decimales, como -12.0464.")
            return None
        if not low <= degrees <= high:
            hint = "Revise si latitud y longitud están cambiadas o falta el signo menos."
            self.problem(line, column, f"«{value}» no está en el Perú.", hint)
        return degrees

    def _reviewed(self, line: int, value: str) -> date:
        for form in _DATES:
            try:
                found = datetime.strptime(value, form).date()  # noqa: DTZ007  a day has no hour and no zone
            except ValueError:
                continue
            if found > self._today:
                self.problem(
                    line, "revisado", f"«{value}» es una fecha que aún no llega.", "Escriba cuándo se comprobó."
                )
            return found
        hint = "Escriba el día en que se comprobó la ficha, como 2026-11-22 o 22/11/2026."
        self.problem(line, "revisado", f"«{value}» no es una fecha.", hint)
        return self._today

    def _active(self, line: int, value: str) -> bool:
        word = fold(value)
        if word and word not in (*_YES, *_NO):
            self.problem(line, "activo", f"«{value}» no se entiende.", "Escriba sí o no; vacío quiere decir sí.")
        return word not in _NO
