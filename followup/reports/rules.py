"""What a programme may set about its reports, read from screening_rules/reports.yml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from followup.errors import RulesError
from followup.reports.counting import MEASURES
from followup.ruleset import RULES_FOLDER, load_yaml
from screening.due import parse_due

FILE = "reports.yml"
_BAND = re.compile(r"^(\d{1,3})(?:-(\d{1,3})|\+)$")


@dataclass(frozen=True)
class AgeBand:
    """Ages from `first` to `last`, both included; no `last`: and older."""

    code: str
    first: int
    last: int | None


@dataclass(frozen=True)
class Rate:
    """How many of those of one measure came to another. reference: percent in a published programme."""

    measure: str
    of: str
    reference: float | None


@dataclass(frozen=True)
class ReportRules:
    """The whole file."""

    version: str
    hide_below_outside: int
    hide_below_team: int
    age_bands: tuple[AgeBand, ...]
    rates: tuple[Rate, ...]
    change_from: timedelta
    change_to: timedelta
    left_after: timedelta

    def hide_below(self, *, outside: bool) -> int:
        """The number of people from which on a count is shown."""
        return self.hide_below_outside if outside else self.hide_below_team


def report_rules(folder: Path = RULES_FOLDER) -> ReportRules:
    """The rules in the folder; read again when the file has changed."""
    path = folder / FILE
    try:
        return _read_cached(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise RulesError(str(path), "archivo", "no se puede leer; debe existir en la carpeta de reglas") from error


@lru_cache(maxsize=8)
def _read_cached(path: Path, _changed: int) -> ReportRules:
    data = load_yaml(path)
    reader = _Reader(str(path))
    hide, change = reader.part(data, "hide_below"), reader.part(data, "score_change")
    return ReportRules(
        version=str(data.get("version", "")),
        hide_below_outside=reader.number("hide_below.outside", hide.get("outside")),
        hide_below_team=reader.number("hide_below.team", hide.get("team")),
        age_bands=reader.bands(data.get("age_bands")),
        rates=tuple(reader.rate(row) for row in data.get("rates") or ()),
        change_from=reader.span("score_change.from", change.get("from")),
        change_to=reader.span("score_change.to", change.get("to")),
        left_after=reader.span("left_after", data.get("left_after")),
    )


class _Reader:
    """Reads one file and names the place of what it cannot use."""

    def __init__(self, file: str) -> None:
        self._file = file

    def fail(self, place: str, message: str) -> RulesError:
        return RulesError(self._file, place, message)

    def part(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        found = data.get(key)
        if not isinstance(found, dict):
            raise self.fail(key, "falta o no tiene la forma esperada")
        return found

    def number(self, place: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.fail(place, "debe ser un número entero, 0 o más")
        return value

    def span(self, place: str, text: Any) -> timedelta:
        try:
            due = parse_due(str(text))
        except ValueError as error:
            raise self.fail(place, 'un plazo se escribe como "24 h" o "90 d"') from error
        if due.working_hours:
            raise self.fail(place, "aquí el plazo es de reloj, no de horas de atención")
        return due.span

    def bands(self, given: Any) -> tuple[AgeBand, ...]:
        found = tuple(self.band(str(text)) for text in given or ())
        ends = [band.last for band in found]
        follow = all(later.first == (band.last or 0) + 1 for band, later in pairwise(found))
        if not found or found[0].first != 0 or None in ends[:-1] or ends[-1] is not None or not follow:
            raise self.fail("age_bands", "las edades empiezan en 0, siguen sin saltos y acaban con «+»")
        return found

    def band(self, text: str) -> AgeBand:
        match = _BAND.match(text)
        if match is None:
            raise self.fail("age_bands", f'«{text}» no se entiende; use "18-29" o "60+"')
        return AgeBand(text, int(match[1]), int(match[2]) if match[2] else None)

    def rate(self, row: Mapping[str, Any]) -> Rate:
        for name in ("measure", "of"):
            if row.get(name) not in MEASURES:
                raise self.fail(f"rates.{name}", f"«{row.get(name)}» no vale; use {', '.join(MEASURES)}")
        reference = row.get("reference")
        return Rate(row["measure"], row["of"], None if reference is None else float(reference))
