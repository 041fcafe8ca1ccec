"""The codes of a DHIS2, read from screening_rules/dhis2.yml; what is not filled in is named, never made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from followup.errors import FollowupError, RulesError
from followup.reports import MEASURES
from followup.reports.breakdown import AGE, SEX
from followup.ruleset import load_yaml

FILE = "dhis2.yml"
UBIGEO, MAP, ONE = ("ubigeo", "map", "one")
_SHOWN_AT_MOST = 6


class CodesMissing(FollowupError):
    """Codes that only who runs the DHIS2 can give are still empty."""

    def __init__(self, file: str, missing: list[str]) -> None:
        some = ", ".join(missing[:_SHOWN_AT_MOST]) + (", …" if len(missing) > _SHOWN_AT_MOST else "")
        super().__init__(
            f"No se exportó nada: en {file} faltan códigos ({some}). "
            "Pídalos a quien administra el DHIS2 y llénelos ahí."
        )
        self.missing = tuple(missing)


@dataclass(frozen=True)
class Dhis2Rules:
    """The whole file, complete."""

    data_set: str
    org_unit_by: str
    org_unit_map: Mapping[str, str]
    org_unit_one: str
    data_elements: Mapping[str, str]
    disaggregate: tuple[str, ...]
    attributes: Mapping[str, str]
    option_codes: Mapping[str, Mapping[str, str]]
    option_combos: Mapping[str, str]
    attribute_option_combo: str
    hide_small_numbers: bool

    def org_unit(self, district: str | None) -> str | None:
        """Where people of that district are counted; None: nowhere."""
        if self.org_unit_by == ONE:
            return self.org_unit_one
        if district is None:
            return None
        return district if self.org_unit_by == UBIGEO else self.org_unit_map.get(district)

    def option_code(self, category: str, option: str) -> str:
        """The code of one option. Raises CodesMissing for one that the file does not name."""
        found = self.option_codes[category].get(option)
        if not found:
            raise CodesMissing(FILE, [f"categories.{category}.codes.{option}"])
        return found


def dhis2_rules(folder: Path) -> Dhis2Rules:
    """The codes in the folder. Raises CodesMissing and RulesError."""
    path = folder / FILE
    try:
        data = load_yaml(path)
    except OSError as error:
        raise RulesError(str(path), "archivo", "no se puede leer; debe existir en la carpeta de reglas") from error
    rules = _read(str(path), data)
    missing = _missing(rules)
    if missing:
        raise CodesMissing(f"{folder.name}/{FILE}", missing)
    return rules


def _read(file: str, data: Mapping[str, Any]) -> Dhis2Rules:
    unit, categories = data.get("org_unit") or {}, data.get("categories") or {}
    elements, disaggregate = _texts(data.get("data_elements")), tuple(data.get("disaggregate") or ())
    if unit.get("by") not in (UBIGEO, MAP, ONE):
        raise RulesError(file, "org_unit.by", "use ubigeo, map u one")
    if not elements or not set(elements) <= set(MEASURES):
        raise RulesError(file, "data_elements", f"use {', '.join(MEASURES)}")
    if not set(disaggregate) <= {SEX, AGE} or len(set(disaggregate)) < len(disaggregate):
        raise RulesError(file, "disaggregate", "use [], [sex], [age] o [sex, age]")
    return Dhis2Rules(
        data_set=str(data.get("data_set") or ""),
        org_unit_by=unit["by"],
        org_unit_map=_texts(unit.get("map")),
        org_unit_one=str(unit.get("one") or ""),
        data_elements=elements,
        disaggregate=disaggregate,
        attributes={name: str(row.get("attribute") or "") for name, row in categories.items()},
        option_codes={name: _texts(row.get("codes")) for name, row in categories.items()},
        option_combos=_texts(data.get("category_option_combos")),
        attribute_option_combo=str(data.get("attribute_option_combo") or ""),
        hide_small_numbers=data.get("hide_small_numbers") is not False,
    )


def _texts(rows: Mapping[Any, Any] | None) -> dict[str, str]:
    return {str(key): str(value or "") for key, value in (rows or {}).items()}


def _missing(rules: Dhis2Rules) -> list[str]:
    """Places of the file that still have no code."""
    missing = [] if rules.data_set else ["data_set"]
    if rules.org_unit_by == ONE and not rules.org_unit_one:
        missing.append("org_unit.one")
    if rules.org_unit_by == MAP:
        missing += ["org_unit.map"] if not rules.org_unit_map else []
        missing += [f"org_unit.map.{key}" for key, value in rules.org_unit_map.items() if not value]
    missing += [f"data_elements.{measure}" for measure, code in rules.data_elements.items() if not code]
    for name in rules.disaggregate:
        missing += [] if rules.attributes.get(name) else [f"categories.{name}.attribute"]
        codes = rules.option_codes.get(name, {})
        missing += [f"categories.{name}.codes.{key}" for key, code in codes.items() if not code]
        missing += [] if codes else [f"categories.{name}.codes"]
    if rules.disaggregate:
        keys = (" ".join(some) for some in product(*(rules.option_codes.get(name, {}) for name in rules.disaggregate)))
        missing += [f"category_option_combos.{key}" for key in keys if not rules.option_combos.get(key)]
    return missing
