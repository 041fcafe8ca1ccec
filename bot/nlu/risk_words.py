"""A message as the words the risk phrases are matched against, however it was typed: joined, spaced or disguised."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.nlu.orthography import APOSTROPHE, clean_lines, fold_loose
from bot.nlu.quechua.segmenter import LONGEST_WORD, loose
from bot.nlu.risk_patterns import COMMA, SENTENCE, SPACE, Word

_WORD = re.compile(f"\\d+|[^\\W\\d_{APOSTROPHE}](?:[^\\W_]|[{APOSTROPHE}@$](?=[^\\W_])|(?<=[^\\W_])!(?=[^\\W_]))*")
_SENTENCE_END = re.compile(r"(?<!\.)\.(?!\.)|[!?;¡¿\n]")
_DISGUISES = str.maketrans("01345 7@$!".replace(" ", ""), "oieastasi")
_SPACED_LETTERS = 4
_JOINED_LEAST = 6
_LONG_JOINED = 12
_UNKNOWN = "\u25a1"
_LOOSE_SUFFIXES = frozenset({"ta", "chu", "manta", "paq"})
_SHORT_WORDS = frozenset(
    {"a", "e", "i", "o", "y", "me", "te", "se", "lo", "la", "le", "no", "ya", "mi", "de", "k", "en", "el"}
)


@dataclass(frozen=True)
class Spelling:
    """How one lexicon reads words. short_forms, typos: key -> key; vocabulary: keys a joined word may be split into."""

    key: Callable[[str], str]
    short_forms: Mapping[str, tuple[str, ...]]
    typos: Mapping[str, str]
    vocabulary: frozenset[str]
    numbers: Mapping[str, int]
    roots: frozenset[str] = frozenset()


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
        raw.append(_Raw(match[0].lower(), _gap(text[end : match.start()]) if raw else SPACE))
        end = match.end()
    return _put_together(raw)


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
        key = fold_loose(_undisguised(item.text))
        if words and key in _LOOSE_SUFFIXES and item.gap == SPACE:
            words[-1] = replace(words[-1], key=words[-1].key + key)
            continue
        for n, part in enumerate(_quechua_parts(key, spelling.roots)):
            words.append(Word(part, item.gap if n == 0 else SPACE, _number(part, spelling)))
    return words


def typos_of(words: Iterable[str], key: Callable[[str], str], spared: frozenset[str]) -> dict[str, str]:
    """Slips of the finger in important words: two letters swapped or one inner letter left out, unless a real word.

    Slips are made in the spelling and in the sound: suicdarme for suicidarme, mtarme for matarme.
    """
    found: dict[str, str] = {}
    for word in words:
        slips = {key(slip) for slip in _slips(word)} | _slips(key(word))
        found.update({slip: key(word) for slip in slips if slip not in spared})
    return found


def _slips(word: str) -> set[str]:
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    dropped = {word[:i] + word[i + 1 :] for i in range(1, len(word) - 1)}
    return (swapped | dropped) - {word}


def _gap(between: str) -> int:
    if not between or between.isspace():
        return SPACE
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
    key = spelling.key(_undisguised(text))
    if key in spelling.short_forms:
        return spelling.short_forms[key]
    if key in spelling.vocabulary:
        return (key,)
    if key in spelling.typos:
        return (spelling.typos[key],)
    return _unjoined(key, spelling.vocabulary) if len(key) >= _JOINED_LEAST else (key,)


def _number(key: str, spelling: Spelling) -> int | None:
    if key.isdigit():
        return int(key[:9])
    return spelling.numbers.get(key)


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
    rows = "\0".join(parts).split(_UNKNOWN)
    if letters < _LONG_JOINED and any(len(part) == 1 for part in parts):
        return False
    known = [row.strip("\0").split("\0") for row in rows]
    least = letters if letters < _LONG_JOINED else _LONG_JOINED - 2
    return any(len(row) > 1 and sum(map(len, row)) >= least for row in known)


@lru_cache(maxsize=5_000)
def _quechua_parts(key: str, roots: frozenset[str]) -> tuple[str, ...]:
    """wañuytamunani -> wañuyta munani: a word that cannot be read as one is split before a root of the lexicon."""
    if len(key) < _JOINED_LEAST or len(key) > LONGEST_WORD * 2 or not any(root in key for root in roots):
        return (key,)
    if len(key) <= LONGEST_WORD and _readable(key, roots):
        return (key,)
    return _split_before_roots(key, roots) or (key,)


def _split_before_roots(key: str, roots: frozenset[str]) -> tuple[str, ...] | None:
    for cut in range(3, len(key) - 2):
        right = key[cut:]
        if not any(right.startswith(root) for root in roots) or not _readable(key[:cut], roots):
            continue
        if _readable(right, roots):
            return (key[:cut], right)
        if more := _split_before_roots(right, roots):
            return (key[:cut], *more)
    return None


def _readable(key: str, roots: frozenset[str]) -> bool:
    """Whether it is a word on a root of the lexicon or on any listed root."""
    if key in roots or loose().readings(key):
        return True
    return any(loose().readings_over(key, root) for root in roots if key.startswith(root))
