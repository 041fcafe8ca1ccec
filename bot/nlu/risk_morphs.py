"""Quechua words for the risk phrases: which suffixes stand after a root, with clitics in any order, and quickly.

What follows a root is read once for every ending and remembered, as endings recur from word to word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from bot.nlu.orthography import fold_loose
from bot.nlu.quechua.segmenter import loose
from bot.nlu.quechua.suffixes import CLITIC_HOSTS, FINAL_STATES, SUFFIXES, Suffix

LONGEST_WORD = 40
_CHAINS_KEPT = 4
_ENDINGS_KEPT = 50_000
_ANY_START = ("V", "N", "X")

Chain = tuple[str, ...]
_ByState = Mapping[str, tuple[Chain, ...]]
_Row = tuple[tuple[str, ...], str, str]


def _in_any_order(suffix: Suffix) -> Suffix:
    """People in a crisis mistype: clitics are taken in whatever order."""
    is_clitic = suffix.sources[: len(CLITIC_HOSTS)] == CLITIC_HOSTS
    return replace(suffix, sources=FINAL_STATES) if is_clitic else suffix


class Endings:
    """Reads endings in the loose key."""

    def __init__(self) -> None:
        self._rows: dict[str, set[_Row]] = defaultdict(set)
        for suffix in map(_in_any_order, SUFFIXES):
            self._rows[fold_loose(suffix.form)].add((suffix.sources, suffix.name, suffix.target))
        self._longest = max(map(len, self._rows))
        self._known: dict[str, _ByState] = {}
        self._forget()

    def chains(self, ending: str) -> _ByState:
        """By state before it: the shortest ways to read these letters as suffixes."""
        known = self._known.get(ending)
        if known is not None:
            return known
        found: dict[str, set[Chain]] = defaultdict(set)
        for size in range(1, min(self._longest, len(ending)) + 1):
            for sources, name, target in self._rows.get(ending[:size], ()):
                for chain in self.chains(ending[size:]).get(target, ()):
                    for source in sources:
                        found[source].add((name, *chain))
        if len(self._known) > _ENDINGS_KEPT:
            self._forget()
        here = {state: _shortest(chains) for state, chains in found.items()}
        self._known[ending] = here
        return here

    def fits(self, ending: str, states: tuple[str, ...] = _ANY_START) -> bool:
        """Whether these letters can follow a root."""
        here = self.chains(ending)
        return any(state in here for state in states)

    def _forget(self) -> None:
        self._known.clear()
        self._known[""] = dict.fromkeys(FINAL_STATES, ((),))


@lru_cache(maxsize=1)
def endings() -> Endings:
    """The reader in use."""
    return Endings()


@lru_cache(maxsize=20_000)
def chains_over(key: str, root: str) -> tuple[Chain, ...]:
    """The suffix chains of a word (loose key) over one root, shortest first; empty when it is no word on that root."""
    if not key.startswith(root) or len(key) > LONGEST_WORD:
        return ()
    here = endings().chains(key[len(root) :])
    found = {chain for state in _ANY_START for chain in here.get(state, ())}
    return tuple(sorted(found, key=lambda chain: (len(chain), chain)))


@lru_cache(maxsize=20_000)
def is_word(key: str) -> bool:
    """Whether a loose key is a word on a listed root, its suffixes in good order."""
    return loose().known(key) is not None


def _shortest(chains: set[Chain]) -> tuple[Chain, ...]:
    return tuple(sorted(chains, key=lambda chain: (len(chain), chain))[:_CHAINS_KEPT])
