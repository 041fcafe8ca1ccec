"""Typed words as words of the Quechua lexicon: what nobody can read is cut in two, or a slip of the finger mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.nlu.orthography import fold, fold_loose
from bot.nlu.risk_known import spanish_known
from bot.nlu.risk_morphs import LONGEST_WORD, chains_over, endings, is_word
from bot.nlu.risk_slips import NEIGHBOURS, Slips

_JOINED_LEAST = 6
_SLIP_LEAST = 6
_SURELY_A_SLIP = 8
_SHORTEST_PART = 3
_TELLING_ROOT = 4
_LONGEST_ENDING = 16
_OFTEN_LOST = "aiusntrmkcpwqhy"


@dataclass(frozen=True)
class QuechuaWords:
    """The words of the lexicon. roots: loose key -> as written; decisive: keys that no slip may hide."""

    roots: Mapping[str, str]
    vocabulary: frozenset[str]
    decisive: frozenset[str]
    slips: Slips

    def keys(self, text: str) -> tuple[str, ...]:
        """The key or keys of one typed word."""
        key = fold_loose(text)
        if key in self.vocabulary or len(key) > LONGEST_WORD * 2:
            return (key,)
        if cut := self._before_decisive(key):
            return cut
        meant = self.slips.wrong_key(key) or self.slips.wrong_key(text)
        if meant and (meant in self.decisive or len(meant) >= _SURELY_A_SLIP):
            return (meant,)
        if _is_spanish(text) or self._known(key):
            return (key,)
        return self._repaired(text, key)

    def _repaired(self, text: str, key: str) -> tuple[str, ...]:
        """A word nobody knows: a slip of the finger, two words in one, suffixes in another order, a slip in a root."""
        if meant := self.slips.meant(key) or self.slips.meant(text):
            return (meant,)
        if len(key) < _SLIP_LEAST:
            return (key,)
        if parts := self._parts(text):
            return parts
        if self._readable(key):
            return (key,)
        mended = self._mended_root(text) or self._mended_root(key) or self._mended_ending(key)
        return (mended,) if mended else (key,)

    def _before_decisive(self, key: str) -> tuple[str, str] | None:
        """manawañuyta: a decisive word at the end of what can be read before it."""
        for cut in range(_SHORTEST_PART, len(key) - _TELLING_ROOT):
            if key[cut:] in self.decisive and self._readable(key[:cut]):
                return key[:cut], key[cut:]
        return None

    def _known(self, key: str) -> bool:
        """Whether it is a word in good order on a listed root, or one of the lexicon."""
        return key in self.vocabulary or is_word(key)

    def _readable(self, key: str) -> bool:
        """Whether it is a word on a listed root or on one of the lexicon, its clitics in any order."""
        return self._known(key) or any(
            chains_over(key, key[:end]) for end in self._root_lengths if key[:end] in self.roots
        )

    @cached_property
    def _root_lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(root) for root in self.roots}, reverse=True))

    def _parts(self, text: str) -> tuple[str, ...] | None:
        """wañuytamunani -> wañuyta munani: in as few words as can be, one of them of the lexicon.

        Each side is keyed by itself, as spelling depends on what follows.
        """
        cuts = [(text[:cut], text[cut:]) for cut in range(_SHORTEST_PART, len(text) - _SHORTEST_PART + 1)]
        cuts = [(left, rest) for left, rest in cuts if self._stands_alone(left)]
        pairs = [(fold_loose(left), fold_loose(rest)) for left, rest in cuts if self._stands_alone(rest)]
        best = max(pairs, key=self._telling, default=None)
        if best and self._telling(best):
            return best
        long_enough = ((left, rest) for left, rest in cuts if len(rest) >= 2 * _JOINED_LEAST)
        more = ((left, self._parts(rest)) for left, rest in long_enough)
        return next(((fold_loose(left), *parts) for left, parts in more if parts), None)

    def _telling(self, pair: tuple[str, str]) -> int:
        """How many of two words are of the lexicon."""
        return sum(map(self._of_lexicon, pair))

    def _stands_alone(self, text: str) -> bool:
        return self._readable(fold_loose(text)) or (len(text) > _SHORTEST_PART and _is_spanish(text))

    def _of_lexicon(self, key: str) -> bool:
        """A word of the lexicon, or one on a root of it that tells something."""
        if key in self.vocabulary:
            return True
        return len(key) > _TELLING_ROOT and any(
            key[:end] in self.roots for end in self._root_lengths if end >= _TELLING_ROOT
        )

    def _mended_root(self, text: str) -> str | None:
        """The word on a telling root that was meant when the finger slipped in the root."""
        for size in range(min(len(text) - 1, self._root_lengths[0] + 1), _TELLING_ROOT - 2, -1):
            root = self._root_slips.meant(text[:size])
            rest = fold_loose(text[size:])
            if root and len(rest) > 1 and endings().fits(rest, ("V", "N")):
                return root + rest
        return None

    @cached_property
    def _root_slips(self) -> Slips:
        telling = {root: written for root, written in self.roots.items() if len(root) >= _TELLING_ROOT}
        return Slips({**{root: root for root in telling}, **{written: root for root, written in telling.items()}})

    def _mended_ending(self, key: str) -> str | None:
        """The word that was meant when the finger slipped in what follows a telling root."""
        for end in self._root_lengths:
            root, rest = key[:end], key[end:]
            if end >= _TELLING_ROOT and root in self.roots and len(rest) <= _LONGEST_ENDING:
                mended = next((other for other in _one_slip_less(rest) if endings().fits(other, ("V", "N"))), None)
                if mended is not None:
                    return root + mended
        return None


def _is_spanish(text: str) -> bool:
    """An everyday Spanish word, alone or with Quechua suffixes: largawan, necesitani."""
    plain, known = fold(text, quechua=False), spanish_known()
    if plain in known:
        return True
    return any(
        plain[:end] in known and endings().fits(fold_loose(plain[end:]), ("V", "N"))
        for end in range(len(plain) - 1, _TELLING_ROOT - 1, -1)
    )


def _one_slip_less(typed: str) -> Iterator[str]:
    """What may have been meant: keys beside, letters swapped, lost or too many."""
    for place, letter in enumerate(typed):
        for other in NEIGHBOURS.get(letter, ""):
            yield typed[:place] + other + typed[place + 1 :]
    for place in range(len(typed) - 1):
        yield typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]
    for place in range(len(typed) + 1):
        for letter in _OFTEN_LOST:
            yield typed[:place] + letter + typed[place:]
    for place in range(len(typed)):
        yield typed[:place] + typed[place + 1 :]
