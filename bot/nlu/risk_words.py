"""A message as the words the risk phrases are matched against, however it was typed: joined, spaced or disguised."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bot.nlu.orthography import APOSTROPHE, clean_lines, fold, fold_loose
from bot.nlu.risk_known import spanish_known
from bot.nlu.risk_patterns import COMMA, SENTENCE, SPACE, Word
from bot.nlu.risk_quechua_words import QuechuaWords
from bot.nlu.risk_slips import Slips

_WORD = re.compile(f"\\d+|[^\\W\\d_{APOSTROPHE}](?:[^\\W_]|[{APOSTROPHE}@$](?=[^\\W_])|(?<=[^\\W_])!(?=[^\\W_]))*")
_NUMBER_INSIDE = re.compile(r"(?<=[^\W\d_])(?=\d{2,}(?!\d*[^\W\d_]\d))|(?<=\d\d)(?=[^\W\d_]{3})")
_SENTENCE_END = re.compile(r"(?<!\.)\.(?!\.)|[!?;¡¿\n]")
_DISGUISES = str.maketrans("01345 7@$!".replace(" ", ""), "oieastasi")
_SPACED_LETTERS = 4
_JOINED_LEAST = 6
_LONG_JOINED = 12
_UNKNOWN = "\u25a1"
_SPLIT_LETTERS = 9
_MANY_PARTS = 4
_LOOSE_SUFFIXES = frozenset({"ta", "chu", "manta", "paq"})
_SHORT_PART = 2
_LONGEST_SPLIT = 40
_SURE_PART = 5
_LONG_PART = 4
_SAID_FIRST = frozenset({"ya", "boi", "no", "me", "yo", "ke"})
_SAID_NEXT = frozenset({"no", "a", "me", "kiero", "boi", "se", "mi"})
_QUE = "ke"
_LITTLE_WORDS = frozenset(
    {
        "yo",
        "he",
        "e",
        "si",
        "ni",
        "tu",
        "al",
        "o",
        "es",
        "a",
        "y",
        "me",
        "te",
        "se",
        "lo",
        "la",
        "le",
        "no",
        "ya",
        "mi",
        "de",
        "en",
        "el",
        "un",
        "su",
    }
)
_ONE_LETTER = frozenset({"a", "y", "i", "o"})
_TAKES_CLITICS = ("ar", "er", "ir", "ndo", "e")
_CLITICS = frozenset({"me", "te", "se", "lo", "la", "los", "las", "le", "les", "nos"})
_SHORT_WORDS = frozenset(
    {"a", "e", "i", "o", "y", "me", "te", "se", "lo", "la", "le", "no", "ya", "mi", "de", "k", "en", "el"}
)


@dataclass(frozen=True)
class Spelling:
    """How one lexicon reads words. short_forms: key -> keys; vocabulary: keys a joined word may be split into.

    spared: keys that are no slips; pictures: drawings as words; quechua: the reader of the Quechua lexicon.
    """

    key: Callable[[str], str]
    short_forms: Mapping[str, tuple[str, ...]]
    slips: Slips
    vocabulary: frozenset[str]
    numbers: Mapping[str, int]
    pictures: Mapping[str, str] = field(default_factory=dict)
    spared: frozenset[str] = frozenset()
    quechua: QuechuaWords | None = None


@dataclass(frozen=True)
class _Raw:
    text: str
    gap: int


def split_raw(text: str) -> list[_Raw]:
    """The typed words with what stands before each; letters typed one by one are put together."""
    text = clean_lines(text)
    raw: list[_Raw] = []
    end = 0
    for match in _WORD.finditer(text):
        gap = _gap(text[end : match.start()]) if raw else SPACE
        for piece in _NUMBER_INSIDE.split(match[0].lower()):
            raw.append(_Raw(piece, gap))
            gap = SPACE
        end = match.end()
    return _put_together(raw)


def with_pictures(text: str, pictures: Mapping[str, str]) -> str | None:
    """The text with a word in place of every picture of the lexicon; None when it shows none of them."""
    if text.isascii() or not any(picture in text for picture in pictures):
        return None
    for picture, word in pictures.items():
        text = text.replace(picture, f" {word} ")
    return text


def spanish_words(raw: list[_Raw], spelling: Spelling) -> list[Word]:
    """The words for the Spanish lexicon."""
    words: list[Word] = []
    for item in raw:
        keys = _spanish_keys(item.text, spelling)
        words += [Word(key, item.gap if n == 0 else SPACE, _number(key, spelling)) for n, key in enumerate(keys)]
    return words


def quechua_words(raw: list[_Raw], spelling: Spelling) -> list[Word]:
    """The words for the Quechua lexicon; a case or question suffix typed apart goes back to its word."""
    words: list[Word] = []
    for item in raw:
        text = _undisguised(item.text)
        key = fold_loose(text)
        if words and key in _LOOSE_SUFFIXES and item.gap == SPACE:
            words[-1] = replace(words[-1], key=words[-1].key + key)
            continue
        for n, part in enumerate(spelling.quechua.keys(text) if spelling.quechua else (key,)):
            words.append(Word(part, item.gap if n == 0 else SPACE, _number(part, spelling)))
    return words


def _gap(between: str) -> int:
    if not between or between.isspace():
        return COMMA if "\n" in between else SPACE
    if _SENTENCE_END.search(between):
        return SENTENCE
    return COMMA if between.strip(' -_*~#"«»“”()/') else SPACE


def _put_together(raw: list[_Raw]) -> list[_Raw]:
    """m o r i r -> morir; a row of at least four single letters."""
    result: list[_Raw] = []
    row: list[_Raw] = []
    for item in [*raw, _Raw("", SPACE)]:
        if len(item.text) == 1 and item.text.isalpha():
            row.append(item)
            continue
        result += [_Raw("".join(r.text for r in row), row[0].gap)] if len(row) >= _SPACED_LETTERS else row
        row = []
        if item.text:
            result.append(item)
    return result


def _undisguised(text: str) -> str:
    """su1c1d1o -> suicidio; plain numbers stay."""
    if text.isalpha() or text.isdigit():
        return text
    return text.translate(_DISGUISES)


def _spanish_keys(text: str, spelling: Spelling) -> tuple[str, ...]:
    text = _undisguised(text)
    key = spelling.key(text)
    if key in spelling.short_forms:
        return spelling.short_forms[key]
    if key in spelling.vocabulary:
        return (key,)
    plain = fold(text, quechua=False)
    if plain in spanish_known() or key in spelling.spared:
        return (key,)
    return _repaired(plain, key, spelling)


def _repaired(plain: str, key: str, spelling: Spelling) -> tuple[str, ...]:
    """A word nobody knows: two or more words in one, or a slip of the finger, or left as it is."""
    two = _two_words(key, spelling.vocabulary)
    if two and (_plainly_two(two) or (two[0] in _SAID_FIRST and two[1] in _SAID_NEXT)):
        return two
    if meant := _meant(plain, key, spelling.slips):
        return (meant,)
    if two:
        return two
    if half := _half_known(plain, spelling):
        return half
    if len(key) < _JOINED_LEAST:
        return (key,)
    return tuple(map(_by_itself, _unjoined(key, spelling.vocabulary)))


def _plainly_two(parts: tuple[str, str]) -> bool:
    """a matarme: a long word and one that stands by itself."""
    return len(max(parts, key=len)) >= _SURE_PART and all(map(_stands_alone, parts))


def _half_known(plain: str, spelling: Spelling) -> tuple[str, ...] | None:
    """dolorquiero -> dolor quiero: a word of the lexicon, as long as can be, and any everyday word."""
    if len(plain) > _LONGEST_SPLIT:
        return None
    known = spanish_known()
    found: list[tuple[int, tuple[str, str]]] = []
    for cut in range(1, len(plain)):
        first, second = plain[:cut], plain[cut:]
        keys = spelling.key(first), spelling.key(second)
        listed = [len(key) for key in keys if key in spelling.vocabulary and len(key) > _SHORT_PART]
        if not listed or not all(_stands_alone(part) for part in (first, second)):
            continue
        if all(key in spelling.vocabulary or part in known for key, part in zip(keys, (first, second), strict=True)):
            found.append((max(listed), keys))
    return max(found)[1] if found else None


def _stands_alone(part: str) -> bool:
    return len(part) > _SHORT_PART or part in _LITTLE_WORDS


def _meant(plain: str, key: str, slips: Slips) -> str | None:
    return slips.meant(plain) or (slips.meant(key) if key != plain else None)


def _number(key: str, spelling: Spelling) -> int | None:
    if key.isdigit():
        return int(key[:9])
    return spelling.numbers.get(key)


@lru_cache(maxsize=20_000)
def _two_words(key: str, vocabulary: frozenset[str]) -> tuple[str, str] | None:
    """mihijo -> mi hijo, amatarme -> a matarme: cut in two words of the lexicon, the longer second one preferred."""
    for first, second in _cuts(key):
        if second in _CLITICS and first.endswith(_TAKES_CLITICS) and first != _QUE:
            continue
        whole = all(len(part) > 1 or part in _ONE_LETTER for part in (first, second))
        if whole and len(key) > 2 and first in vocabulary and second in vocabulary:
            return _by_itself(first), _by_itself(second)
    return None


def _by_itself(part: str) -> str:
    """The key of a word at a seam: voy sounds otherwise before a vowel."""
    return f"{part[:-1]}i" if part.endswith("y") else part


def _cuts(key: str) -> Iterator[tuple[str, str]]:
    """Every cut in two; the sound key hides a letter at the seam: perdónpor is perdompor, and ss is written once."""
    for cut in range(_LONG_PART, len(key) - _LONG_PART):
        if key[cut - 1] not in "aeiou":
            yield key[:cut], key[cut - 1 :]
    for cut in range(1, len(key)):
        yield key[:cut], key[cut:]
    for cut in range(2, len(key) - 1):
        if key[cut - 1] == "m" and key[cut] in "bp":
            yield f"{key[: cut - 1]}n", key[cut:]
        if key[cut - 1] not in "aeiou":
            yield key[:cut], key[cut - 1 :]


@lru_cache(maxsize=5_000)
def _unjoined(key: str, vocabulary: frozenset[str]) -> tuple[str, ...]:
    """quieromorir -> quiero morir: the cheapest way through known words, letters of unknown ones costing most.

    It is only split if two known words of some length stand together: informacion holds forma, and is still one word.
    """
    longest = 14
    cost = [0.0] + [1e9] * len(key)
    back: list[tuple[int, bool]] = [(0, False)] * (len(key) + 1)
    for end in range(1, len(key) + 1):
        cost[end], back[end] = cost[end - 1] + 2.5, (end - 1, False)
        for start in range(max(0, end - longest), end):
            piece = key[start:end]
            if (len(piece) > 2 or piece in _SHORT_WORDS) and piece in vocabulary:
                price = cost[start] + (1.0 if len(piece) > 2 else 1.6)
                if price < cost[end]:
                    cost[end], back[end] = price, (start, True)
    return _read_back(key, back)


def _read_back(key: str, back: list[tuple[int, bool]]) -> tuple[str, ...]:
    parts: list[str] = []
    end = len(key)
    while end > 0:
        start, is_word = back[end]
        if is_word:
            parts.append(key[start:end])
        elif not parts or parts[-1] != _UNKNOWN:
            parts.append(_UNKNOWN)
        end = start
    parts.reverse()
    return tuple(parts) if _worth_splitting(parts, len(key)) else (key,)


def _worth_splitting(parts: list[str], letters: int) -> bool:
    if len(parts) == 2 and parts[1] in _CLITICS:
        return False
    rows = "\0".join(parts).split(_UNKNOWN)
    if letters < _LONG_JOINED and any(len(part) == 1 for part in parts):
        return letters >= _SPLIT_LETTERS and len(parts) >= _MANY_PARTS and _UNKNOWN not in parts
    known = [row.strip("\0").split("\0") for row in rows]
    least = letters if letters < _LONG_JOINED else _LONG_JOINED - 2
    return any(len(row) > 1 and sum(map(len, row)) >= least for row in known)
