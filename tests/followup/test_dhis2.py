"""What goes to a DHIS2: only with codes that somebody gave, whole months, no small numbers."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from followup.database import Database, open_database
from followup.errors import RulesError
from followup.exports.dhis2 import ADX, months_over, write_dhis2
from followup.exports.dhis2_rules import CodesMissing, dhis2_rules
from followup.reports import MEASURES
from tests.conftest import KEY
from tests.followup.cohort import Programme, fill

RULES = Path(__file__).parents[2] / "screening_rules"
FILLED = {
    "data_set": "DS_SM",
    "data_elements": {measure: f"DE_{measure}" for measure in MEASURES},
    "disaggregate": [],
}
SEX = {
    "disaggregate": ["sex"],
    "categories": {"sex": {"attribute": "SEXO", "codes": {"female": "F", "male": "M", "unknown": "N"}}},
    "category_option_combos": {"female": "COC_F", "male": "COC_M", "unknown": "COC_N"},
}
MONTH = date(2026, 10, 1)
AFTER = datetime(2026, 11, 15, 15, tzinfo=timezone.utc)


@pytest.fixture
def rules(tmp_path: Path) -> Callable[..., Path]:
    """The repository's rules with codes of a made-up DHIS2."""
    folder = tmp_path / "screening_rules"
    shutil.copytree(RULES, folder)

    def write(**changed: Any) -> Path:
        data = yaml.safe_load((RULES / "dhis2.yml").read_text(encoding="utf-8")) | FILLED | changed
        (folder / "dhis2.yml").write_text(yaml.safe_dump(data), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def programme(database_url: str, rules: Callable[..., Path]) -> Iterator[Database]:
    """Sixty people of October, forty of them in one district and twenty in another."""
    opened = open_database(database_url, KEY, rules=rules())
    fill(
        opened, Programme(screened=60, positive=45, pfa=36, referred=6), datetime(2026, 10, 5, 15, tzinfo=timezone.utc)
    )
    yield opened
    opened.close()


def handed(database: Database, folder: Path, first: date | None = None) -> tuple[list[dict[str, str]], Any]:
    """(rows of the CSV, the ADX document)."""
    with database.read() as conn:
        write_dhis2(conn, folder, first, first, AFTER)
    with (folder / "dhis2.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), ElementTree.parse(folder / "dhis2.adx.xml").getroot()


def test_empty_codes_are_named_and_nothing_is_written(programme: Database, tmp_path: Path) -> None:
    """As the repository ships it: no code is invented."""
    with pytest.raises(CodesMissing, match=r"data_set, data_elements\.screened") as refused:
        dhis2_rules(RULES)
    assert len(refused.value.missing) == 1 + len(MEASURES)
    shutil.copy(RULES / "dhis2.yml", programme.rules / "dhis2.yml")
    with programme.read() as conn, pytest.raises(CodesMissing):
        write_dhis2(conn, tmp_path, MONTH, MONTH, AFTER)
    assert not list(tmp_path.glob("dhis2*"))


def test_a_month_is_handed_over_by_district(programme: Database, tmp_path: Path) -> None:
    """The same numbers in both forms; six referrals are too few, and so are both parts of them."""
    rows, adx = handed(programme, tmp_path)
    found = {(row["dataelement"], row["orgunit"]): int(row["value"]) for row in rows}
    assert found[("DE_screened", "150106")] == 40
    assert found[("DE_screened", "150110")] == 20
    assert {row["period"] for row in rows} == {"202610"}
    assert "DE_referred" not in {row["dataelement"] for row in rows}
    groups = adx.findall(f"{{{ADX}}}group")
    assert [(group.get("orgUnit"), group.get("period"), group.get("dataSet")) for group in groups] == [
        ("150106", "2026-10-01/P1M", "DS_SM"),
        ("150110", "2026-10-01/P1M", "DS_SM"),
    ]
    in_adx = {
        (value.get("dataElement"), group.get("orgUnit")): int(value.get("value")) for group in groups for value in group
    }
    assert in_adx == found


def test_small_numbers_are_sent_only_where_the_programme_says_so(
    programme: Database, rules: Callable[..., Path], tmp_path: Path
) -> None:
    """With an agreement that allows it."""
    rules(hide_small_numbers=False)
    rows, _ = handed(programme, tmp_path)
    assert sum(int(row["value"]) for row in rows if row["dataelement"] == "DE_referred") == 6


def test_people_go_to_one_establishment_or_to_that_of_their_district(
    programme: Database, rules: Callable[..., Path], tmp_path: Path
) -> None:
    """A district without one is left out and counted."""
    rules(org_unit={"by": "one", "one": "00001234"})
    assert {row["orgunit"] for row in handed(programme, tmp_path)[0]} == {"00001234"}
    rules(org_unit={"by": "map", "map": {"150106": "00005678"}}, hide_small_numbers=False)
    assert {row["orgunit"] for row in handed(programme, tmp_path)[0]} == {"00005678"}
    with programme.read() as conn:
        assert write_dhis2(conn, tmp_path, MONTH, MONTH, AFTER).left_out > 20


def test_disaggregated_numbers_carry_attributes_and_combos(
    programme: Database, rules: Callable[..., Path], tmp_path: Path
) -> None:
    """Both add up to what is not disaggregated."""
    rules(**SEX, org_unit={"by": "one", "one": "X"}, hide_small_numbers=False)
    rows, adx = handed(programme, tmp_path)
    screened = {row["categoryoptioncombo"]: int(row["value"]) for row in rows if row["dataelement"] == "DE_screened"}
    assert screened == {"COC_F": 45, "COC_M": 15}
    values = [value for value in adx.iter(f"{{{ADX}}}dataValue") if value.get("dataElement") == "DE_screened"]
    assert {value.get("SEXO"): value.get("value") for value in values} == {"F": "45", "M": "15"}


def test_disaggregating_needs_a_code_for_each_option(rules: Callable[..., Path]) -> None:
    """And for each combination of them."""
    incomplete = SEX | {"category_option_combos": {"female": "COC_F"}}
    with pytest.raises(CodesMissing) as refused:
        dhis2_rules(rules(**incomplete))
    assert refused.value.missing == ("category_option_combos.male", "category_option_combos.unknown")
    with pytest.raises(RulesError, match="disaggregate"):
        dhis2_rules(rules(disaggregate=["shoe_size"]))
    with pytest.raises(RulesError, match="data_elements"):
        dhis2_rules(rules(data_elements={"cured": "X"}))


def test_only_months_that_are_over_are_handed_over() -> None:
    """Without days it is the last one."""
    today = date(2026, 11, 15)
    assert months_over(None, None, today) == [date(2026, 10, 1)]
    assert months_over(date(2026, 8, 20), date(2026, 11, 30), today) == [date(2026, month, 1) for month in (8, 9, 10)]
    assert months_over(date(2026, 11, 1), date(2026, 11, 30), today) == []
    assert months_over(date(2025, 12, 1), date(2026, 1, 31), today) == [date(2025, 12, 1), date(2026, 1, 1)]


def test_people_of_another_month_are_not_in_it(programme: Database, tmp_path: Path) -> None:
    """September has nobody."""
    rows, adx = handed(programme, tmp_path, MONTH - timedelta(days=1))
    assert rows == []
    assert list(adx) == []
