"""The reports' page and the files to take away: who sees what, and what those outside the team do not."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from console.charts import Datum, columns, rows, steps
from console.permissions import Permission, allows
from console.report_period import Period, asked_period, preset
from console.report_words import number_words, report_words, share_words
from followup.models import audit_event
from followup.reports import MEASURES
from followup.reports.breakdown import DIMENSIONS
from tests.console.people import csrf_of
from tests.followup.cohort import Programme, fill

NAMES = ("Rosa", "Quispe", "987654321")


@pytest.fixture
def programme(database: Any, clock: Any) -> None:
    """A small programme that began three months ago."""
    some = Programme(screened=60, positive=45, pfa=36, referred=6, callback=20, quechua=7, aid_again=15)
    fill(database, some, clock() - timedelta(days=95), days=20)


@pytest.fixture
def supervisor(add_staff: Any, sign_in: Any) -> Any:
    """Luz, who may see names."""
    add_staff("luz", "supervisor")
    return sign_in("luz")


@pytest.fixture
def donor(add_staff: Any, sign_in: Any) -> Any:
    """Somebody who sees reports and nothing else."""
    add_staff("dona", "reports", view_pii=False)
    return sign_in("dona")


def text_of(page: str) -> str:
    """The words of a page, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_says_of_each_figure_what_it_counts_of_whom_and_who_is_left_out(
    supervisor: Any, programme: None
) -> None:
    """With charts that are described, and a table of each."""
    page = supervisor.get("/reportes?periodo=all").text
    words = text_of(page)
    for measure in report_words()["measure"].values():
        assert measure["counts"] in words
        assert measure["excluded"] in words
    assert "De quienes respondieron, con malestar 75.0 % 45 60 78 %" in words.replace("\u00a0", " ")
    assert "Solo primeros auxilios 15 9 5" in words
    charts = re.findall(r'<svg class="chart.*?</svg>', page, re.S)
    assert len(charts) == 3
    for chart in charts:
        ids = re.search(r'role="img" aria-labelledby="(\S+) (\S+)"', chart)
        assert ids
        assert f'<title id="{ids[1]}">' in chart
        assert f'<desc id="{ids[2]}">' in chart


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_the_funnel_is_shown_by_each_dimension(supervisor: Any, programme: None, dimension: str) -> None:
    """In words, with the sum of all below."""
    words = text_of(supervisor.get(f"/reportes?periodo=all&por={dimension}").text)
    assert f"Por {report_words()['dimension'][dimension]}" in words
    assert re.search(r"Todas 60 45 36 6 20 0 15", words)


def test_those_outside_the_team_see_no_small_number(donor: Any, programme: None) -> None:
    """Seven Quechua speakers, six referrals: hidden, and so is what would give them away."""
    words = text_of(donor.get("/reportes?periodo=all&vista=").text)
    hidden = report_words()["hidden"]
    assert f"Castellano {hidden} {hidden} 36 {hidden}" in words
    assert f"Quechua {hidden} {hidden} 0 {hidden}" in words
    assert "Esta parte es solo para el equipo" in words
    assert not re.search(r"Quechua 7\b", words)


def test_those_outside_the_team_see_whole_months(donor: Any, supervisor: Any, programme: None) -> None:
    """Two periods that differ by a day would tell of one person."""
    query = "/reportes?desde=2026-09-03&hasta=2026-10-08"
    assert "Desde el 1 set 2026 hasta el 31 oct 2026" in text_of(donor.get(query).text)
    assert "Desde el 3 set 2026 hasta el 8 oct 2026" in text_of(supervisor.get(query).text)
    assert "Desde el 1 set 2026 hasta el 31 oct 2026" in text_of(supervisor.get(f"{query}&vista=fuera").text)


def test_who_sees_reports_only_sees_reports_only(donor: Any, people: Any) -> None:
    """No list, no person, no files; the home page leads to the reports."""
    patient, _ = people.rosa()
    for address in ("/lista", f"/personas/{patient}", "/exportes", "/mensajes"):
        assert donor.get(address).status_code == 404
    assert 'href="/reportes"' in donor.get("/inicio").text
    assert "Solo reportes" in donor.get("/inicio").text


def test_a_counselor_sees_neither_reports_nor_files(add_staff: Any, sign_in: Any) -> None:
    """404, as everywhere."""
    add_staff("ana")
    ana = sign_in("ana")
    assert {ana.get(address).status_code for address in ("/reportes", "/exportes")} == {404}
    assert not allows(Permission.EXPORT, "reports", view_pii=True)


def test_an_empty_programme_has_a_report(supervisor: Any) -> None:
    """Zeros, and no division by them."""
    page = supervisor.get("/reportes")
    assert page.status_code == 200
    assert "Nadie empezó un cuestionario" in page.text


def take(browser: Any, **fields: str) -> Any:
    """Ask for a file."""
    return browser.post("/exportes", data={"csrf": csrf_of(browser.get("/exportes").text), **fields})


def audits(database: Any) -> list[dict[str, Any]]:
    """Details of the exports in the audit."""
    with database.read() as conn:
        wanted = select(audit_event.c.detail).where(audit_event.c.subtype == "data.exported")
        return list(conn.execute(wanted.order_by(audit_event.c.id)).scalars())


