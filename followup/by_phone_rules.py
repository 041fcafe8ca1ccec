"""What may be done by telephone (by_phone.yml): instruments to read aloud, and sessions of first aid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from followup.errors import RulesError
from followup.ruleset import RULES_FOLDER, load_yaml
from screening.due import parse_due

FILE = "by_phone.yml"


@dataclass(frozen=True)
class ByPhone:
    """The rules in use.

    instruments: names, in the order in which they are offered; after_risk: those to ask when an answer showed danger.
    consent_flow and consent_steps: what is read to somebody who has not agreed yet. topics: code -> words for staff;
    next_within: how far away the next session may be.
    """

    version: str
    instruments: tuple[str, ...]
    after_risk: tuple[str, ...]
    consent_flow: str
    consent_steps: tuple[str, ...]
    most_sessions: int
    minutes: tuple[int, ...]
    next_within: timedelta
    topics: Mapping[str, str]


def by_phone_rules(folder: Path = RULES_FOLDER) -> ByPhone:
    """The rules in the folder; read again when the file has changed. Raises RulesError."""
    path = folder / FILE
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise RulesError(str(path), "archivo", "no se puede leer; debe existir en la carpeta de reglas") from error


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> ByPhone:
    data = load_yaml(path)
    try:
        aid: Mapping[str, Any] = data["first_aid"]
        return ByPhone(
            version=str(data["version"]),
            instruments=tuple(str(name) for name in data["instruments"]),
            after_risk=tuple(str(name) for name in data["after_risk"]),
            consent_flow=str(data["consent"]["flow"]),
            consent_steps=tuple(str(step) for step in data["consent"]["steps"]),
            most_sessions=_at_least_one(aid["most_sessions"]),
            minutes=tuple(int(one) for one in aid["minutes"]),
            next_within=parse_due(str(aid["next_within"])).span,
            topics={str(row["code"]): str(row["label"]) for row in aid["topics"]},
        )
    except KeyError as error:
        raise RulesError(str(path), str(error.args[0]), "falta") from error
    except (TypeError, ValueError) as error:
        raise RulesError(str(path), "archivo", "un valor no tiene la forma esperada") from error


def _at_least_one(value: Any) -> int:
    number = int(value)
    if number < 1:
        raise ValueError("at least one session")
    return number
