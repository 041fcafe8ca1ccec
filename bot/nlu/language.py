"""Tells Spanish from Quechua in short chat messages, or abstains; tags each word; hears Chanka or Cuzco-Collao.

Character n-gram naive Bayes over a table (language_table.json, made by bot.nlu.language_table), and lists of words that
decide nothing: no, ok, ya, hola, names, digits, emoji. When it abstains, also because the message is in English,
Portuguese or Aymara, the caller keeps the conversation's language.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

from bot.nlu.orthography import clean, fold

TABLE_FILE = Path(__file__).with_name("language_table.json")
NEUTRAL_FILE = Path(__file__).with_name("language_neutral.txt")
REPLIES_FILE = Path(__file__).with_name("language_quechua_replies.txt")
LONGEST_NGRAM = 4
_WORD = re.compile(r"[^\W\d_]+")
_LAUGHTER = re.compile(r"(?:j[aei]|[aei]j|x[d]|l[o]l)+[jaei]?")
# Little words inside names: they tell Spanish, but not beside nothing but names.
_PARTICLES = frozenset({"de", "del", "la", "las", "los", "el", "san", "santa", "y"})
_LONGEST_PARTICLE = 3
_SURE = 0.70
_FAMILIAR = 0.45
_TEMPER = 0.35
_REPLY_CONFIDENCE = 0.95
_FOREIGN = 9.0
_FOREIGN_ALONE = 20.0
_LEAST_FOREIGN = -5.0
_WORD_SURE = 2.0
# Endings that make a Quechua word of a Spanish root: hospitalpi, doctorawan, carreterata, nortemantam.
_ENDINGS = (
    *(
        "ata",
        "eta",
        "ota",
        "uta",
        "iman",
        "uman",
        "pi",
        "wan",
        "huan",
        "paq",
        "manta",
        "aqa",
        "eqa",
        "iqa",
        "oqa",
        "uqa",
    ),
    *("kuna", "cuna", "apas", "ipas", "upas", "yuq", "yoq", "kama", "chkan", "shan"),
)
_INFLECTION = tuple(ending + clitic for ending in _ENDINGS for clitic in ("", "m", "n", "qa", "pas", "pis"))
_LEAST_ROOT = 4
_LONGEST_REPLY = 18
_INFLECTED = 12.0
_CLEAR = 25.0
_ZEROS = repeat(0j)


# Forms that tell the variety, in words between spaces: the sure ones count twice. Plain strings, for speed.
_CHANKA = (
    (
        *("chka", "nchik", "ptiy", "ptin", "ptiki", " nuqa", " ñuqa", " qam ", " manam ", " mananam ", " manañam "),
        *(" achka ", " kimsa "),
    ),
    ("am ", "im ", "um ", "punchaw", "wawqi", " turi"),
)
_COLLAO = (
    (
        *("shan", "shawan", "shara", "shaq", "syan", "nchis", "qtiy", "qtin", "qtiki", " qan ", " manan ", " mananan "),
        *(" manañan ", " aska ", " ashka ", " askha "),
    ),
    ("pʼ", "tʼ", "kʼ", "qʼ", "chʼ", "ph", "th", "kh", "qh", " kinsa ", " wayqi", " unu "),
)


@dataclass(frozen=True)
class Guess:
    """language: es, qu or None (undecided); variety: quy, quz or None; confidence: 0-1 of the language."""

    language: str | None
    variety: str | None
    confidence: float


NO_GUESS = Guess(None, None, 0.0)


class Tag(NamedTuple):
    """A word as written and its language; None when it could be either, or says nothing."""

    word: str
    language: str | None


def identify(text: str) -> Guess:
    """The language of a message, or None when its words could be either or neither."""
    spoken = clean(text)
    said = _WORD.findall(spoken.lower())
    heard = [_heard(word) for word in said]
    words = [word for word in heard if not word.neutral]
    if not words or _only_particles(heard):
        return NO_GUESS
    if all(map(_is_reply, words)):
        return Guess("qu", _variety(said), _REPLY_CONFIDENCE)
    evidence = sum(word.evidence for word in words)
    foreign = sum(_strangeness(word) for word in heard)
    if foreign > (_FOREIGN if len(heard) > 1 else _FOREIGN_ALONE) or _unfamiliar(words) or _names(spoken, words):
        return NO_GUESS
    chance = _chance(evidence)
    if chance >= _SURE:
        return Guess("qu", _variety(said), round(chance, 3))
    if 1 - chance >= _SURE:
        return Guess("es", None, round(1 - chance, 3))
    return Guess(None, None, round(max(chance, 1 - chance), 3))


def tag_words(text: str) -> list[Tag]:
    """The language of every word of a mixed message; one that could be either follows its neighbours if they agree.

    A Spanish root with Quechua suffixes (doctorata, preocupashani) is a Quechua word.
    """
    spoken = clean(text)
    tags = [Tag(word, _tag(_heard(word.lower()))) for word in _WORD.findall(spoken)]
    return [
        tag._replace(language=_of_neighbours(tags, place))
        if tag.language is None and not _is_neutral_word(tag)
        else tag
        for place, tag in enumerate(tags)
    ]


@lru_cache(maxsize=20_000)
def word_is_quechua(word: str) -> bool:
    """Whether a single word looks more Quechua than Spanish; for choosing how to fold and to lemmatise it."""
    return _heard(word.lower()).evidence > 0


def split_words(text: str) -> list[str]:
    """The words of a text as ngrams() takes them: lower case, without apostrophes and accents, with ñ."""
    return [fold(word, quechua=False) for word in _WORD.findall(clean(text).lower())]


def ngrams(word: str) -> list[str]:
    """The character n-grams of 2, 3 and 4 letters of a word with its edges marked."""
    padded = f" {word} "
    size = len(padded)
    return [
        *[padded[i : i + 3] for i in range(size - 2)],
        *[padded[i : i + 2] for i in range(size - 1)],
        *[padded[i : i + 4] for i in range(size - 3)],
    ]


@dataclass(frozen=True)
class Table:
    """Evidence in natural logarithms, of whole words and of n-grams for words not met.

    own: for Quechua against Spanish; foreign: for languages that the bot does not speak against the better of the two.
    """

    words: dict[str, tuple[float, float]]
    own: dict[str, float]
    foreign: dict[str, float]

    @cached_property
    def both(self) -> dict[str, complex]:
        """own + foreign * 1j of every n-gram: one look-up and one sum instead of two, for speed."""
        return {
            n: complex(self.own.get(n, 0.0), self.foreign.get(n, 0.0)) for n in self.own.keys() | self.foreign.keys()
        }


class _Heard(NamedTuple):
    """What a word tells. evidence, foreign: see Table; known: as a whole; seen: share of trigrams that are known."""

    key: str
    neutral: bool
    known: bool
    evidence: float
    foreign: float
    seen: float


@lru_cache(maxsize=20_000)
def _heard(word: str) -> _Heard:
    """Everything that a lower-case word tells on its own; people repeat words, so it is remembered."""
    key = word if word.isascii() else fold(word, quechua=False)
    neutral = _is_neutral(key)
    if whole := _table().words.get(key):
        return _Heard(key, neutral, True, *whole, 1.0)
    table, grams = _table(), ngrams(key)
    both = sum(map(table.both.get, grams, _ZEROS))
    evidence, foreign = both.real, both.imag
    if evidence < _CLEAR and key.endswith(_INFLECTION, _LEAST_ROOT):
        evidence += _INFLECTED
    seen = sum(map(table.own.__contains__, grams[: len(key)])) / len(key)
    return _Heard(key, neutral, False, evidence, foreign, seen)


@lru_cache(maxsize=20_000)
def _is_reply(word: _Heard) -> bool:
    return word.evidence > 0 and len(word.key) <= _LONGEST_REPLY and _reply_key(word.key) in _quechua_replies()


def _chance(evidence: float) -> float:
    """Probability of Quechua; tempered, because n-grams overlap and so count the same thing several times."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, evidence * _TEMPER))))


