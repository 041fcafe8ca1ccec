"""A message as the words the risk phrases are matched against, however it was typed: joined, spaced or disguised."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bot.nlu.orthography import APOSTROPHE, clean_lines, fold_loose
from bot.nlu.quechua.segmenter import LONGEST_WORD, loose
from bot.nlu.risk_patterns import COMMA, SENTENCE, SPACE, Word

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
_BESIDE = (
    "qwa wqes ewrd retf tryg ytuh uyij iuok oipl pol aqsz sawdx dsefc fdrgv gfthb hgyjn jhukm kjil lkop "
    "zasx xzsc cxdv vcfb bvgn nbhm mnjk ñlp"
)
_NEIGHBOURS = {group[0]: group[1:] for group in _BESIDE.split()}
_LOOSE_SUFFIXES = frozenset({"ta", "chu", "manta", "paq"})
LONG_WORD = 6
_SURELY_A_SLIP = 9
_SOUND_DEPENDS = re.compile("[cgqh]")
_OFTEN_LOST = "aiusntrmkc"
_QUE = "ke"
_ONE_LETTER = frozenset({"a", "y", "i", "o"})
_TAKES_CLITICS = ("ar", "er", "ir", "ndo", "e")
_CLITICS = frozenset({"me", "te", "se", "lo", "la", "los", "las", "le", "les", "nos"})
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
    pictures: Mapping[str, str] = field(default_factory=dict)
    long_words: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()
    decisive: tuple[str, ...] = ()


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
        key = fold_loose(_undisguised(item.text))
        if words and key in _LOOSE_SUFFIXES and item.gap == SPACE:
            words[-1] = replace(words[-1], key=words[-1].key + key)
            continue
        for n, part in enumerate(_quechua_keys(_undisguised(item.text), spelling)):
            words.append(Word(part, item.gap if n == 0 else SPACE, _number(part, spelling)))
    return words


def typos_of(words: Iterable[str], key: Callable[[str], str], spared: frozenset[str]) -> dict[str, str]:
    """Slips of the finger in important words, unless a real word: suicdarme, mtarme, qyiero, suucidarme.

    Two letters swapped, one inner letter left out or typed twice, or the key beside the right one. Slips are made in
    the spelling and, where a letter is lost or two change places, in the sound.
    """
    found: dict[str, str] = {}
    for word in words:
        slips = {key(slip) for slip in _slips(word) | _wrong_keys(word)} | _slips(key(word))
        found.update({slip: key(word) for slip in slips if slip not in spared and slip not in found})
    return found


def _slips(word: str) -> set[str]:
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    dropped = {word[:i] + word[i + 1 :] for i in range(1, len(word) - 1)}
    doubled = {word[:i] + word[i] + word[i:] for i in range(len(word))}
    return (swapped | dropped | doubled) - {word}


def _wrong_keys(word: str) -> set[str]:
    """qyiero for quiero: one letter taken from the key beside it."""
    return {word[:i] + near + word[i + 1 :] for i, letter in enumerate(word) for near in _NEIGHBOURS.get(letter, "")}


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
    key = spelling.key(_undisguised(text))
    if key in spelling.short_forms:
        return spelling.short_forms[key]
    if key in spelling.vocabulary:
        return (key,)
    if key in spelling.typos:
        return (spelling.typos[key],)
    if key in spelling.spared:
        return (key,)
    if two := _two_words(key, spelling.vocabulary):
        return tuple(map(spelling.key, two))
    if near := _near_word(text, key, spelling.long_words, spelling.key):
        return (near,)
    if len(key) < _JOINED_LEAST:
        return (key,)
    return tuple(spelling.key(part) if part != _UNKNOWN else part for part in _unjoined(key, spelling.vocabulary))


def _number(key: str, spelling: Spelling) -> int | None:
    if key.isdigit():
        return int(key[:9])
    return spelling.numbers.get(key)


@lru_cache(maxsize=20_000)
def _near_word(text: str, key: str, long_words: frozenset[str], sound_of: Callable[[str], str]) -> str | None:
    """The long word of the lexicon that was meant when one key beside the right one was hit, or None."""
    if len(key) < LONG_WORD:
        return None
    variants = {*_wrong_keys(key), *(map(sound_of, _wrong_keys(text)) if _SOUND_DEPENDS.search(text) else ())}
    near = (variant for variant in sorted(variants) if variant in long_words)
    return next(near, None) or _lost_letters(long_words).get(key)


@lru_cache(maxsize=4)
def _lost_letters(long_words: frozenset[str]) -> dict[str, str]:
    """Long words with one inner letter lost: dessparecer for desaparecer has one s in its key."""
    return {
        word[:place] + word[place + 1 :]: word
        for word in sorted(long_words)
        if len(word) > LONG_WORD
        for place in range(1, len(word) - 1)
    }


@lru_cache(maxsize=20_000)
def _two_words(key: str, vocabulary: frozenset[str]) -> tuple[str, str] | None:
    """mihijo -> mi hijo, amatarme -> a matarme: cut in two words of the lexicon, the longer second one preferred."""
    for first, second in _cuts(key):
        if second in _CLITICS and first.endswith(_TAKES_CLITICS) and first != _QUE:
            continue
        whole = all(len(part) > 1 or part in _ONE_LETTER for part in (first, second))
        if whole and len(key) > 2 and first in vocabulary and second in vocabulary:
            return first, second
    return None


def _cuts(key: str) -> Iterator[tuple[str, str]]:
    """Every cut in two; the sound key hides a letter at the seam: perdónpor is perdompor, and ss is written once."""
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


def _quechua_keys(text: str, spelling: Spelling) -> tuple[str, ...]:
    key = fold_loose(text)
    if key in spelling.typos and (len(key) >= _SURELY_A_SLIP or not loose().readings(key)):
        return (spelling.typos[key],)
    for word in () if key in spelling.vocabulary else spelling.decisive:
        if key.endswith(word) and len(key) - len(word) > 2 and _readable(key[: -len(word)], spelling.roots):
            return (key[: -len(word)], word)
    parts = _quechua_parts(text, spelling.roots, spelling.vocabulary)
    near = _near_quechua_word(text, key, spelling.roots) if parts == (key,) and key not in spelling.vocabulary else None
    return (near,) if near else parts


@lru_cache(maxsize=20_000)
def _near_quechua_word(text: str, key: str, roots: frozenset[str]) -> str | None:
    """The word on a root of the lexicon that was meant when a key beside the right one was hit or a letter lost."""
    if not LONG_WORD + 1 < len(key) <= LONGEST_WORD:
        return None
    typed = sorted(set(map(fold_loose, _wrong_keys(text)))) if "h" in text else []
    variants = [*sorted(_wrong_keys(key)), *typed, *_one_letter_more(key)]
    telling = _telling_roots(roots)
    candidates = [variant for variant in variants if variant.startswith(telling)]
    if not candidates or _readable(key, roots):
        return None
    return next((v for v in candidates if any(loose().readings_over(v, r) for r in telling if v.startswith(r))), None)


@lru_cache(maxsize=4)
def _telling_roots(roots: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(root for root in roots if len(root) > 2))


def _one_letter_more(key: str) -> Iterator[str]:
    for place in range(2, len(key)):
        for letter in _OFTEN_LOST:
            yield key[:place] + letter + key[place:]


@lru_cache(maxsize=5_000)
def _quechua_parts(text: str, roots: frozenset[str], vocabulary: frozenset[str]) -> tuple[str, ...]:
    """wañuytamunani -> wañuyta munani: what cannot be read as one word is cut before a word of the lexicon."""
    key = fold_loose(text)
    if len(key) < _JOINED_LEAST or len(key) > LONGEST_WORD * 2 or not any(root in key for root in roots):
        return (key,)
    if key in vocabulary or (len(key) <= LONGEST_WORD and _readable(key, roots)):
        return (key,)
    return _split_at_words(text, roots, vocabulary) or (key,)


def _split_at_words(text: str, roots: frozenset[str], vocabulary: frozenset[str]) -> tuple[str, ...] | None:
    """In as few words as can be; each side is keyed by itself, as spelling depends on what follows."""
    cuts = [
        (fold_loose(text[:cut]), text[cut:])
        for cut in range(3, len(text) - 2)
        if _begins_with_root(fold_loose(text[cut:]), roots, vocabulary)
    ]
    cuts = [(left, rest) for left, rest in cuts if left in vocabulary or _readable(left, roots)]
    for left, rest in cuts:
        right = fold_loose(rest)
        if right in vocabulary or _readable(right, roots):
            return (left, right)
    return next(
        ((left, *more) for left, rest in cuts if (more := _split_at_words(rest, roots, vocabulary) or ())), None
    )


def _begins_with_root(key: str, roots: frozenset[str], vocabulary: frozenset[str]) -> bool:
    return key in vocabulary or any(len(root) > 2 and key.startswith(root) for root in roots)


def _readable(key: str, roots: frozenset[str]) -> bool:
    """Whether it is a word on a root of the lexicon or on any listed root."""
    if key in roots or loose().readings(key):
        return True
    return any(loose().readings_over(key, root) for root in roots if key.startswith(root))
