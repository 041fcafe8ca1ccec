"""Splits a Quechua word into root and suffixes, right to left over the slot grammar, preferring known roots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.nlu.orthography import fold, fold_loose
from bot.nlu.quechua.roots import ROOTS
from bot.nlu.quechua.suffixes import FINAL_STATES, START_OF, SUFFIXES

LONGEST_WORD = 40
_CHAINS_KEPT = 4
_SHORTEST_UNKNOWN_ROOT = 3

Chain = tuple[str, ...]
_Tails = list[dict[str, list[Chain]]]


@dataclass(frozen=True)
class Analysis:
    """One reading of a word: root as in the key, canonical suffix names in order, whether the root is listed."""

    root: str
    suffixes: Chain
    known: bool

    @property
    def segments(self) -> tuple[str, ...]:
        """Root and suffixes, for display to developers."""
        return (self.root, *self.suffixes)


class Segmenter:
    """Analyses words written in one key (fold or fold_loose); roots and suffix forms are brought into the same key."""

    def __init__(self, key: Callable[[str], str], roots: Mapping[str, str]) -> None:
        self._roots: dict[str, set[str]] = defaultdict(set)
        for root, kind in roots.items():
            self._roots[key(root)].update(START_OF[kind])
        self._longest_root = max(map(len, self._roots))
        self._forms = _forms_by_first_letter(key)

    def best(self, word: str) -> Analysis:
        """The preferred reading of a word that is already in the key; a word nothing is known of is its own root."""
        known = self.readings(word)
        return known[0] if known else self._guess(word)

    def readings(self, word: str) -> list[Analysis]:
        """All readings over a listed root, longest root first."""
        if not word or len(word) > LONGEST_WORD:
            return []
        tails = self._tails(word)
        found = []
        for end in range(min(len(word), self._longest_root), 0, -1):
            for state in sorted(self._roots.get(word[:end], ())):
                found += [Analysis(word[:end], chain, True) for chain in tails[end].get(state, ())]
        return found

    def readings_over(self, word: str, root: str) -> list[Analysis]:
        """The readings whose root is the given one, as verb or nominal, listed or not."""
        if not word.startswith(root) or len(word) > LONGEST_WORD:
            return []
        at_root = self._tails(word)[len(root)]
        chains = {chain for state in ("V", "N", "X") for chain in at_root.get(state, ())}
        return [Analysis(root, chain, True) for chain in sorted(chains, key=lambda c: (len(c), c))]

    def _tails(self, word: str) -> _Tails:
        """For each position, by state: the suffix chains that lead from there to the end of the word."""
        tails: _Tails = [{} for _ in range(len(word) + 1)]
        tails[len(word)] = {state: [()] for state in FINAL_STATES}
        for position in range(len(word) - 1, 0, -1):
            here: dict[str, list[Chain]] = defaultdict(list)
            for form, name, sources, target in self._forms.get(word[position], ()):
                if word.startswith(form, position):
                    rest = tails[position + len(form)].get(target)
                    if rest:
                        for source in sources:
                            here[source] += [(name, *chain) for chain in rest]
            tails[position] = {state: _shortest(chains) for state, chains in here.items()}
        return tails

    def _guess(self, word: str) -> Analysis:
        if not word or len(word) > LONGEST_WORD:
            return Analysis(word, (), False)
        tails = self._tails(word)
        best, best_score = Analysis(word, (), False), 0.0
        for end in range(_SHORTEST_UNKNOWN_ROOT, len(word)):
            for state in ("V", "N"):
                for chain in tails[end].get(state, ()):
                    score = _plausibility(chain, state, word[end - 1])
                    if score > best_score:
                        best, best_score = Analysis(word[:end], chain, False), score
        return best


@lru_cache(maxsize=20_000)
def segment(word: str) -> Analysis:
    """The preferred reading of a word in any spelling."""
    return _strict().best(fold(word, quechua=True))


@lru_cache(maxsize=20_000)
def loose_readings(word: str, root: str) -> tuple[Analysis, ...]:
    """Readings over a given root (as typed in a rule) with the spelling tolerance of the safety lexicon."""
    return tuple(loose().readings_over(fold_loose(word), fold_loose(root)))


@lru_cache(maxsize=1)
def _strict() -> Segmenter:
    return Segmenter(lambda text: fold(text, quechua=True), ROOTS)


@lru_cache(maxsize=1)
def loose() -> Segmenter:
    """The segmenter of the safety lexicon."""
    return Segmenter(fold_loose, ROOTS)


def _forms_by_first_letter(key: Callable[[str], str]) -> dict[str, list[tuple[str, str, tuple[str, ...], str]]]:
    forms: dict[str, list[tuple[str, str, tuple[str, ...], str]]] = defaultdict(list)
    for suffix in SUFFIXES:
        form = key(suffix.form)
        row = (form, suffix.name, suffix.sources, suffix.target)
        if row not in forms[form[0]]:
            forms[form[0]].append(row)
    return dict(forms)


def _shortest(chains: list[Chain]) -> list[Chain]:
    return sorted(set(chains), key=lambda chain: (len(chain), chain))[:_CHAINS_KEPT]


def _plausibility(chain: Chain, state: str, last_root_letter: str) -> float:
    """Letters explained by suffixes; single letters hardly count, and a verb stem ends in a vowel."""
    score = sum(len(name) if len(name) > 1 else 0.4 for name in chain) - 0.8 * len(chain)
    if state == "V" and last_root_letter not in "aiu":
        return 0.0
    return score
