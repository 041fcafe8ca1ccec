"""JSON Schemas of every kind of file in the rules, made from the same words as the readers; editors use them."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

from screening.schema import settings, tables
from screening.schema.definitions import FIRST_AID, FLOW, INSTRUMENT, TRIAGE
from screening.schema.pieces import Schema

FOLDER = "schema"
# What the schema is called -> which files it describes, first match counts; then the schema.
KINDS: dict[str, tuple[str, Schema]] = {
    "cases": ("*.cases.yml", tables.CASES),
    "instrument": ("instruments/*.yml", INSTRUMENT),
    "first_aid": ("first_aid/*.yml", FIRST_AID),
    "flow": ("flows/*.yml", FLOW),
    "risk_phrases": ("risk_phrases/*.yml", settings.RISK_PHRASES),
    "triage": ("triage.yml", TRIAGE),
    "services": ("services.yml", tables.SERVICES),
    "forbidden_phrases": ("forbidden_phrases.yml", tables.FORBIDDEN),
    "replies": ("replies.yml", tables.REPLIES),
    "programme": ("programme.yml", tables.PROGRAMME),
    "readability": ("readability.yml", tables.READABILITY),
    "publishing": ("publishing.yml", tables.PUBLISHING),
    "working_hours": ("working_hours.yml", settings.WORKING_HOURS),
    "callback_rules": ("callback_rules.yml", settings.CALLBACK_RULES),
    "message_templates": ("message_templates.yml", settings.TEMPLATES),
    "staff_messages": ("staff_messages.yml", settings.STAFF_MESSAGES),
    "reports": ("reports.yml", settings.REPORTS),
    "retention": ("retention.yml", settings.RETENTION),
    "understanding": ("understanding.yml", settings.UNDERSTANDING),
    "by_phone": ("by_phone.yml", settings.BY_PHONE),
    "dhis2": ("dhis2.yml", settings.DHIS2),
    "gateway_words": ("gateway_words.yml", settings.GATEWAY_WORDS),
    "place_words": ("place_words.yml", settings.PLACE_WORDS),
    "times": ("times.yml", settings.TIMES),
}


def kind_of(file: str) -> str | None:
    """The kind of a file, by its name inside the folder of rules; None where there is no schema for it."""
    path = PurePosixPath(file)
    return next((kind for kind, (pattern, _) in KINDS.items() if path.match(pattern)), None)


def written(kind: str) -> str:
    """The schema as its file holds it."""
    return json.dumps(KINDS[kind][1], ensure_ascii=False, indent=1) + "\n"


def write(folder: Path) -> list[Path]:
    """Write every schema below the folder of rules; which files changed."""
    changed = []
    for kind in KINDS:
        path = folder / FOLDER / f"{kind}.json"
        if not path.exists() or path.read_text(encoding="utf-8") != written(kind):
            path.parent.mkdir(exist_ok=True)
            path.write_text(written(kind), encoding="utf-8")
            changed.append(path)
    return changed


def line_for(file: str) -> str:
    """The first line of a file by which editors find its schema."""
    up = "../" * (len(PurePosixPath(file).parts) - 1)
    return f"# yaml-language-server: $schema={up}{FOLDER}/{kind_of(file)}.json\n"


def name_schemas(folder: Path) -> list[Path]:
    """Put the line for editors on top of every file that has a schema and lacks the line; which files changed."""
    changed = []
    for path in sorted(folder.rglob("*.yml")):
        file = path.relative_to(folder).as_posix()
        text = path.read_text(encoding="utf-8")
        if kind_of(file) and not text.startswith(line_for(file)):
            path.write_text(line_for(file) + text, encoding="utf-8")
            changed.append(path)
    return changed
