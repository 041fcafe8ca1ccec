"""Builds the table of bot/nlu/language.py from the training lines in nlu_data: python -m bot.nlu.language_table."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bot.nlu.language import TABLE_FILE, Table, ngrams
from bot.nlu.orthography import clean
from bot.nlu.quechua.roots import ROOTS
from bot.nlu.quechua.words import NUMBERS, STOP_WORDS

NLU_DATA = Path(__file__).parents[2] / "nlu_data"
_SMOOTHING = 0.5
_LEAST_COUNT = 2
_EXAMPLE = re.compile(r"^\s*- (?!intent:|synonym:|regex:|lookup:)(.+)$")
_ENTITY = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")
_LETTERS = re.compile(r"[^\W\d_]+")


def training_lines(language: str, folder: Path = NLU_DATA) -> list[str]:
    """The example sentences of one language, entity marks removed."""
    lines = []
    for path in sorted((folder / language).glob("*.yml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := _EXAMPLE.match(line):
                lines.append(_ENTITY.sub(r"\1", match[1]))
    return lines


def build_table(spanish: Iterable[str], quechua: Iterable[str]) -> Table:
    """Log-odds of every n-gram seen at least twice, from the words of both languages."""
    counts = {"es": _count(spanish), "qu": _count(quechua)}
    totals = {language: sum(c.values()) for language, c in counts.items()}
    vocabulary = {n for n, times in (counts["es"] + counts["qu"]).items() if times >= _LEAST_COUNT}
    size = len(vocabulary) * _SMOOTHING
    return Table(
        {
            n: math.log((counts["qu"][n] + _SMOOTHING) / (totals["qu"] + size))
            - math.log((counts["es"][n] + _SMOOTHING) / (totals["es"] + size))
            for n in vocabulary
        }
    )


def quechua_seed() -> list[str]:
    """Words the table always knows, so that it works with little data."""
    return [*ROOTS, *STOP_WORDS, *NUMBERS]


def write_table(path: Path = TABLE_FILE, folder: Path = NLU_DATA) -> Table:
    """Builds and saves the table; values are hundredths, to keep the file small."""
    table = build_table(training_lines("es", folder), training_lines("qu", folder) + quechua_seed())
    rows = {ngram: round(value * 100) for ngram, value in sorted(table.log_odds.items())}
    path.write_text(json.dumps({"log_odds": rows}, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    return table


def _count(lines: Iterable[str]) -> Counter[str]:
    counter: Counter[str] = Counter()
    for line in lines:
        for word in _LETTERS.findall(clean(line).lower().replace("ʼ", "")):
            counter.update(ngrams(word))
    return counter


if __name__ == "__main__":
    write_table()
