"""The directory of health centres: brought in whole or not at all, and the nearest comes first."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup import audit, health_centres
from followup.centre_file import HEADER, Centre, read_centres
from followup.centre_problems import CentreProblem
from followup.database import Database
from followup.referral_rules import referral_rules
from screening.read.places import read_places

SAMPLE = Path(__file__).parent / "centros_ejemplo.csv"
RULES = referral_rules()
PLACES = {
    place.ubigeo
    for place in read_places(
        (Path(__file__).parents[2] / "screening_rules" / "places.csv").read_text(encoding="utf-8"), "places.csv", []
    )
}
TODAY = date(2026, 11, 23)
COMAS, LOS_OLIVOS, HUANTA, CALLAO = "150110", "150117", "050401", "070101"
GOOD = {
    "codigo": "123",
    "nombre": "EJEMPLO",
    "ubigeo": COMAS,
    "servicios": "salud mental",
    "fuente": "inventado",
    "revisado": "2026-11-01",
}


def table(*rows: dict[str, str], delimiter: str = ",") -> bytes:
    """A file with these rows, each a good one but for what it says."""
    lines = [delimiter.join(GOOD)]
    lines += [delimiter.join({**GOOD, "codigo": str(number), **row}.values()) for number, row in enumerate(rows, 1)]
    return "\n".join(lines).encode()


def read(content: bytes) -> tuple[list[Centre], list[CentreProblem]]:
    """The file as it is read today."""
    return read_centres(content, PLACES, RULES.services, TODAY)


@pytest.fixture
def directory(database: Database, now: datetime) -> Database:
    """The database with the made-up centres of the sample file."""
    centres, problems = read(SAMPLE.read_bytes())
    assert problems == []
    with database.begin() as conn:
        health_centres.import_centres(conn, centres, now, by=None)
    return database


def near(database: Database, ubigeo: str | None, kind: str = "csmc") -> list[str]:
    """Last digits of the codes of the nearest centres, in order."""
    with database.read() as conn:
        return [one.entry.code[-1] for one in health_centres.nearest(conn, ubigeo, RULES.kinds[kind], TODAY)]


def test_the_sample_file_has_the_documented_header() -> None:
    """What staff copy from is what the program reads."""
    assert tuple(next(csv.reader(SAMPLE.read_text(encoding="utf-8").splitlines()))) == HEADER


def test_same_district_then_province_then_department(directory: Database) -> None:
    """A centre that nobody checked for a year comes last in its district; a closed one never."""
    assert near(directory, COMAS) == ["1", "2", "5", "4"]
    assert near(directory, "150801") == ["4", "1", "2", "5"], "the province before the department"


def test_a_centre_of_another_department_is_near_only_by_its_distance(directory: Database) -> None:
    """Callao borders on Lima: with coordinates a short way counts, without them the department decides."""
    assert near(directory, CALLAO) == []
    centre = {**GOOD, "codigo": "9", "ubigeo": CALLAO, "servicios": "violencia"}
    row = {**centre, "latitud": "-12.0", "longitud": "-77.06"}
    content = "\n".join([",".join(row), ",".join(row.values())]).encode()
    with directory.begin() as conn:
        health_centres.import_centres(conn, read(content)[0], datetime.now().astimezone(), by=None)
    assert near(directory, CALLAO)[:2] == ["1", "2"], "six kilometres from the only known point of the district"
    assert "4" not in near(directory, CALLAO)


def test_the_nearest_to_a_point_is_named_with_its_distance_or_not_at_all(directory: Database) -> None:
    """A location that somebody sends: the nearest checked mental-health centre, and none that is far away."""
    with directory.read() as conn:
        found = health_centres.nearest_to(conn, (-11.95, -77.06), TODAY)
        far = health_centres.nearest_to(conn, (-3.75, -73.25), TODAY)
        late = health_centres.nearest_to(conn, (-11.95, -77.06), date(2036, 1, 1))
    assert found is not None
    entry, kilometres = found
    assert entry.code == "99000001"
    assert 0 < kilometres < RULES.near_km
    assert entry.named(1000).startswith(entry.name)
    assert entry.named(len(entry.name)) == entry.name
    assert far is None
    assert late is None, "nobody has checked that entry for years"


def test_the_kind_of_referral_decides_what_is_offered(directory: Database) -> None:
    """An emergency goes where there is one, however far."""
    assert near(directory, COMAS, "emergency") == ["3"]
    assert near(directory, HUANTA) == ["7"]
    assert near(directory, HUANTA, "emergency") == []


def test_without_a_district_all_are_offered_by_name(directory: Database) -> None:
    """Not everybody said where they live."""
    assert near(directory, None) == ["4", "7", "1", "2", "5"]


def test_an_old_entry_is_shown_as_such(directory: Database) -> None:
    """Nobody is sent to a door that closed two years ago without a warning."""
    with directory.read() as conn:
        found = {entry.code[-1]: entry.to_review for entry in health_centres.entries(conn, TODAY)}
        assert health_centres.count_to_review(conn, TODAY) == 1
    assert {code for code, late in found.items() if late} == {"5"}


def test_a_second_import_updates_by_code_and_keeps_the_rest(directory: Database, now: datetime) -> None:
    """New, changed and equal rows are told apart; centres that the file does not name stay."""
    rows = table({"codigo": "99000001", "nombre": "Otro nombre"}, {"codigo": "77"})
    centres, problems = read(rows)
    assert problems == []
    with directory.begin() as conn:
        first = health_centres.import_centres(conn, centres, now, by=None)
        again = health_centres.import_centres(conn, centres, now, by=None)
    assert (first.new, first.changed, first.same) == (1, 1, 0)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    with directory.read() as conn:
        assert health_centres.count(conn) == 8
        changed = health_centres.centre(conn, "99000001", TODAY)
    assert changed is not None
    assert changed.name == "Otro nombre"


def test_a_dry_run_says_what_would_change_and_changes_nothing(database: Database, now: datetime) -> None:
    """Looking is free."""
    with database.begin() as conn:
        report = health_centres.import_centres(conn, read(SAMPLE.read_bytes())[0], now, by=None, dry_run=True)
        assert health_centres.count(conn) == 0
    assert report.new == 7


def test_an_import_is_recorded_with_counts(directory: Database, rows: Any) -> None:
    """Who changed where people are sent can be found again."""
    (found,) = rows("audit_event", subtype="centres.imported")
    assert found["action"] == audit.UPDATE
    assert found["detail"] == {"new": 7, "changed": 0, "same": 0}


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"codigo": "a b"}, "codigo", "no es un código"),
        ({"codigo": ""}, "codigo", "no es un código"),
        ({"nombre": ""}, "nombre", "vacío"),
        ({"nombre": "x" * 201}, "nombre", "demasiado largo (201"),
        ({"ubigeo": "999999"}, "ubigeo", "no es el ubigeo"),
        ({"servicios": ""}, "servicios", "Falta decir"),
        ({"servicios": "salud mental|brujería"}, "servicios", "«brujería»"),
        ({"fuente": ""}, "fuente", "vacío"),
        ({"revisado": "ayer"}, "revisado", "no es una fecha"),
        ({"revisado": "2026-11-24"}, "revisado", "aún no llega"),
    ],
)
def test_a_mistake_is_told_with_line_reason_and_what_to_do(change: dict[str, str], column: str, words: str) -> None:
    """The good line before it and the one after do not hide it."""
    _, problems = read(table({}, change, {}))
    assert [(problem.line, problem.column) for problem in problems] == [(3, column)]
    assert words in problems[0].message
    assert problems[0].hint


def test_all_mistakes_are_told_at_once() -> None:
    """Staff mend the file in one go."""
    _, problems = read(table({"ubigeo": "1", "revisado": "?"}, {"codigo": "1"}))
    assert [(problem.line, problem.column) for problem in problems] == [(2, "ubigeo"), (2, "revisado"), (3, "codigo")]
    assert "línea 2" in problems[2].hint


def test_coordinates_are_two_and_in_the_country() -> None:
    """Latitude and longitude written the wrong way round are noticed."""
    header = ",".join((*GOOD, "latitud", "longitud"))

    def row(latitude: str, longitude: str) -> bytes:
        return f"{header}\n{','.join((*GOOD.values(), latitude, longitude))}".encode()

    assert "cambiadas" in read(row("-77.05", "-11.95"))[1][0].hint
    assert "Falta una" in read(row("-11.95", ""))[1][0].message
    assert read(row("-11.95", "-77.05"))[1] == []


@pytest.mark.parametrize("missing", ["codigo", "servicios", "revisado"])
def test_a_missing_column_is_named_with_the_whole_header(missing: str) -> None:
    """Nothing else is said then: every line would be wrong."""
    content = table({}).replace(missing.encode(), b"xx", 1)
    _, problems = read(content)
    assert {problem.column for problem in problems} == {missing, "xx"}
    assert ",".join(HEADER) in problems[0].hint


def test_a_line_with_too_many_cells_is_told() -> None:
    """A comma inside an address without quotes."""
    _, problems = read(table({"nombre": "Calle 1, puerta 2"}))
    assert [problem.line for problem in problems] == [2]
    assert "comillas" in problems[0].hint


def test_what_spreadsheets_do_is_understood() -> None:
    """Semicolons, old Windows letters, a mark at the beginning, lost zeros, another way to write the day."""
    row = {"codigo": "6217", "nombre": "Posta Ñahui", "ubigeo": "50401", "revisado": "01/11/2026"}
    for content in (
        table(row, delimiter=";").decode().encode("cp1252"),
        b"\xef\xbb\xbf" + table(row, delimiter="\t"),
        table(row).replace(b"\n", b"\r\n") + b"\r\n,,,,,\r\n",
    ):
        centres, problems = read(content)
        assert problems == []
        (centre,) = centres
        assert (centre.code, centre.ubigeo, centre.reviewed_on) == ("00006217", HUANTA, date(2026, 11, 1))
        assert centre.name == "Posta Ñahui"


def test_an_empty_file_is_said_to_be_empty() -> None:
    """Neither success nor a crash."""
    assert "Falta esta columna" in read(b"")[1][0].message
    assert "ningún establecimiento" in read(table())[1][0].message


@given(st.binary(max_size=300))
def test_no_file_whatever_breaks_the_reader(content: bytes) -> None:
    """Whatever is uploaded is answered with problems, never with a failure."""
    centres, problems = read(content)
    assert not centres or not problems
    assert problems


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=120))
def test_no_cells_whatever_break_the_reader(cells: str) -> None:
    """Beneath a right header as well."""
    centres, problems = read((",".join(GOOD) + "\n" + cells).encode())
    assert centres or problems
