"""What native speakers must still check: how much there is, and where the lists are."""

from __future__ import annotations

import re
from pathlib import Path

import polib

from bot.nlu.risk_phrases import load_lexicons
from screening.reader import load_library
from tests.evaluation import data
from tests.evaluation.data import ROOT
from tests.evaluation.table import table

_LIST = ROOT / "docs" / "revision-quechua.md"
_CATALOG = ROOT / "locale" / "qu" / "LC_MESSAGES" / "uyariq.po"
_POINT = re.compile(r"^(?:T?\d+\. |### \w+_\d+$)", re.MULTILINE)
_REVIEWED = "revisado:"


def native() -> str:
    """Counts of everything Quechua that nobody has reviewed, and the list to work through."""
    return f"""## What a native speaker must still check

Everything Quechua is unreviewed until a speaker of each variety has read it. The list to work through, with what to ask
of each point, is [revision-quechua.md](revision-quechua.md); a clinician who speaks Quechua reads its first part too.

{table(("what", "where", "how many"), _amounts())}

Points in the list, by part:

{table(("part", "points"), _parts(_LIST))}"""


def _amounts() -> list[tuple[str, str, int]]:
    catalog = [entry for entry in polib.pofile(str(_CATALOG)) if entry.msgstr and not entry.obsolete]
    unread = sum(_REVIEWED not in (entry.tcomment or "") for entry in catalog)
    sentences = sum(len(re.findall(r"^\s+- \S", _text(p), re.MULTILINE)) for p in (data.NLU_DATA / "qu").glob("*.yml"))
    held_out = len(data.messages("qu")) + len(data.messages("mixed"))
    return [
        ("training sentences", "`nlu_data/qu/`", sentences),
        ("rules of danger", "`screening_rules/risk_phrases/qu.yml`", len(load_lexicons()["qu"].file.rules)),
        ("phrases that answer a question", "`screening_rules/instruments/`, `flows/`", _answers()),
        ("texts that the bot says", "`locale/qu/`", unread),
        ("held-out messages", "`tests/nlu/qu.yml`, `mixed.yml`", held_out),
    ]


def _answers() -> int:
    library = load_library(ROOT / "screening_rules")
    options = {
        id(o): o for instrument in library.newest_instruments() for item in instrument.items for o in item.options
    }
    return sum(len(listed) for o in options.values() for name, listed in o.phrases.items() if name.startswith("qu"))


def _parts(path: Path) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for part in re.split(r"^## ", _text(path), flags=re.MULTILINE)[1:]:
        title, _, inside = part.partition("\n")
        found.append((title.replace("|", "/"), len(_POINT.findall(inside))))
    return found


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