def test_no_file_leaves_without_the_confirmation(supervisor: Any, people: Any, database: Any) -> None:
    """And nothing is in the audit, as nothing left."""
    people.rosa()
    answer = take(supervisor, formato="csv")
    assert (answer.status_code, "Falta marcar" in answer.text) == (400, True)
    assert take(supervisor, formato="pdf", confidencial="1").status_code == 400
    assert audits(database) == []


def test_csv_files_come_in_an_archive_without_names(supervisor: Any, people: Any, database: Any) -> None:
    """One for each table, with the dictionary."""
    people.rosa()
    answer = take(supervisor, formato="csv", confidencial="1")
    assert answer.headers["content-disposition"] == 'attachment; filename="uyariq-csv.zip"'
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert "screenings.csv" in archive.namelist()
    everything = "".join(archive.read(name).decode() for name in archive.namelist())
    assert not [name for name in NAMES if name in everything]
    (detail,) = audits(database)
    assert (detail["format"], detail["identity"], detail["rows"]["tasks"]) == ("csv", False, 1)


def test_names_leave_only_with_the_right_and_the_tick(
    supervisor: Any, add_staff: Any, sign_in: Any, people: Any, database: Any
) -> None:
    """A supervisor without the right is refused; with it, the audit says that names went along."""
    people.rosa()
    add_staff("ciego", "supervisor", view_pii=False)
    without = sign_in("ciego")
    assert 'name="identidad"' not in without.get("/exportes").text
    assert take(without, formato="xlsx", confidencial="1", identidad="1").status_code == 400
    answer = take(supervisor, formato="xlsx", confidencial="1", identidad="1")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    head, row = list(book["people"].iter_rows(values_only=True))
    assert dict(zip(head, row, strict=True))["name"] == "Rosa Quispe"
    assert [detail["identity"] for detail in audits(database)] == [True]


def test_fhir_comes_as_bundles(supervisor: Any, people: Any) -> None:
    """The questionnaires and the people."""
    people.rosa()
    archive = zipfile.ZipFile(io.BytesIO(take(supervisor, formato="fhir", confidencial="1").content))
    assert sorted(archive.namelist()) == ["bundle-0001.json", "bundle-questionnaires.json"]


def test_missing_codes_of_dhis2_are_said_on_the_page(supervisor: Any) -> None:
    """Counts need no confirmation, but codes."""
    answer = take(supervisor, formato="dhis2")
    assert answer.status_code == 409
    assert "data_elements.screened" in answer.text


def test_nothing_of_a_download_stays_on_the_server(
    supervisor: Any, people: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the file nor the folder in which it was made."""
    import tempfile

    people.rosa()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    assert take(supervisor, formato="csv", confidencial="1").status_code == 200
    assert list((tmp_path / "tmp").iterdir()) == []


def test_periods_are_what_their_names_say(clock: Any) -> None:
    """In the days of Lima."""
    today = clock().date()
    assert [str(preset(name, today).first) for name in ("month", "last_month", "quarter", "year")] == [
        "2026-11-01", "2026-10-01", "2026-09-01", "2026-01-01",
    ]  # fmt: skip
    assert str(preset("last_month", today).last) == "2026-10-31"
    assert asked_period({"desde": "2026-11-20", "hasta": "2026-11-02"}, today).first.day == 2
    assert asked_period({"desde": "mañana"}, today) == preset("month", today)
    assert asked_period({"periodo": "all"}, today) == Period(None, None)


def test_numbers_are_written_as_staff_read_them() -> None:
    """Hidden ones say so; of nobody there is no percentage."""
    assert [number_words(number) for number in (1935, 9.5, 0, None)] == ["1,935", "9.5", "0", "oculto"]
    assert share_words(1, 3, coarse=False) == "33.3\u00a0%"
    assert share_words(1, 3, coarse=True) == "33\u00a0%"
    assert (share_words(0, 0, coarse=False), share_words(None, 5, coarse=True)) == ("—", "oculto")


def test_every_measure_and_dimension_has_words() -> None:
    """A code on the page would mean nothing to a donor."""
    words = report_words()
    assert set(words["measure"]) == set(MEASURES)
    assert set(words["dimension"]) == set(DIMENSIONS)


def test_charts_draw_in_proportion_and_hide_what_is_hidden() -> None:
    """A hidden number has no bar whose length could be measured."""
    drawn = rows("a", "t", "d", [Datum("x", 40, "40"), Datum("y", 10, "10"), Datum("z", None, "oculto")])
    assert [shape.width for shape in drawn.shapes] == [360, 90, 0]
    assert drawn.shapes[2].hidden
    made = columns("b", "t", "d", [Datum("9 h", 10, "10", 5), Datum("10 h", 20, "20", 0)])
    assert made.shapes[0].height * 2 == made.shapes[1].height
    assert made.shapes[0].part * 2 == made.shapes[0].height
    assert steps("c", "t", "d", [("x", 9, 5, "9 → 5")]).shapes[0].x > 12
    assert columns("d", "t", "d", []).shapes == ()
