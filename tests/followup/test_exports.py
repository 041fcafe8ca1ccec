"""Files that leave the database: what is in them, what never is, and how spreadsheets and other systems read them."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fhir.resources.R4B import get_fhir_model_class

from followup import first_aid_sessions, referrals, retention, tasks
from followup.database import Database
from followup.exports import spreadsheets
from followup.exports.dictionary import dictionary
from followup.exports.rows import Wanted, rows_of
from followup.exports.spreadsheets import disarmed, write_csv, write_workbook
from followup.fhir.bundles import write_fhir
from followup.tasks import CallResult
from screening import events as said
from screening.definitions import Library
from screening.reader import read_folder
from tests.followup.people import Talk

RULES = Path(__file__).parents[2] / "screening_rules"
PHONE = "+51987654321"
FORMULA = '=HYPERLINK("http://example.org","Rosa")'
ALL = Wanted()
TABLES = (
    "people", "screenings", "answers", "first_aid", "phone_sessions", "tasks", "calls", "referrals", "sent_referrals",
)  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    """The rules of the repository."""
    return read_folder(RULES)[0]


@pytest.fixture
def story(rosa: Talk, ana: str) -> str:
    """Rosa answers, is in danger, is given first aid, gives a phone and a name that is a formula, and is called."""
    now, response = rosa.now, "a1b2-srq_minsa-1"
    rosa.consents()
    patient_id = rosa.says(
        said.ProfileAnswered(at=now, field="age", value=34),
        said.ProfileAnswered(at=now, field="sex", value="female"),
        said.ProfileAnswered(at=now, field="district", value="050401"),
        said.LanguageChosen(at=now, language="qu", variety="quy"),
        said.QuestionnaireStarted(
            at=now,
            response_id=response,
            instrument="srq_minsa",
            version="2026112201",
            sha256="0" * 64,
            language="qu",
            state="draft",
        ),
    )
    rosa.answers("srq_1")
    rosa.says(said.ItemSkipped(at=now, response_id=response, link_id="srq_2", why="skipped"))
    rosa.finishes(12, True)
    rosa.says(
        said.FirstAidStarted(at=now, script="respiracion", version="1"),
        said.FirstAidCompleted(at=now, script="respiracion", helped="yes"),
        said.RiskIdentified(at=now, code="suicide", level="high", rule="TR-1", source="item:srq_17"),
        said.ReferralAdvised(at=now, kind="csmc", priority="urgent", reasons=("suicide_item",)),
        said.IdentityGiven(at=now, kind="name", value=FORMULA),
        said.IdentityGiven(at=now, kind="phone", value=PHONE),
        said.ConsentGiven(at=now, kind="callback", version="1"),
        said.RescreenScheduled(at=now, due_at=now + timedelta(days=90)),
    )
    rosa.needs("crisis", "asap", 1, ("suicide_item",))
    with rosa.database.begin() as conn:
        task_id = next(iter(rows_of(conn, "tasks", Wanted())))["id"]
        tasks.record_call(conn, task_id, ana, CallResult("no_answer", note="Contestó su hermana Juana"), now)
        session = first_aid_sessions.NewSession(30, ("listening",), helped="some", note="Su hermana Juana la acompaña")
        first_aid_sessions.record(conn, patient_id, ana, session, now)
        sent = referrals.NewReferral("psychiatry", "agreed", place="Hospital de Juana", note="Va con Juana")
        referrals.send(conn, patient_id, sent, ana, now)
    return patient_id


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows as a spreadsheet reads them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def export_csv(database: Database, folder: Path, wanted: Wanted = ALL) -> dict[str, int]:
    """The CSV files in the folder."""
    with database.read() as conn:
        return write_csv(conn, folder, wanted)


def test_each_screening_task_and_call_is_one_row(database: Database, story: str, tmp_path: Path) -> None:
    """With the same pseudonym for the person in every table, which is not the id that the console uses."""
    written = export_csv(database, tmp_path)
    assert written == dict.fromkeys(TABLES, 1) | {"answers": 2, "first_aid": 2, "tasks": 2, "referrals": 2}
    people = {row["person"] for name in TABLES for row in read_csv(tmp_path / f"{name}.csv")}
    assert len(people) == 1
    assert story not in people
    (screening,) = read_csv(tmp_path / "screenings.csv")
    assert (screening["score_common"], screening["positive_common"], screening["status"]) == (
        "12.0",
        "true",
        "completed",
    )
    assert screening["started_at"] == "2026-11-23T10:00:00-05:00"
    answered, skipped = read_csv(tmp_path / "answers.csv")
    assert (answered["code"], answered["value"], skipped["absent_reason"]) == ("yes", "1.0", "asked-declined")
    (call,) = read_csv(tmp_path / "calls.csv")
    assert call["contact_result"] == "no_answer"
    assert call["task"] in {row["task"] for row in read_csv(tmp_path / "tasks.csv")}
    (sent,) = read_csv(tmp_path / "sent_referrals.csv")
    needs = {row["referral"]: row["kind"] for row in read_csv(tmp_path / "referrals.csv")}
    assert (needs[sent["referral"]], sent["status"]) == ("psychiatry", "requested")


def test_nothing_that_tells_who_somebody_is_leaves_without_being_asked_for(
    database: Database, story: str, library: Library, tmp_path: Path
) -> None:
    """No name, phone, note, conversation or internal id, in any format."""
    export_csv(database, tmp_path)
    with database.read() as conn:
        write_workbook(conn, tmp_path, Wanted())
        write_fhir(conn, tmp_path, Wanted(), library)
    book = openpyxl.load_workbook(tmp_path / "uyariq.xlsx")
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    text = "\n".join([*cells, *(path.read_text(encoding="utf-8") for path in tmp_path.glob("*.[cj]s*"))])
    for secret in (FORMULA, "Rosa", "987654321", "Juana", "conversation-rosa", story):
        assert secret not in text
    assert {"name", "phone"} & set(read_csv(tmp_path / "people.csv")[0]) == set()


def test_with_the_right_names_and_phones_are_columns_of_people_only(
    database: Database, story: str, tmp_path: Path
) -> None:
    """And a name that is a formula is a text."""
    export_csv(database, tmp_path, Wanted(identity=True))
    (person,) = read_csv(tmp_path / "people.csv")
    assert (person["name"], person["phone"]) == (f"'{FORMULA}", f"'{PHONE}")
    others = [path for path in tmp_path.glob("*.csv") if path.stem not in ("people", "diccionario")]
    assert all("987654321" not in path.read_text(encoding="utf-8") for path in others)


def test_a_workbook_holds_types_and_no_formula(database: Database, story: str, tmp_path: Path) -> None:
    """Numbers are numbers, moments are moments, and what looks like a formula is a text."""
    with database.read() as conn:
        written = write_workbook(conn, tmp_path, Wanted(identity=True))
    book = openpyxl.load_workbook(tmp_path / "uyariq.xlsx")
    assert book.sheetnames == ["diccionario", *TABLES]
    assert written["answers"] == 2
    rows = {name: [dict(zip(cells[0], row, strict=True)) for row in cells[1:]] for name, cells in _sheets(book)}
    assert rows["people"][0]["name"] == FORMULA
    assert rows["people"][0]["age"] == 34
    assert rows["screenings"][0]["started_at"] == datetime.fromisoformat("2026-11-23T10:00:00")
    assert rows["screenings"][0]["positive_common"] is True
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    described = {(row["tabla"], row["columna"]) for row in rows["diccionario"]}
    assert described == {(name, column) for name in TABLES for column in rows[name][0]}


def _sheets(book: Any) -> list[tuple[str, list[tuple[Any, ...]]]]:
    return [(sheet.title, list(sheet.iter_rows(values_only=True))) for sheet in book]


@pytest.mark.parametrize("text", ["=1+1", "+51", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"])
def test_whatever_a_spreadsheet_would_run_is_disarmed(text: str) -> None:
    """Also behind blanks; numbers and ordinary words stay as they are."""
    assert disarmed(text) == f"'{text}"
    assert [disarmed(value) for value in ("Ana", "", 5, -5, None)] == ["Ana", "", 5, -5, None]


def test_somebody_who_was_erased_is_in_no_file(
    database: Database, story: str, library: Library, tmp_path: Path, now: datetime
) -> None:
    """Neither as a row nor as a resource."""
    with database.begin() as conn:
        retention.erase(conn, story, now)
    assert export_csv(database, tmp_path, Wanted(identity=True)) == dict.fromkeys(TABLES, 0)
    with database.read() as conn:
        written = write_fhir(conn, tmp_path, Wanted(identity=True), library)
    assert set(written) == {"Questionnaire"}


def test_only_what_happened_in_the_period_is_in_the_file(
    database: Database, story: str, tmp_path: Path, now: datetime
) -> None:
    """The first moment belongs to it, the last does not."""
    assert export_csv(database, tmp_path, Wanted(start=now, end=now + timedelta(hours=1)))["screenings"] == 1
    assert export_csv(database, tmp_path, Wanted(end=now)) == dict.fromkeys(TABLES, 0)


def test_every_column_of_the_dictionary_is_a_column_of_the_rows(database: Database, story: str) -> None:
    """None is promised that stays empty because it is spelled otherwise."""
    with database.read() as conn:
        for table in dictionary():
            words = table.for_scores(["common"], identity=True)
            (row, *_) = list(rows_of(conn, table.name, Wanted(identity=True)))
            missing = {column.name for column in words.columns} - set(row) - {"guardian_name", "guardian_phone"}
            assert missing == set(), table.name


def test_fhir_resources_are_valid_and_refer_to_each_other(
    database: Database, story: str, library: Library, tmp_path: Path
) -> None:
    """Each kind that the programme exchanges is there; every resource is accepted by the R4 model."""
    with database.read() as conn:
        written = write_fhir(conn, tmp_path, Wanted(identity=True), library)
    bundles = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(tmp_path.glob("*.json"))]
    for bundle in bundles:
        get_fhir_model_class("Bundle").parse_obj(bundle)
    entries = [entry for bundle in bundles for entry in bundle["entry"]]
    kinds = {entry["resource"]["resourceType"] for entry in entries}
    assert kinds == {
        "Questionnaire", "Patient", "QuestionnaireResponse", "Observation", "Flag", "ServiceRequest", "Task",
        "Encounter", "Communication", "Consent",
    }  # fmt: skip
    assert sum(written.values()) == len(entries)
    known = {entry["fullUrl"] for entry in entries}
    assert len(known) == len(entries)
    assert set(_references([entry["resource"] for entry in entries])) <= known


def test_fhir_says_what_the_database_says(database: Database, story: str, library: Library, tmp_path: Path) -> None:
    """Score, cut-off, absent answers and the questionnaire's version."""
    with database.read() as conn:
        write_fhir(conn, tmp_path, Wanted(), library)
    bundle = json.loads((tmp_path / "bundle-0001.json").read_text(encoding="utf-8"))
    by_type = {entry["resource"]["resourceType"]: entry["resource"] for entry in reversed(bundle["entry"])}
    score, response = by_type["Observation"], by_type["QuestionnaireResponse"]
    assert (score["valueQuantity"]["value"], score["interpretation"][0]["coding"][0]["code"]) == (12, "POS")
    assert score["referenceRange"][0]["low"]["value"] == 9
    assert response["questionnaire"] == "urn:uyariq:questionnaire:srq-minsa|2026112201"
    assert [item["linkId"] for item in response["item"]] == ["srq_1", "srq_2"]
    assert response["item"][1]["extension"][0]["valueCode"] == "asked-declined"
    assert by_type["Patient"]["gender"] == "female"
    assert "name" not in by_type["Patient"]


def _references(found: Any) -> list[str]:
    if isinstance(found, dict):
        own = [found["reference"]] if isinstance(found.get("reference"), str) else []
        return own + [one for value in found.values() for one in _references(value)]
    return [one for value in found for one in _references(value)] if isinstance(found, list) else []


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(
    database: Database, story: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row is lost at the border."""
    monkeypatch.setattr(spreadsheets, "ROWS_OF_A_SHEET", 1)
    with database.read() as conn:
        write_workbook(conn, tmp_path, Wanted())
    book = openpyxl.load_workbook(tmp_path / "uyariq.xlsx")
    assert [book[name].max_row for name in ("answers", "answers 2")] == [2, 2]
    assert [cell.value for cell in book["answers"][1]] == [cell.value for cell in book["answers 2"][1]]
