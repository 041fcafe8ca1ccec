"""How the team writes through the bot (staff_messages.yml): channels, spans, texts around it, templates."""

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

FILE = "staff_messages.yml"
APPROVED = "approved"
STATES = ("none", "pending", APPROVED, "rejected")
LANGUAGES = ("es", "qu")
TEXTS = ("present", "left", "left_by_itself", "wait", "no_words", "old_button")
FIELDS = ("who", "crisis_call")


@dataclass(frozen=True)
class Template:
    """Words that the team may choose. approved: language -> {name, language} of what WhatsApp takes at any time."""

    code: str
    label: str
    text: str
    approved: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class StaffTexts:
    """The rules in use.

    windows: channel -> how long after the person's last message they may be written to freely (None: always).
    texts: code -> Spanish source of what the bot says around it.
    """

    windows: Mapping[str, timedelta | None]
    hands_back_after: timedelta
    answer_within: timedelta
    wait_note_after: timedelta
    kept: timedelta
    longest: int
    bot_again_on: frozenset[str]
    danger: frozenset[str]
    texts: Mapping[str, str]
    templates: Mapping[str, Template]

    def source(self, code: str) -> str:
        """The Spanish text of a code, of a text or a template."""
        return self.texts[code] if code in self.texts else self.templates[code].text

    def sources(self) -> dict[str, str]:
        """context -> Spanish text, for the catalogs."""
        found = {context_of(code): text for code, text in self.texts.items()}
        return found | {context_of(code): one.text for code, one in self.templates.items()}


def context_of(code: str) -> str:
    """The gettext context of a text."""
    return f"staff.{code}"


def staff_texts(folder: Path = RULES_FOLDER) -> StaffTexts:
    """The rules in the folder; read again when the file has changed. Raises RulesError."""
    path = folder / FILE
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise RulesError(str(path), "archivo", "no se puede leer; debe existir en la carpeta de reglas") from error


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> StaffTexts:
    data = load_yaml(path)
    try:
        return StaffTexts(
            windows={str(name): _window(row) for name, row in data["channels"].items()},
            hands_back_after=parse_due(str(data["hands_back_after"])).span,
            answer_within=parse_due(str(data["answer_within"])).span,
            wait_note_after=parse_due(str(data["wait_note_after"])).span,
            kept=timedelta(days=int(data["kept"]["days"])),
            longest=int(data["longest"]),
            bot_again_on=frozenset(data["bot_again_on"]),
            danger=frozenset(data["danger"]),
            texts={code: _text(path, code, data["texts"][code]) for code in TEXTS},
            templates={row["code"]: _template(path, row) for row in data["templates"]},
        )
    except KeyError as error:
        raise RulesError(str(path), str(error.args[0]), "falta") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise RulesError(str(path), "archivo", "un valor no tiene la forma esperada") from error


def _window(row: Mapping[str, Any] | None) -> timedelta | None:
    written = (row or {}).get("window")
    return parse_due(str(written)).span if written else None


def _text(path: Path, place: str, text: Any) -> str:
    """The text, if it can be filled."""
    try:
        str(text).format_map(dict.fromkeys(FIELDS, ""))
    except (KeyError, ValueError, IndexError) as error:
        wanted = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise RulesError(str(path), place, f"un campo no se conoce; valen {wanted}") from error
    return str(text)


def _template(path: Path, row: Mapping[str, Any]) -> Template:
    code, asked = str(row["code"]), row.get("whatsapp") or {}
    for language, one in asked.items():
        if language not in LANGUAGES or set(one) != {"name", "language", "status"} or one["status"] not in STATES:
            wanted = f"lleva name, language y status (uno de: {', '.join(STATES)})"
            raise RulesError(str(path), f"templates.{code}.whatsapp.{language}", wanted)
    approved = {
        language: {"name": str(one["name"]), "language": str(one["language"])}
        for language, one in asked.items()
        if one["status"] == APPROVED
    }
    return Template(code, str(row["label"]), _text(path, f"templates.{code}", row["text"]), approved)
