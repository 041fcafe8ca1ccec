"""Words of a reply as they are compared: by sound, in both languages, with the slips of a hurried thumb taken back.

A word is what the rules know it as; a slip is taken back only where a single known word can have been meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from screening.fold import fold

BREAK = re.compile(r"[,.;:!?¿¡…()\n\"«»]+")
LONGEST = 300
LONG_ENOUGH_FOR_SLIPS = 5
LONG_ENOUGH_TO_SPLIT = 5
LONG_ENOUGH_TO_MISS = 6
LETTERS = "abcdefghijklmnopqrstuvwxyz"
MOST_PARTS = 4
LONGEST_JOINED = 40
ROWS = ("qwertyuiop", "asdfghjklñ", "zxcvbnm")
# Between two endings: the progressive of Chanka and of Collao, which says «now» and changes no answer.
PROGRESSIVE = re.compile(r"(?<=[aiu])(?:chka|shka|sha|sya|shya|shia|sia)(?=ni|nki|n|wan|yku|nchi)")
EVIDENTIAL = re.compile(r"(?<=^mana)[ns]$|(?<=[ynqslrk])mi$|(?<=[aiu])m$|(?<=ni)n$|(?<=[a-z]ta)n$|(?<=ku)n$")
# «just», an ending that changes no answer; and the two forms of «also».
JUST = re.compile(r"(?<=[a-z]{3})lla(?=ni|n$|ta$|wan|$)")
ALSO = re.compile(r"(?<=[a-z]{2})pis$")
DOUBLED = re.compile(r"([^lr\W])\1")
SPANISH = tuple(
    (re.compile(pattern), made)
    for pattern, made in (
        (r"(?<!c)h", ""), (r"v", "b"), (r"z", "s"), (r"c(?=[ei])", "s"), (r"qu(?=[ei])", "k"), (r"c(?!h)", "k"),
        (r"ll", "y"), (r"g(?=[ei])", "j"), (r"mb", "nb"), (r"mp", "np"), (r"([^r\W\d])\1+", r"\1"),
    )
)  # fmt: skip
QUECHUA = tuple(
    (re.compile(pattern), made)
    for pattern, made in (
        (r"h?u(?=a)|hu(?=[ei])", "w"), (r"cc", "q"), (r"qu(?=[ei])", "k"), (r"c(?!h)", "k"), (r"v", "w"), (r"z", "s"),
        (r"e", "i"), (r"o", "u"), (r"chh", "ch"), (r"([tpkq])h", r"\1"), (r"j$|j(?=[ktpsnlmch])", "q"), (r"^j", "h"),
        (r"mk", "nk"), (r"au(?=[^aiu])", "aw"),
    )
)  # fmt: skip


@lru_cache(maxsize=16384)
def spanish_key(word: str) -> str:
    """How a Spanish word sounds: «boses» is «voces», «ay» is «hay»."""
    for pattern, made in SPANISH:
        word = pattern.sub(made, word)
    return word


@lru_cache(maxsize=16384)
def quechua_key(word: str) -> str:
    """A Quechua word without what differs between writers: five vowels, aspirates, the progressive, evidentials."""
    for pattern, made in QUECHUA:
        word = pattern.sub(made, word)
    word = DOUBLED.sub(r"\1", PROGRESSIVE.sub("", word))
    if len(word) < 4:
        return word
    word = EVIDENTIAL.sub("", word)
    word = word[:-2] if word.endswith("qa") and len(word) > 5 else word
    return ALSO.sub("pas", JUST.sub("", word) if len(word) > 5 else word)


@dataclass(frozen=True)
class Word:
    """A word of a reply. said: as it is compared; start: whether a sign stands before it."""

    said: str
    start: bool = False


class Vocabulary:
    """Every word of the rules, and how a written word is one of them."""

    def __init__(self, spanish: Iterable[str], quechua: Iterable[str], spelling: Mapping[str, str]) -> None:
        self._spelling = spelling
        self._spanish = {spanish_key(word) for phrase in (*spanish, *spelling.values()) for word in phrase.split()}
        self._quechua = {quechua_key(word) for phrase in quechua for word in phrase.split()}
        self._known = self._spanish | self._quechua
        self._read = lru_cache(maxsize=8192)(self._words_of)

    def canonical(self, phrase: str) -> tuple[str, ...]:
        """The words of a phrase of the rules as they are compared."""
        return tuple(self._plain(word) or quechua_key(word) for word in phrase.split())

    def is_spanish(self, said: str) -> bool:
        """Whether a word, as it is compared, is a Spanish one of the rules."""
        return said in self._spanish

    def words(self, text: str) -> list[Word]:
        """The words of a reply; those that the rules do not know stay as they are."""
        found: list[Word] = []
        for part in BREAK.split(text[:LONGEST]):
            start = True
            for written in fold(part).split():
                for said in self._read(written):
                    found.append(Word(said, start))
                    start = False
        return found

    def _words_of(self, written: str) -> tuple[str, ...]:
        if written in self._spelling:
            return tuple(spanish_key(word) for word in self._spelling[written].split())
        known = self._plain(written)
        if known:
            return (known,)
        slip = self._slip(written) if len(written) >= LONG_ENOUGH_FOR_SLIPS else None
        if slip:
            return (slip,)
        return self._split(written) if len(written) >= LONG_ENOUGH_TO_SPLIT else (written,)

    def _plain(self, word: str) -> str | None:
        key = spanish_key(word)
        if key in self._spanish:
            return key
        key = quechua_key(word)
        return key if key in self._quechua else None

    def _slip(self, written: str) -> str | None:
        """The one known word a neighbouring key, two swapped letters or a letter too many or too few away."""
        meant = self._spanish & slips(spanish_key(written)) | self._quechua & slips(quechua_key(written))
        return meant.pop() if len(meant) == 1 else None

    def _split(self, written: str) -> tuple[str, ...]:
        """Words that were written together, if they can only be parted in one way."""
        if len(written) > LONGEST_JOINED:
            return (written,)
        for known, key in ((self._spanish, spanish_key(written)), (self._quechua, quechua_key(written))):
            ways = [way for way in _partings(known, key, MOST_PARTS) if len(way[-1]) > 3]
            if len(ways) == 1:
                return ways[0]
        return (written,)


def _partings(known: set[str], written: str, parts: int) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for at in range(2, len(written) - 1) if parts > 1 else ():
        first, rest = written[:at], written[at:]
        if first in known:
            found += [(first, rest)] if rest in known else []
            found += [(first, *more) for more in _partings(known, rest, parts - 1)]
    return found


def _neighbours() -> dict[str, str]:
    found: dict[str, str] = {}
    for row, letters in enumerate(ROWS):
        for at, letter in enumerate(letters):
            beside = letters[max(at - 1, 0) : at + 2]
            above = "".join(ROWS[other][max(at - 1, 0) : at + 2] for other in (row - 1, row + 1) if 0 <= other < 3)
            found[letter] = (beside + above).replace(letter, "").replace("ñ", "n")
    return found


NEIGHBOURS = _neighbours()


def slips(written: str) -> set[str]:
    """What may have been meant by a mistyped word. The last letter stays: it tells «duermo» from «duerme»."""
    found = set()
    for at in range(len(written) - 1):
        before, letter, after = written[:at], written[at], written[at + 1 :]
        found |= {before + other + after for other in NEIGHBOURS.get(letter, "")}
        if at < len(written) - 2:
            found.add(before + after[0] + letter + after[1:])
        if letter == after[0] or len(written) >= LONG_ENOUGH_TO_MISS:
            found.add(before + after)
        if at and len(written) >= LONG_ENOUGH_TO_MISS:
            found |= {before + other + letter + after for other in LETTERS}
    return found