def _only_particles(heard: list[_Heard]) -> bool:
    """San Juan de Lurigancho, María de los Ángeles: names, and little words between them."""
    names = any(word.neutral and len(word.key) > _LONGEST_PARTICLE for word in heard)
    return names and all(word.neutral or word.key in _PARTICLES for word in heard)


def _strangeness(word: _Heard) -> float:
    """How foreign a word makes its message; neutral words can only add to it, single letters not at all."""
    if word.neutral:
        return max(0.0, word.foreign) if len(word.key) > 1 else 0.0
    return max(_LEAST_FOREIGN, word.foreign)


def _unfamiliar(words: list[_Heard]) -> bool:
    """A cat on the keyboard."""
    letters = sum(len(word.key) for word in words)
    return sum(word.seen * len(word.key) for word in words) < _FAMILIAR * letters


def _names(spoken: str, words: list[_Heard]) -> bool:
    """Several words, each with a capital and none of them known: somebody's name rather than a sentence."""
    return " " in spoken and spoken.istitle() and "." not in spoken and not any(word.known for word in words)


def _tag(word: _Heard) -> str | None:
    if _is_reply(word):
        return "qu"
    if word.neutral or word.seen < _FAMILIAR or abs(word.evidence) < _WORD_SURE:
        return None
    return "qu" if word.evidence > 0 else "es"


def _is_neutral_word(tag: Tag) -> bool:
    return _heard(tag.word.lower()).neutral


def _of_neighbours(tags: list[Tag], place: int) -> str | None:
    """The language on both sides of an undecided word, or of its only neighbour."""
    around = {tags[i].language for i in (place - 1, place + 1) if 0 <= i < len(tags)}
    return around.pop() if len(around) == 1 else None


@lru_cache(maxsize=1)
def _table() -> Table:
    """The table as bot.nlu.language_table wrote it: hundredths, [own, foreign] of each word and n-gram."""
    data = json.loads(TABLE_FILE.read_text(encoding="utf-8"))
    words = {word: (own / 100, foreign / 100) for word, (own, foreign) in data["words"].items()}
    own = {ngram: own / 100 for ngram, (own, _foreign) in data["ngrams"].items() if own}
    foreign = {ngram: foreign / 100 for ngram, (_own, foreign) in data["ngrams"].items() if foreign}
    return Table(words, own, foreign)


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


def _is_neutral(key: str) -> bool:
    return len(key) < 2 or key in _neutral_words() or not key.strip("jaeiou") or bool(_LAUGHTER.fullmatch(key))


def _variety(words: list[str]) -> str | None:
    """Chanka or Collao by telling forms; None when they balance. A soft preference for replies, nothing more."""
    spoken = f" {'  '.join(words)} "
    chanka, collao = _weight(_CHANKA, spoken), _weight(_COLLAO, spoken)
    if chanka == collao:
        return None
    return "quy" if chanka > collao else "quz"


def _weight(forms: tuple[tuple[str, ...], tuple[str, ...]], spoken: str) -> int:
    sure, likely = forms
    return 2 * sum(map(spoken.count, sure)) + sum(map(spoken.count, likely))
