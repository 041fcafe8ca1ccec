"""Which word was meant when the finger slipped: one key beside the right one, a letter lost, doubled or swapped.

Words are looked up through their neighbours with one letter left out, so a look costs a few dictionary reads whatever
the size of the vocabulary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

_BESIDE = (
    "qwa wqeas ewrsd retdf trygf ytuhg uyijh iuokj oiplk poñl aqszw sawdxz dsefcx fdrgvc gfthbv hgyjnb jhukmn kjiolm "
    "lkopñ zasx xzsdc cxdfv vcfgb bvghn nbhjm mnjk ñlp"
)
NEIGHBOURS = {group[0]: group[1:] for group in _BESIDE.split()}
SHORTEST = 4
_SHORTEST_OTHER = 5


class Slips:
    """The words that may be meant. words: form as typed or heard -> key; preferred: keys that win over others."""

    def __init__(self, words: Mapping[str, str], preferred: Iterable[str] = ()) -> None:
        self._keys = {word: key for word, key in words.items() if len(word) >= SHORTEST}
        self._preferred = frozenset(preferred)
        self._near: dict[str, list[str]] = defaultdict(list)
        for word in self._keys:
            for place in range(len(word)):
                self._near[word[:place] + word[place + 1 :]].append(word)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all words in which a slip is forgiven."""
        return frozenset(self._keys.values())

    def meant(self, typed: str) -> str | None:
        """The key of the word that was meant, or None; a preferred one, or the first by the alphabet."""
        if len(typed) < SHORTEST:
            return None
        found = {self._keys[word] for word in self._candidates(typed) if is_slip(typed, word)}
        return min(found, key=lambda key: (key not in self._preferred, key), default=None)

    def wrong_key(self, typed: str) -> str | None:
        """As meant(), but only for one key hit beside the right one in a longer word; never for a listed word."""
        if len(typed) < _SHORTEST_OTHER or typed in self._keys:
            return None
        near = (word for word in self._candidates(typed) if len(word) == len(typed) and _wrong_key(typed, word))
        found = {self._keys[word] for word in near}
        return min(found, key=lambda key: (key not in self._preferred, key), default=None)

    def _candidates(self, typed: str) -> set[str]:
        """Words that share a form with one letter left out."""
        found = set(self._near.get(typed, ()))
        for place in range(len(typed)):
            shorter = typed[:place] + typed[place + 1 :]
            found.update(self._near.get(shorter, ()))
            if shorter in self._keys:
                found.add(shorter)
        return found


def is_slip(typed: str, word: str) -> bool:
    """Whether typed comes from word by a single slip; a word of four letters only by a key beside the right one."""
    if len(typed) == len(word):
        return _wrong_key(typed, word) or (len(word) >= _SHORTEST_OTHER and _swapped(typed, word))
    if len(word) < _SHORTEST_OTHER:
        return False
    if len(typed) == len(word) - 1:
        # A lost first or last letter makes another word too often.
        return typed[0] == word[0] and _one_more(word, typed) is not None
    place = _one_more(typed, word)
    return place is not None and _strayed(typed, place)


def _wrong_key(typed: str, word: str) -> bool:
    places = [n for n, letter in enumerate(word) if typed[n] != letter]
    return len(places) == 1 and typed[places[0]] in NEIGHBOURS.get(word[places[0]], "")


def _swapped(typed: str, word: str) -> bool:
    places = [n for n, letter in enumerate(word) if typed[n] != letter]
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    return typed[places[0]] == word[places[1]] and typed[places[1]] == word[places[0]]


def _one_more(longer: str, shorter: str) -> int | None:
    """Where the longer word has one letter more; None if it differs otherwise."""
    place = next((n for n, letter in enumerate(shorter) if longer[n] != letter), len(shorter))
    return place if longer[:place] + longer[place + 1 :] == shorter else None


def _strayed(typed: str, place: int) -> bool:
    """A letter too many is one typed twice or the key beside that of its neighbour."""
    beside = {typed[n] for n in (place - 1, place + 1) if 0 <= n < len(typed)}
    return typed[place] in beside or any(typed[place] in NEIGHBOURS.get(letter, "") for letter in beside)
