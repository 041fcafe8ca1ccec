"""The directory in the console: looked up by everybody who works cases, brought in by administrators only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from followup import health_centres
from tests.console.people import csrf_of

SAMPLE = Path(__file__).parents[1] / "followup" / "centros_ejemplo.csv"


@pytest.fixture
def boss(add_staff: Any, sign_in: Any) -> Any:
    """The browser of an administrator."""
    add_staff("boss", "admin", view_pii=False)
    return sign_in("boss")


def upload(browser: Any, content: bytes, what: str = "importar", **form: str) -> Any:
    """The form of the import page with a file."""
    token = csrf_of(browser.get("/centros/importar").text)
    fields = {"csrf": token, "hacer": what, **form}
    return browser.post("/centros/importar", data=fields, files={"archivo": ("c.csv", content, "text/csv")})


def count(database: Any) -> int:
    """How many centres there are."""
    with database.read() as conn:
        return health_centres.count(conn)


def test_a_table_is_looked_at_and_then_brought_in(boss: Any, database: Any) -> None:
    """First what would change, then the change."""
    looked = upload(boss, SAMPLE.read_bytes(), "revisar")
    assert "Todavía no se guardó nada" in looked.text
    assert "7 nuevos" in looked.text
    assert count(database) == 0
    assert "Directorio al día" in upload(boss, SAMPLE.read_bytes()).text
    assert count(database) == 7
    assert "7 iguales" in upload(boss, SAMPLE.read_bytes()).text


def test_a_single_mistake_keeps_the_whole_table_out(boss: Any, database: Any) -> None:
    """Line, column, why and what to do; nothing half-imported."""
    broken = SAMPLE.read_text(encoding="utf-8").replace("150806", "999999")
    answer = upload(boss, broken.encode())
    assert answer.status_code == 400
    for expected in ("No se importó nada", "<td>5</td>", "ubigeo", "no es el ubigeo de ningún distrito"):
        assert expected in answer.text
    assert count(database) == 0


def test_what_is_in_a_file_is_shown_as_text(boss: Any) -> None:
    """A cell is never markup."""
    answer = upload(boss, SAMPLE.read_text(encoding="utf-8").replace("150806", "<b>x</b>").encode())
    assert "<b>x</b>" not in answer.text
    assert "&lt;b&gt;x&lt;/b&gt;" in answer.text


def test_no_file_is_said(boss: Any) -> None:
    """An empty form."""
    assert "Elija un archivo" in upload(boss, b"").text


def test_a_file_that_is_too_large_is_refused(boss: Any, database: Any) -> None:
    """Reading stops; nothing is kept."""
    assert upload(boss, b"x" * (4 * 1024 * 1024 + 1)).status_code == 403
    assert count(database) == 0


def test_an_upload_without_its_token_or_from_elsewhere_is_refused(boss: Any, database: Any) -> None:
    """Like any other form."""
    files = {"archivo": ("c.csv", SAMPLE.read_bytes(), "text/csv")}
    assert boss.post("/centros/importar", data={"hacer": "importar"}, files=files).status_code == 403
    token = csrf_of(boss.get("/centros/importar").text)
    form = {"csrf": token, "hacer": "importar"}
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert boss.post("/centros/importar", data=form, files=files, headers=foreign).status_code == 403
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert boss.post("/centros/importar", content=b"--y\r\nnonsense", headers=broken).status_code == 403
    assert count(database) == 0


@pytest.mark.parametrize("role", ["counselor", "supervisor"])
def test_others_look_and_do_not_import(boss: Any, add_staff: Any, sign_in: Any, role: str) -> None:
    """The directory is theirs to read."""
    upload(boss, SAMPLE.read_bytes())
    add_staff("somebody", role)
    browser = sign_in("somebody")
    page = browser.get("/centros").text
    assert "EJEMPLO Posta B" in page
    assert "/centros/importar" not in page
    assert browser.get("/centros/importar").status_code == 404


def test_centres_are_found_by_district_name_and_code(boss: Any) -> None:
    """Those past their review are shown as such, closed ones as closed."""
    upload(boss, SAMPLE.read_bytes())
    assert "Por revisar: se comprobó el 15/01/2024" in boss.get("/centros").text
    comas = boss.get("/centros?buscar=comas").text
    assert "Centro F cerrado" in comas
    assert "Hospital C" not in comas
    assert "Hospital C" in boss.get("/centros?buscar=hospital").text
    assert "Centro G" in boss.get("/centros?buscar=99000007").text
    assert "Nada con esas palabras" in boss.get("/centros?buscar=%25").text
