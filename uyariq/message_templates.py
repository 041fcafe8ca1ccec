"""screening_rules/message_templates.yml: which texts WhatsApp lets the bot write first with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from followup.messages import KINDS
from uyariq.errors import UyariqError

FILE = "message_templates.yml"
APPROVED = "approved"
STATES = ("none", "pending", APPROVED, "rejected")
LANGUAGES = ("es", "qu")


class TemplatesBroken(UyariqError):
    """The file can not be used; the message says where and what to do."""


def read_templates(rules: Path) -> dict[tuple[str, str], dict[str, str]]:
    """(kind of message, language) -> {name, language} of the approved ones. Raises TemplatesBroken."""
    return {key: _used(row) for key, row in _all(rules).items() if row["status"] == APPROVED}


def _all(rules: Path) -> dict[tuple[str, str], dict[str, str]]:
    try:
        found = yaml.safe_load((rules / FILE).read_text(encoding="utf-8"))["templates"]
        rows = {(kind, language): found[kind][language] for kind in KINDS for language in LANGUAGES}
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise TemplatesBroken(f"{FILE}:{line}: no se puede leer como YAML; revise sangrías y comillas.") from error
    except (KeyError, TypeError) as error:
        raise TemplatesBroken(f"{FILE}: falta una plantilla; cada uno de {', '.join(KINDS)} lleva es y qu.") from error
    return {key: _checked(key, row) for key, row in rows.items()}


def _checked(key: tuple[str, str], row: Any) -> dict[str, str]:
    if not isinstance(row, dict) or set(row) != {"name", "language", "status"} or row["status"] not in STATES:
        where = " / ".join(key)
        raise TemplatesBroken(f"{FILE}: {where} lleva name, language y status (uno de: {', '.join(STATES)}).")
    return row


def _used(row: dict[str, str]) -> dict[str, str]:
    return {"name": str(row["name"]), "language": str(row["language"])}


def template_states(rules: Path) -> list[tuple[str, str, str, str]]:
    """(kind of message, language, name, status) of all that the file names. Raises TemplatesBroken."""
    found = _all(rules)
    return [(kind, language, str(row["name"]), str(row["status"])) for (kind, language), row in found.items()]
