"""Tells Spanish from Quechua in short chat messages, or abstains; and hears Chanka or Cuzco-Collao in Quechua ones.

Character n-gram naive Bayes over a small table (language_table.json, made from nlu_data by bot.nlu.language_table), and
lists of words that decide nothing: no, ok, ya, hola, names, digits, emoji. When it abstains, the caller keeps the
conversation's language.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.nlu.orthography import clean, fold

TABLE_FILE = Path(__file__).with_name("language_table.json")
NEUTRAL_FILE = Path(__file__).with_name("language_neutral.txt")
REPLIES_FILE = Path(__file__).with_name("language_quechua_replies.txt")
LONGEST_NGRAM = 4
_WORD = re.compile(r"[^\W\d_]+")
_SURE = 0.80
_FAMILIAR = 0.45
_TEMPER = 0.35
_REPLY_CONFIDENCE = 0.95


_CHANKA = (
    re.compile(r"chka|nchik|pti(?:y|n|ki)|\bnuqa|\bñuqa|\bqam\b|\bmanam\b|\bmananam\b|\bmanañam\b|\bachka\b|\bkimsa\b"),
    re.compile(r"[aiu]m\b|punchaw|\bwawqi|\bturi"),
)
_COLLAO = (
    re.compile(
        r"sha(?:n|ni|nki|nku|wan|ra|q)|sya(?:n|ni)|nchis|qti(?:y|n|ki)|\bqan\b|\bmanan\b|\bmana[nñ]an\b|\bas[kh]+a\b"
    ),
    re.compile(r"[ptkq]['ʼ’`´]|ch['ʼ’`´]|[ptk]h[aiueo]|qh[aiueo]|\bkinsa\b|\bwayqi|\bunu\b"),
)


@dataclass(frozen=True)
class Guess:
    """language: es, qu or None (undecided); variety: quy, quz or None; confidence: 0-1 of the language."""

    language: str | None
    variety: str | None
    confidence: float


NO_GUESS = Guess(None, None, 0.0)


def identify(text: str) -> Guess:
    """The language of a message, or None when its words could be either or neither."""
    spoken = clean(text).lower()
    words = [word for word in _WORD.findall(spoken.replace("ʼ", "")) if not _is_neutral(word)]
    if not words:
        return NO_GUESS
    if all(_reply_key(word) in _quechua_replies() for word in words):
        return Guess("qu", _variety(spoken), _REPLY_CONFIDENCE)
    score, familiarity = _table().score(words)
    chance = 1 / (1 + math.exp(-max(-60.0, min(60.0, score * _TEMPER))))
    if familiarity < _FAMILIAR:
        return NO_GUESS
    if chance >= _SURE:
        return Guess("qu", _variety(spoken), round(chance, 3))
    if 1 - chance >= _SURE:
        return Guess("es", None, round(1 - chance, 3))
    return Guess(None, None, round(max(chance, 1 - chance), 3))


@lru_cache(maxsize=20_000)
def word_is_quechua(word: str) -> bool:
    """Whether a single word looks more Quechua than Spanish; for choosing how to fold and to lemmatise it."""
    return _table().score([word.lower().replace("ʼ", "")])[0] > 0


def ngrams(word: str) -> list[str]:
    """The character n-grams of a word with its edges marked, ñ and accents kept apart only as ñ."""
    padded = f" {fold(word, quechua=False)} "
    sizes = range(1, LONGEST_NGRAM + 1)
    return [padded[i : i + n] for n in sizes for i in range(len(padded) - n + 1) if padded[i : i + n] != " "]


@dataclass(frozen=True)
class Table:
    """log_odds: n-gram -> natural log of P(n-gram | Quechua) / P(n-gram | Spanish)."""

    log_odds: dict[str, float]

    def score(self, words: list[str]) -> tuple[float, float]:
        """Evidence for Quechua (negative: Spanish), and the share of trigrams ever seen in either language."""
        total, trigrams, seen = 0.0, 0, 0
        for word in words:
            for ngram in ngrams(word):
                value = self.log_odds.get(ngram)
                total += value or 0.0
                if len(ngram) == 3:
                    trigrams += 1
                    seen += value is not None
        return total, seen / trigrams if trigrams else 0.0


@lru_cache(maxsize=1)
def _table() -> Table:
    data = json.loads(TABLE_FILE.read_text(encoding="utf-8"))
    return Table({ngram: value / 100 for ngram, value in data["log_odds"].items()})


@lru_cache(maxsize=1)
def _neutral_words() -> frozenset[str]:
    return frozenset(fold(word, quechua=False) for word in _words_of(NEUTRAL_FILE))


@lru_cache(maxsize=1)
def _quechua_replies() -> frozenset[str]:
    return frozenset(map(_reply_key, _words_of(REPLIES_FILE)))


def _reply_key(word: str) -> str:
    return fold(word, quechua=True).replace("ñ", "n")


def _words_of(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def _is_neutral(word: str) -> bool:
    key = fold(word, quechua=False)
    return len(key) < 2 or key in _neutral_words() or not key.strip("jaeiou") or _is_laughter(key)


def _is_laughter(key: str) -> bool:
    return bool(re.fullmatch(r"(?:j[aei]|[aei]j|x[d]|l[o]l)+[jaei]?", key))


def _variety(spoken: str) -> str | None:
    """Chanka or Collao by telling forms; None when they balance. A soft preference for replies, nothing more."""
    chanka = sum(weight * len(p.findall(spoken)) for weight, p in zip((2, 1), _CHANKA, strict=True))
    collao = sum(weight * len(p.findall(spoken)) for weight, p in zip((2, 1), _COLLAO, strict=True))
    if chanka == collao:
        return None
    return "quy" if chanka > collao else "quz"
