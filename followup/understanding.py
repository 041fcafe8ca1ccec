"""The rules for what was not understood (understanding.yml): what is offered then, what is kept to learn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from followup.errors import RulesError
from followup.ruleset import RULES_FOLDER, load_yaml

FILE = "understanding.yml"


@dataclass(frozen=True)
class Understanding:
    """The rules in use.

    offered: how many guesses at most; least: confidence (0-1) from which one is offered; anywhere, outside, inside:
    intents that may be offered always, only where nothing is asked, only in a question. danger_from and danger_words:
    confidence and length from which the person is asked about danger. consent_since: version of the consent that speaks
    of kept messages; longest: characters that are kept of one.
    """

    offered: int
    least: float
    anywhere: frozenset[str]
    outside: frozenset[str]
    inside: frozenset[str]
    danger_from: float
    danger_words: int
    consent_since: str
    days: timedelta
    longest: int

    def may_offer(self, in_question: bool) -> frozenset[str]:
        """Intents that may be offered as a guess now."""
        return self.anywhere | (self.inside if in_question else self.outside)


def understanding(folder: Path = RULES_FOLDER) -> Understanding:
    """The rules in the folder; read again when the file has changed. Raises RulesError."""
    path = folder / FILE
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise RulesError(str(path), "archivo", "no se puede leer; debe existir en la carpeta de reglas") from error


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Understanding:
    data = load_yaml(path)
    try:
        guesses, danger, kept = (_part(path, data, name) for name in ("guesses", "danger", "kept_messages"))
        return Understanding(
            offered=int(guesses["offered"]),
            least=_share(guesses["least"]),
            anywhere=frozenset(guesses["anywhere"]),
            outside=frozenset(guesses["outside"]),
            inside=frozenset(guesses["inside"]),
            danger_from=_share(danger["ask_from"]),
            danger_words=int(danger["words"]),
            consent_since=str(kept["consent_since"]),
            days=timedelta(days=int(kept["days"])),
            longest=int(kept["longest"]),
        )
    except KeyError as error:
        raise RulesError(str(path), str(error.args[0]), "falta") from error
    except (TypeError, ValueError) as error:
        raise RulesError(str(path), "archivo", "un valor no tiene la forma esperada") from error


def _part(path: Path, data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name)
    if not isinstance(part, dict):
        raise RulesError(str(path), name, "falta o no tiene la forma esperada")
    return part


def _share(value: Any) -> float:
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError("not a share")
    return share
