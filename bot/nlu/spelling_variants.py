"""Spelling variants of training sentences by rule, so that slips of the finger and of the ear are learnt, not copied.

Each rule is what people do on a cheap phone: accents off, a neighbouring key, h/b-v/c-s-z/ll-y/qu-k, words joined,
letters doubled or lost; in Quechua also five vowels, hu for w, endings lost, -chka for -sha. The same seed gives the
same variants.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

Rule = Callable[[str, random.Random], str]

_KEYBOARD = ("qwertyuiop", "asdfghjklñ", "zxcvbnm")
_SHORTEST_CHANGED = 4
_FEWEST_LETTERS = 7


def variant(text: str, quechua: bool, dice: random.Random) -> str:
    """The sentence with one or two slips; the sentence itself when it is too short to stay recognisable."""
    if sum(c.isalpha() for c in text) < _FEWEST_LETTERS:
        return text
    rules = _QUECHUA_RULES if quechua else _SPANISH_RULES
    for _slip in range(dice.choice((1, 1, 2))):
        text = dice.choice(rules)(text, dice)
    return text


def _swap_spelling(pairs: Sequence[tuple[str, str]]) -> Rule:
    """A rule that writes one of the pairs, wherever it fits, the other way."""
    compiled = [(re.compile(pattern), new) for pattern, new in pairs]

    def rule(text: str, dice: random.Random) -> str:
        fitting = [(pattern, new) for pattern, new in compiled if pattern.search(text)]
        if not fitting:
            return text
        pattern, new = dice.choice(fitting)
        return pattern.sub(new, text)

    return rule


def _in_one_word(change: Callable[[str, random.Random], str]) -> Rule:
    """A rule that changes one of the longer words."""

    def rule(text: str, dice: random.Random) -> str:
        words = text.split(" ")
        long_ones = [i for i, word in enumerate(words) if len(word) >= _SHORTEST_CHANGED and word.isalpha()]
        if not long_ones:
            return text
        place = dice.choice(long_ones)
        words[place] = change(words[place], dice)
        return " ".join(words)

    return rule


def _neighbour_key(word: str, dice: random.Random) -> str:
    place = dice.randrange(1, len(word))
    near = _NEIGHBOURS.get(word[place].lower(), word[place])
    return word[:place] + dice.choice(near) + word[place + 1 :]


def _neighbours() -> dict[str, str]:
    rows = {}
    for row in _KEYBOARD:
        for place, key in enumerate(row):
            rows[key] = row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    return rows


_NEIGHBOURS = _neighbours()


def _lost_letter(word: str, dice: random.Random) -> str:
    place = dice.randrange(1, len(word))
    return word[:place] + word[place + 1 :]


def _swapped_letters(word: str, dice: random.Random) -> str:
    place = dice.randrange(0, len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _doubled_letter(word: str, dice: random.Random) -> str:
    place = dice.randrange(len(word))
    return word[:place] + word[place] * 2 + word[place + 1 :]


def _joined_words(text: str, dice: random.Random) -> str:
    gaps = [place for place, c in enumerate(text) if c == " "]
    if not gaps:
        return text
    gap = dice.choice(gaps)
    return text[:gap] + text[gap + 1 :]


def _all_joined(text: str, dice: random.Random) -> str:
    words = text.split(" ")
    return "".join(words) if len(words) <= 5 else _joined_words(text, dice)


_ACCENTS = str.maketrans("áéíóúüñ", "aeiouun")


def _no_accents(text: str, dice: random.Random) -> str:
    return text.translate(_ACCENTS)


_SPANISH_SPELLINGS = (
    (r"\bh", ""), (r"\b(?=[aeo][bclsv])", "h"), (r"b", "v"), (r"v", "b"), (r"c(?=[ei])", "s"), (r"s(?=[ei])", "c"),
    (r"z", "s"), (r"s\b", ""), (r"ll", "y"), (r"y(?=[aeo])", "ll"), (r"qu(?=[ei])", "k"), (r"\bc(?=[aou])", "k"),
    (r"g(?=[ei])", "j"), (r"\bhu(?=e)", "w"), (r"\bque\b", "q"), (r"\bpor\b", "x"), (r"\bpara\b", "pa"),
    (r"\bestoy\b", "toy"), (r"\bporque\b", "xq"), (r"ado\b", "ao"), (r"d\b", ""),
)  # fmt: skip

_QUECHUA_SPELLINGS = (
    (r"i(?=[a-zñ]*q)|(?<=q)i", "e"), (r"u(?=[a-zñ]?q)|(?<=q)u", "o"), (r"i\b", "e"), (r"u\b", "o"),
    (r"w(?=[ai])", "hu"), (r"hua", "wa"), (r"k(?=[aou])", "c"), (r"k(?=[ie])", "qu"), (r"q(?=[au])", "k"),
    (r"q\b", "j"), (r"chka", "sha"), (r"sha", "chka"), (r"[mn]\b", ""), (r"mi\b", "n"), (r"chik\b", "chis"),
    (r"chis\b", "chik"), (r"ay\b", "ai"), (r"ñ", "n"), (r"(?<=[ptkq])h|(?<=ch)h", ""), (r"(?<=[ptkq])['ʼ’]", ""),
    (r"sq", "shj"), (r"y\b", "i"),
)  # fmt: skip

_SLIPS = (
    _in_one_word(_neighbour_key), _in_one_word(_lost_letter), _in_one_word(_swapped_letters),
    _in_one_word(_doubled_letter), _joined_words, _all_joined,
)  # fmt: skip
_SPANISH_RULES: tuple[Rule, ...] = (*[_swap_spelling(_SPANISH_SPELLINGS)] * 5, _no_accents, *_SLIPS)
_QUECHUA_RULES: tuple[Rule, ...] = (*[_swap_spelling(_QUECHUA_SPELLINGS)] * 6, *_SLIPS)
