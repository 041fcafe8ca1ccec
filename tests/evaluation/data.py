"""The held-out sentences of tests/nlu, read into plain records."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
HELD_OUT = ROOT / "tests" / "nlu"
NLU_DATA = ROOT / "nlu_data"
MESSAGE_FILES = ("es", "qu", "mixed")
LONG = 4
LEVELS = ("easy", "typical", "hard")
_INTENT = re.compile(r"^\s*- intent: (\w+)")
_STRETCHES = re.compile(r"(easy|typical|hard) (\d+)-(\d+)")
_LINE = re.compile(r"^\s+- (.+)$")


@dataclass(frozen=True)
class Message:
    """A message and what its writer wants. source: es, qu or mixed; level: easy, typical, hard, or "" if not said."""

    text: str = field(repr=False)
    intent: str
    source: str
    level: str = ""

    @property
    def one_word(self) -> bool:
        """Whether it is a single word: those also occur in training."""
        return len(self.text.split()) < 2


@dataclass(frozen=True)
class ReplyLine:
    """A reply to a yes/no question. answer: yes, no, unsure, skip, explain, or None: ask again.

    direct: whether its own words answer, whatever the question; None where its file does not say.
    """

    text: str = field(repr=False)
    question: str
    language: str
    answer: str | None
    direct: bool | None = None


@dataclass(frozen=True)
class RiskLine:
    """The dangers in a message; none where the net must stay silent. note: what kind of sentence it is."""

    text: str = field(repr=False)
    risk: tuple[str, ...]
    language: str
    note: str


@dataclass(frozen=True)
class LanguageLine:
    """A short text; language None: stay in the conversation's language."""

    text: str = field(repr=False)
    language: str | None


@dataclass(frozen=True)
class RootLine:
    """A Quechua word and its root. variety: quy, quz or whatever the file says."""

    word: str = field(repr=False)
    root: str = field(repr=False)
    variety: str


@dataclass(frozen=True)
class EntityLine:
    """The details that a message gives, as (entity, value)."""

    text: str = field(repr=False)
    language: str
    entities: tuple[tuple[str, str], ...] = field(repr=False)


def path_of(name: str) -> Path:
    """Where a held-out file is, or would be."""
    return HELD_OUT / f"{name}.yml"


def messages(source: str) -> list[Message]:
    """The messages of es, qu or mixed, with the level that the comment of their intent gives them."""
    found: list[Message] = []
    intent, place = "", 0
    stretches: list[tuple[str, int, int]] = []
    for line in path_of(source).read_text(encoding="utf-8").splitlines():
        if named := _INTENT.match(line):
            intent, stretches, place = named[1], [], 0
        elif line.lstrip().startswith("#"):
            stretches = stretches or [(level, int(low), int(high)) for level, low, high in _STRETCHES.findall(line)]
        elif intent and (written := _LINE.match(line)):
            place += 1
            level = next((name for name, low, high in stretches if low <= place <= high), "")
            found.append(Message(written[1].strip(), intent, source, level))
    return found


def replies(name: str) -> list[ReplyLine]:
    """The replies of a file such as replies, replies_2 or replies_3; none if it does not exist."""
    return [ReplyLine(str(r["text"]), r["question"], r["language"], r["answer"], r.get("direct")) for r in _rows(name)]


def risks(name: str) -> list[RiskLine]:
    """The messages of a file such as risk, risk_2 or risk_3; none if it does not exist."""
    return [RiskLine(r["text"], tuple(r["risk"]), r["language"], _note(r)) for r in _rows(name)]


def languages(name: str = "language") -> list[LanguageLine]:
    """The texts of language.yml."""
    return [LanguageLine(str(r["text"]), r["language"]) for r in _rows(name)]


def roots(name: str = "roots") -> list[RootLine]:
    """The words of roots.yml; none if it does not exist."""
    return [RootLine(str(r["word"]), str(r["root"]), str(r.get("variety") or "both")) for r in _rows(name)]


def entities(name: str = "entities") -> list[EntityLine]:
    """The messages of entities.yml; none if it does not exist."""
    return [EntityLine(str(r["text"]), r["language"], _pairs(r["entities"])) for r in _rows(name)]


def digest(name: str) -> str:
    """A short hash of a held-out file: figures on different lines are not compared. "" if it does not exist."""
    path = path_of(name)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""


def training_words() -> frozenset[str]:
    """Every word that stands in nlu_data, in lower case."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(NLU_DATA.glob("*/*.yml")))
    return frozenset(re.findall(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*", text.lower()))


@lru_cache(maxsize=1)
def training_sentences() -> frozenset[str]:
    """The key of every sentence of nlu_data."""
    files = sorted(NLU_DATA.glob("*/*.yml"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    marked = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
    return frozenset(key(marked.sub(r"\1", found[1])) for line in lines if (found := _LINE.match(line)))


def also_in_training(texts: Iterable[str]) -> int:
    """How many of the texts of four words and more stand in nlu_data too, whoever wrote them first."""
    return sum(len(text.split()) >= LONG and key(text) in training_sentences() for text in texts)


def key(text: str) -> str:
    """A sentence without capitals, accents and signs: two with the same key are the same sentence."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"\w+", plain))


def _rows(name: str) -> list[dict[str, Any]]:
    path = path_of(name)
    return list(yaml.safe_load(path.read_text(encoding="utf-8")) or []) if path.exists() else []


def _note(row: dict[str, Any]) -> str:
    """The first part of a note: «veiled, elderly» is a veiled message."""
    return str(row.get("note") or "").split(",")[0].strip()


def _pairs(rows: list[dict[str, Any]] | None) -> tuple[tuple[str, str], ...]:
    return tuple((str(one["entity"]), str(one["value"])) for one in rows or ())
