"""How people are referred, read from the part `referrals` of screening_rules/callback_rules.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from followup.errors import RulesError
from followup.ruleset import RULES_FOLDER, load_yaml
from screening.due import Due, parse_due

CENTRE, TEAM, VISIT = "centre", "team", "visit"
TARGETS = (CENTRE, TEAM, VISIT)
ASKED, DANGER = "asked", "danger"
ENDED_STATUSES = ("completed", "failed", "cancelled", "entered-in-error")
_ANY = "any"


@dataclass(frozen=True)
class ReferralKind:
    """A kind of referral. to: centre, team or visit. services: what a centre must offer, the best first.

    check: the wait before somebody asks whether the person was attended; again: before the next time.
    """

    code: str
    to: str
    services: tuple[str, ...]
    check: Due
    again: Due
    consent: str


@dataclass(frozen=True)
class Outcome:
    """How a referral ended. status: FHIR's code of the Task that it leads to. call: the person agreed to be called."""

    code: str
    label: str
    status: str
    targets: tuple[str, ...]
    call: Due | None


@dataclass(frozen=True)
class ReferralRules:
    """The whole part. review_after: how long an entry of the directory is trusted. services: code -> words."""

    review_after: timedelta
    near_km: float
    after_appointment: Due
    after_not_attended: Due
    after_missed_with_risk: Due
    services: Mapping[str, str]
    kinds: Mapping[str, ReferralKind]
    outcomes: Mapping[str, Outcome]

    def outcomes_of(self, kind: str) -> tuple[Outcome, ...]:
        """The ways in which a referral of that kind can end."""
        target = self.kinds[kind].to if kind in self.kinds else CENTRE
        return tuple(one for one in self.outcomes.values() if target in one.targets)


def referral_rules(folder: Path = RULES_FOLDER) -> ReferralRules:
    """The rules in the folder; read again when the file has changed."""
    path = folder / "callback_rules.yml"
    try:
        return _read_cached(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise RulesError(str(path), "archivo", "no se puede leer; debe existir en la carpeta de reglas") from error


@lru_cache(maxsize=8)
def _read_cached(path: Path, _changed: int) -> ReferralRules:
    return read_referral_rules(str(path), load_yaml(path))


def read_referral_rules(file: str, data: Mapping[str, Any]) -> ReferralRules:
    """The rules out of the parsed file; raises RulesError naming the place."""
    read = _Reader(file)
    part = read.mapping("referrals", data.get("referrals"))
    services = {str(row["code"]): str(row["label"]) for row in read.rows("services", part)}
    missed = (data.get("followup") or {}).get("missed_with_risk") or {}
    return ReferralRules(
        review_after=read.due("review_after", part.get("review_after")).span,
        near_km=read.number("near_km", part.get("near_km")),
        after_appointment=read.due("after_appointment", part.get("after_appointment")),
        after_not_attended=read.due("not_attended.next", (part.get("not_attended") or {}).get("next")),
        after_missed_with_risk=read.due("followup.missed_with_risk.next", missed.get("next")),
        services=services,
        kinds=read.coded("kinds", part, lambda place, row: read.kind(place, row, services)),
        outcomes=read.coded("outcomes", part, read.outcome),
    )


class _Reader:
    """Reads the part and names the place of what it cannot use."""

    def __init__(self, file: str) -> None:
        self._file = file

    def fail(self, place: str, message: str) -> RulesError:
        return RulesError(self._file, f"referrals.{place}", message)

    def mapping(self, place: str, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise RulesError(self._file, place, "falta esta parte o no tiene la forma esperada")
        return value

    def rows(self, key: str, part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        rows = part.get(key)
        if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("code") for row in rows):
            raise self.fail(key, "debe ser una lista en la que cada línea tiene code")
        if len({row["code"] for row in rows}) != len(rows):
            raise self.fail(key, "hay un code repetido")
        return rows

    def coded(self, key: str, part: Mapping[str, Any], one: Any) -> dict[str, Any]:
        return {str(row["code"]): one(f"{key}.{row['code']}", row) for row in self.rows(key, part)}

    def due(self, place: str, text: Any) -> Due:
        try:
            return parse_due(str(text))
        except ValueError as error:
            raise self.fail(place, 'un plazo se escribe como "15 min", "24 h", "3 d" o "8 wh"') from error

    def number(self, place: str, value: Any) -> float:
        if not isinstance(value, (int, float)) or value < 0:
            raise self.fail(place, "debe ser un número")
        return float(value)

    def one_of(self, place: str, value: Any, allowed: tuple[str, ...]) -> str:
        if value not in allowed:
            raise self.fail(place, f"«{value}» no vale; use {', '.join(allowed)}")
        return str(value)

    def kind(self, place: str, row: Mapping[str, Any], services: Mapping[str, str]) -> ReferralKind:
        wanted = tuple(self.one_of(f"{place}.services", one, tuple(services)) for one in row.get("services") or ())
        return ReferralKind(
            code=str(row["code"]),
            to=self.one_of(f"{place}.to", row.get("to"), TARGETS),
            services=wanted,
            check=self.due(f"{place}.check", row.get("check")),
            again=self.due(f"{place}.again", row.get("again")),
            consent=self.one_of(f"{place}.consent", row.get("consent"), (ASKED, DANGER)),
        )

    def outcome(self, place: str, row: Mapping[str, Any]) -> Outcome:
        named = tuple(self.one_of(f"{place}.for", one, (*TARGETS, _ANY)) for one in row.get("for") or ())
        if not named:
            raise self.fail(place, "falta for: a qué clase de derivación se aplica")
        return Outcome(
            code=str(row["code"]),
            label=str(row.get("label") or row["code"]),
            status=self.one_of(f"{place}.status", row.get("status"), ENDED_STATUSES),
            targets=TARGETS if _ANY in named else named,
            call=self.due(f"{place}.call", row["call"]) if row.get("call") else None,
        )
