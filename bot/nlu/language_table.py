"""Builds the table of bot/nlu/language.py: python -m bot.nlu.language_table.

From texts of this project alone: the training lines in nlu_data (the Quechua ones also in old spelling), the Spanish
and Quechua word lists, Spanish as it is shortened in chat, and messages in languages that the bot does not speak.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bot.nlu.language import TABLE_FILE, Table, ngrams, split_words
from bot.nlu.quechua.roots import ROOTS
from bot.nlu.quechua.words import NUMBERS, STOP_WORDS

MIXED = "dangers*.yml"
NLU_DATA = Path(__file__).parents[2] / "nlu_data"
OTHERS_FILE = Path(__file__).with_name("language_others.txt")
SPANISH_CHAT = Path(__file__).with_name("language_spanish_chat.txt")
SPANISH_WORDS = Path(__file__).with_name("spanish_words.txt")
OTHERS = ("en", "pt", "ay")
WHOLE = "="
_SMOOTHING = 0.3
_LEAST_COUNT = 2
# How much less likely a word is foreign when the training lines know it, and how much more when only the others do.
_OURS = 8.0
# The word itself tells more than its n-grams.
_WHOLE_WORD = 2.0
_LOAN = 3
_LOAN_LEAST, _LOAN_MOST = 3.0, 12.0
_ALONE = 6.0
_QUECHUA_MOST = 50.0
_MESSAGES_WEIGHT = 10
_CHAT_WEIGHT = 5
_EXAMPLE = re.compile(r"^\s*- (?!intent:|synonym:|regex:|lookup:)(.+)$")
_ENTITY = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")

_OLD_SPELLING = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"u(?=[nrlysñ]?q)|(?<=q)u", "o"),
        (r"i(?=[nrlysñ]?q)|(?<=q)i", "e"),
        (r"\bh(?=[aiu])", "j"),
        (r"\bw(?=[aiu])", "hu"),
        (r"(?<=[au])w(?![aiu])", "u"),
        (r"k(?=i)", "qu"),
        (r"\bk(?=[au])", "c"),
        (r"\bq(?=a)", "cc"),
    )
)

Counts = Counter[str]
Evidence = tuple[float, float]


def training_lines(language: str, folder: Path = NLU_DATA) -> list[str]:
    """The example sentences of one language, entity marks removed.

    Without the danger lines, which mix both languages on purpose.
    """
    lines = []
    for path in sorted(set((folder / language).glob("*.yml")) - set((folder / language).glob(MIXED))):
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := _EXAMPLE.match(line):
                lines.append(_ENTITY.sub(r"\1", match[1]))
    return lines


def build_table(spanish: Iterable[str], quechua: Iterable[str], others: dict[str, Counts] | None = None) -> Table:
    """Log-odds of every n-gram and word seen at least twice; others: counts of the languages the bot does not speak."""
    es, qu = count(spanish), count(quechua)
    foreign = list((others or {}).values())
    vocabulary = {n for one in (es + qu, *foreign) for n, times in one.items() if times >= _LEAST_COUNT}
    p_es, p_qu, *p_foreign = (_log_chances(one, vocabulary) for one in (es, qu, *foreign))
    own = {n: p_qu[n] - p_es[n] for n in vocabulary if es[n] + qu[n] >= _LEAST_COUNT}
    strange = {n: _mean([p[n] for p in p_foreign]) - max(p_es[n], p_qu[n]) for n in vocabulary} if foreign else {}
    return Table(_whole_words(es, qu, own, strange), *(_of_ngrams(one) for one in (own, strange)))


def _whole_words(es: Counts, qu: Counts, own: dict[str, float], strange: dict[str, float]) -> dict[str, Evidence]:
    """Evidence of the words themselves: of the word as a whole and of its n-grams together."""
    found = {}
    for name in sorted(own.keys() | strange.keys()):
        if name[0] == WHOLE:
            grams = [name, *ngrams(name[1:])]
            evidence, foreign = (sum(one.get(gram, 0.0) for gram in grams) for one in (own, strange))
            evidence += own.get(name, 0.0) * _WHOLE_WORD
            found[name[1:]] = (
                _settled(evidence, es[name], qu[name]),
                foreign - _OURS if name in own else foreign + _OURS,
            )
    return found


def _settled(evidence: float, spanish: int, quechua: int) -> float:
    """Words met in one language alone are of that one; Spanish words that Quechua speakers use as well say little."""
    quechua //= 2  # its lines count twice, for their old spelling
    if spanish < _LOAN and quechua < _LOAN:
        return evidence
    if quechua < _LOAN and spanish > 3 * quechua:
        return min(evidence, -_ALONE)
    if not spanish:
        return min(_QUECHUA_MOST, max(evidence, _ALONE))
    if min(spanish, quechua) >= _LOAN and spanish * 2 > quechua:
        return max(-_LOAN_MOST, min(-_LOAN_LEAST, evidence))
    return evidence


def count(lines: Iterable[str]) -> Counts:
    """How often each n-gram occurs."""
    words = Counter(word for line in lines for word in split_words(line))
    counter: Counts = Counter()
    for word, times in words.items():
        for ngram in (WHOLE + word, *ngrams(word)):
            counter[ngram] += times
    return counter


def with_old_spelling(lines: list[str]) -> list[str]:
    """Quechua lines and how people write them who learnt to write in Spanish: huañuy, noqa, cani, jatun, ccari."""
    return lines + [old_spelling(line) for line in lines]


def old_spelling(line: str) -> str:
    """Five vowels beside q, hu for w, c and qu for k, j for h, cc for q."""
    line = line.lower()
    for pattern, written in _OLD_SPELLING:
        line = pattern.sub(written, line)
    return line


def quechua_seed() -> list[str]:
    """Words the table always knows, so that it works with little data."""
    return [*ROOTS, *STOP_WORDS, *NUMBERS]


def spanish_seed() -> list[str]:
    """Everyday Spanish words: infinitives, changed forms, nouns and the rest; and as they are shortened in chat."""
    chat = [row for row in SPANISH_CHAT.read_text(encoding="utf-8").splitlines() if not row.startswith("#")]
    rows = (line.split("\t") for line in SPANISH_WORDS.read_text(encoding="utf-8").splitlines() if line[:1] not in "#")
    return [row[1] + " " + (row[3] if len(row) > 3 else "") for row in rows if len(row) > 1] + chat * _CHAT_WEIGHT


def other_counts() -> dict[str, Counts]:
    """N-gram counts of each language that the bot does not speak."""
    messages: dict[str, list[str]] = {code: [] for code in OTHERS}
    for line in OTHERS_FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, message = line.split("\t")
            messages[code].append(message)
    return {code: Counter({n: k * _MESSAGES_WEIGHT for n, k in count(messages[code]).items()}) for code in OTHERS}


def write_table(path: Path = TABLE_FILE, folder: Path = NLU_DATA) -> Table:
    """Builds and saves the table; values are hundredths, to keep the file small."""
    spanish = training_lines("es", folder) + spanish_seed()
    quechua = with_old_spelling(training_lines("qu", folder) + quechua_seed())
    table = build_table(spanish, quechua, other_counts())
    words = {word: [round(value * 100) for value in values] for word, values in sorted(table.words.items())}
    every = sorted(table.own.keys() | table.foreign.keys())
    rows = {n: [round(one.get(n, 0.0) * 100) for one in (table.own, table.foreign)] for n in every}
    _write(path, {"words": words, "ngrams": rows})
    return table


def _log_chances(counts: Counts, vocabulary: Iterable[str]) -> dict[str, float]:
    """Natural log of the probability of each n-gram, smoothed."""
    known = list(vocabulary)
    total = math.log(sum(counts.values()) + len(known) * _SMOOTHING)
    return {n: math.log(counts[n] + _SMOOTHING) - total for n in known}


def _mean(logarithms: list[float]) -> float:
    return math.log(sum(map(math.exp, logarithms)) / len(logarithms))


def _of_ngrams(evidence: dict[str, float]) -> dict[str, float]:
    return {n: value for n, value in evidence.items() if n[0] != WHOLE}


def _write(path: Path, data: dict[str, object]) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_table()
