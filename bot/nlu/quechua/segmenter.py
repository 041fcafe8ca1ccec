"""Splits a Quechua word into root and suffixes over the slot grammar, preferring known roots and plain readings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.nlu.orthography import fold, fold_loose
from bot.nlu.quechua.roots import ROOTS
from bot.nlu.quechua.suffixes import CLITIC_HOSTS, FINAL_STATES, PERSON_OF, START_OF, SUFFIXES, Suffix
from bot.nlu.spanish import loan_roots

LONGEST_WORD = 40
_CHAINS_KEPT = 4
_ENDINGS_KEPT = 50_000
_SHORTEST_UNKNOWN_ROOT = 3
_HOST = "*"
_SHORT_ROOT, _LOAN_ROOT = 1.0, 1.5

Chain = tuple[str, ...]
_Tails = list[dict[str, list[Chain]]]
# One reading of the rest of a word: cost, name and slot of its first suffix, and the rest after that.
_Step = tuple[float, str, str, Any]
_Forms = dict[str, list[tuple[str, str, tuple[str, ...], str]]]
_Row = tuple[tuple[str, ...], str, str, float]


def _is_clitic(suffix: Suffix) -> bool:
    return suffix.sources[: len(CLITIC_HOSTS)] == CLITIC_HOSTS


# People in a crisis mistype: the safety lexicon takes clitics in whatever order.
_IN_ANY_ORDER = tuple(replace(s, sources=FINAL_STATES) if _is_clitic(s) else s for s in SUFFIXES)
_NOTHING_LEFT: dict[str, _Step] = dict.fromkeys((*FINAL_STATES, _HOST), (0.0, "", "", None))


@dataclass(frozen=True)
class Analysis:
    """One reading of a word: root as in the key, canonical suffix names in order, whether the root is listed.

    slots: for each suffix the state it leads to, such as P for person. loan: the root is from the Spanish list.
    """

    root: str
    suffixes: Chain
    known: bool
    slots: Chain = ()
    loan: bool = False

    @property
    def segments(self) -> tuple[str, ...]:
        """Root and suffixes, for display to developers."""
        return (self.root, *self.suffixes)

    @property
    def person(self) -> str | None:
        """Who acts: 1, 2, 3, 1+2 (we with you), 1pl, 2pl, 3pl, or 1>2 (I to you); None without a finite verb."""
        for before, name, slot in zip(("", *self.suffixes), self.suffixes, self.slots, strict=False):
            if slot == "P" and name in PERSON_OF:
                return "3>2" if before == "su" else PERSON_OF[name]
        return "3" if ("rqa", "T") in zip(self.suffixes, self.slots, strict=False) else None


class Segmenter:
    """Analyses words written in one key (fold or fold_loose); roots and suffix forms are brought into the same key."""

    def __init__(self, key: Callable[[str], str], roots: Mapping[str, str], loans: Mapping[str, str] = {}) -> None:
        self._roots: dict[str, set[str]] = defaultdict(set)
        for root, kind in roots.items():
            self._roots[key(root)].update(START_OF[kind])
        self._forms = _forms_by_first_letter(key, SUFFIXES)
        self._tolerant_forms = _forms_by_first_letter(key, _IN_ANY_ORDER)
        self._rows, self._longest_form = _rows_by_form(key)
        self._starts = _starts(self._roots, loans, key)
        self._longest_root = max(map(len, self._starts))
        self._endings: dict[str, dict[str, _Step]] = {"": _NOTHING_LEFT}

    def best(self, word: str) -> Analysis:
        """The preferred reading of a word that is already in the key; a word nothing is known of is its own root."""
        return self.known(word) or self.guess(word)

    def known(self, word: str) -> Analysis | None:
        """The cheapest reading over a listed root or loan; the longest root wins unless its suffixes are seldom."""
        if not word or len(word) > LONGEST_WORD:
            return None
        found: tuple[float, int, bool, _Step] | None = None
        for end in range(min(len(word), self._longest_root), 0, -1):
            # Every letter of the suffixes costs one, so a shorter root can no longer be cheaper.
            if found and found[0] <= len(word) - end:
                break
            for state, penalty, loan in self._starts.get(word[:end], ()):
                step = _cheapest(self._after(word[end:]), state)
                if step and (found is None or step[0] + penalty < found[0]):
                    found = (step[0] + penalty, end, loan, step)
        return _analysis(word[: found[1]], found[3], True, found[2]) if found else None

    def readings(self, word: str) -> list[Analysis]:
        """All readings over a listed root, longest root first."""
        if not word or len(word) > LONGEST_WORD:
            return []
        tails = self._tails(word, self._forms)
        found = []
        for end in range(min(len(word), self._longest_root), 0, -1):
            for state in sorted(self._roots.get(word[:end], ())):
                found += [Analysis(word[:end], chain, True) for chain in tails[end].get(state, ())]
        return found

    def readings_over(self, word: str, root: str) -> list[Analysis]:
        """The readings whose root is the given one, as verb or nominal, listed or not; clitics in any order."""
        if not word.startswith(root) or len(word) > LONGEST_WORD:
            return []
        at_root = self._tails(word, self._tolerant_forms)[len(root)]
        chains = {chain for state in ("V", "N", "X") for chain in at_root.get(state, ())}
        return [Analysis(root, chain, True) for chain in sorted(chains, key=lambda c: (len(c), c))]

    def guess(self, word: str) -> Analysis:
        """The most plausible reading over a root that stands in no list."""
        if not word or len(word) > LONGEST_WORD:
            return Analysis(word, (), False)
        best, best_score = Analysis(word, (), False), 0.0
        for end in range(_SHORTEST_UNKNOWN_ROOT, len(word)):
            after = self._after(word[end:])
            for state in ("V", "N"):
                step = _cheapest(after, state)
                if step and (score := _plausibility(word, end, state, step)) > best_score:
                    best, best_score = _analysis(word[:end], step, False, False), score
        return best

    def _after(self, ending: str) -> dict[str, _Step]:
        """By state: the cheapest way to read these letters as suffixes. Endings recur, so they are remembered."""
        known = self._endings.get(ending)
        if known is not None:
            return known
        here: dict[str, _Step] = {}
        for size in range(1, min(self._longest_form, len(ending)) + 1):
            if rows := self._rows.get(ending[:size]):
                _take_cheaper(here, rows, self._after(ending[size:]))
        if len(self._endings) > _ENDINGS_KEPT:
            self._endings.clear()
            self._endings[""] = _NOTHING_LEFT
        self._endings[ending] = here
        return here

    def _tails(self, word: str, forms: _Forms) -> _Tails:
        """For each position, by state: the suffix chains that lead from there to the end of the word."""
        tails: _Tails = [{} for _ in range(len(word) + 1)]
        tails[len(word)] = {state: [()] for state in FINAL_STATES}
        for position in range(len(word) - 1, 0, -1):
            here: dict[str, list[Chain]] = defaultdict(list)
            for form, name, sources, target in forms.get(word[position], ()):
                if word.startswith(form, position):
                    rest = tails[position + len(form)].get(target)
                    if rest:
                        for source in sources:
                            here[source] += [(name, *chain) for chain in rest]
            tails[position] = {state: _shortest(chains) for state, chains in here.items()}
        return tails


def segment(word: str) -> Analysis:
    """The preferred reading of a word in any spelling."""
    return _segment(word)


@lru_cache(maxsize=20_000)
def _segment(word: str) -> Analysis:
    key = fold(word, quechua=True)
    found = _strict().known(key)
    if found is None and (nearby := _nearby().known(fold_loose(word))):
        found = Analysis(_roots_by_sound()[nearby.root], nearby.suffixes, nearby.known, nearby.slots, nearby.loan)
    return found or _strict().guess(key)


@lru_cache(maxsize=20_000)
def loose_readings(word: str, root: str) -> tuple[Analysis, ...]:
    """Readings over a given root (as typed in a rule) with the spelling tolerance of the safety lexicon."""
    return tuple(loose().readings_over(fold_loose(word), fold_loose(root)))


def _key(text: str) -> str:
    return fold(text, quechua=True)


@lru_cache(maxsize=1)
def _strict() -> Segmenter:
    return Segmenter(_key, ROOTS, loan_roots())


@lru_cache(maxsize=1)
def _nearby() -> Segmenter:
    """For spellings the fold does not join (wanuy, kam, sumaj); short roots would be found everywhere."""
    return Segmenter(fold_loose, *({r: k for r, k in roots.items() if len(r) > 2} for roots in (ROOTS, loan_roots())))


@lru_cache(maxsize=1)
def _roots_by_sound() -> dict[str, str]:
    """Loose key -> key of the listed root; Quechua roots before loans, earlier ones before later ones."""
    by_sound: dict[str, str] = {}
    for root in (*ROOTS, *loan_roots()):
        by_sound.setdefault(fold_loose(root), _key(root))
    return by_sound


@lru_cache(maxsize=1)
def loose() -> Segmenter:
    """The segmenter of the safety lexicon."""
    return Segmenter(fold_loose, ROOTS)


def _starts(
    roots: Mapping[str, set[str]], loans: Mapping[str, str], key: Callable[[str], str]
) -> dict[str, list[tuple[str, float, bool]]]:
    """Root -> the states it can start from, each with its penalty and whether it is a loan."""
    starts: dict[str, list[tuple[str, float, bool]]] = defaultdict(list)
    for root, states in roots.items():
        starts[root] = [(state, _SHORT_ROOT if len(root) < 3 else 0.0, False) for state in sorted(states)]
    for loan, kind in loans.items():
        if (root := key(loan)) not in roots:
            starts[root] += [(state, _LOAN_ROOT, True) for state in START_OF[kind]]
    return dict(starts)


def _rows_by_form(key: Callable[[str], str]) -> tuple[dict[str, tuple[_Row, ...]], int]:
    """Form -> (states before it, state after it, name, cost); a suffix costs its letters and its rarity."""
    rows: dict[str, dict[tuple[tuple[str, ...], str, str], float]] = defaultdict(dict)
    for suffix in SUFFIXES:
        form = key(suffix.form)
        sources = (_HOST, *suffix.sources[len(CLITIC_HOSTS) :]) if _is_clitic(suffix) else suffix.sources
        place = (sources, suffix.target, suffix.name)
        cost = len(form) + 0.3 + suffix.rarity
        rows[form][place] = min(cost, rows[form].get(place, cost))
    by_form = {form: tuple((*place, cost) for place, cost in found.items()) for form, found in rows.items()}
    return by_form, max(map(len, rows))


def _take_cheaper(here: dict[str, _Step], rows: tuple[_Row, ...], rest: dict[str, _Step]) -> None:
    """Adds one suffix before the rest, where that is the cheapest way so far."""
    for sources, target, name, price in rows:
        step = _cheapest(rest, target)
        if step is None:
            continue
        cost = price + step[0]
        for source in sources:
            known = here.get(source)
            if known is None or cost < known[0]:
                here[source] = (cost, name, target, step)


def _cheapest(here: dict[str, _Step], state: str) -> _Step | None:
    """The cheapest way on from a state; a clitic may follow every state in which a word can end."""
    own = here.get(state)
    if state not in _HOSTS:
        return own
    clitic = here.get(_HOST)
    if own is None or (clitic is not None and clitic[0] < own[0]):
        return clitic
    return own


_HOSTS = frozenset(CLITIC_HOSTS)


def _analysis(root: str, step: _Step | None, known: bool, loan: bool) -> Analysis:
    names, slots = [], []
    while step is not None and step[1]:
        names.append(step[1])
        slots.append(step[2])
        step = step[3]
    # A Spanish word without suffixes is Spanish, not a word on a Quechua root.
    is_known = known and (not loan or any(len(name) > 1 for name in names))
    return Analysis(root, tuple(names), is_known, tuple(slots), loan)


def _forms_by_first_letter(key: Callable[[str], str], suffixes: Iterable[Suffix]) -> _Forms:
    forms: _Forms = defaultdict(list)
    for suffix in suffixes:
        form = key(suffix.form)
        row = (form, suffix.name, suffix.sources, suffix.target)
        if row not in forms[form[0]]:
            forms[form[0]].append(row)
    return dict(forms)


def _shortest(chains: list[Chain]) -> list[Chain]:
    return sorted(set(chains), key=lambda chain: (len(chain), chain))[:_CHAINS_KEPT]


def _plausibility(word: str, end: int, state: str, step: _Step) -> float:
    """Letters explained by suffixes; single letters hardly count, and a verb stem ends in a vowel."""
    if state == "V" and word[end - 1] not in "aiu":
        return 0.0
    names = _analysis("", step, False, False).suffixes
    seldom = step[0] - 0.3 * len(names) - (len(word) - end)
    return sum(len(name) if len(name) > 1 else 0.4 for name in names) - 0.8 * len(names) - 0.5 * seldom
