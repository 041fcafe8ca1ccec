"""The small pattern language of the risk phrases: compiled to sets of positions, so that no input makes it slow.

word        that word, compared by its key          word*     any word beginning so;  *word  ending so
a|b         one of them                             <name>    one phrase of the named set
{a b|c}     one of them, of several words           ..3       up to three words between, within one sentence
(a b|c)     may be there or not                ..3!chu   the same, but none of them ending in -chu
$           the end of the message or of a clause
#6          a number of at least six
wañu-y-ta   Quechua: a word on that root whose suffixes contain -y, then -ta;  wañu-*  any suffixes or none
            !chi after it: and none of these suffixes; wañu-y-ta!chi!ku
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.nlu.quechua.segmenter import loose_readings

MOST_GAP = 8
SPACE, COMMA, SENTENCE = 0, 1, 2
NUMBER_KEY = "#"


@dataclass(frozen=True)
class Word:
    """A word of a message. key: comparison key; gap: what stands before it, a space, a comma or a sentence's end."""

    key: str
    gap: int = SPACE
    number: int | None = None


Words = Sequence[Word]


class PatternError(ValueError):
    """A pattern that cannot be read; the message says why, in Spanish."""


@dataclass(frozen=True)
class Literal:
    """One word out of a set of keys, or with one of the beginnings or endings."""

    keys: frozenset[str]
    prefixes: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()

    def ends(self, words: Words, position: int) -> set[int]:
        """Positions after the word at position, if it matches."""
        if position >= len(words):
            return set()
        key = words[position].key
        fits = key in self.keys or key.startswith(self.prefixes) or key.endswith(self.endings)
        return {position + 1} if fits else set()


@dataclass(frozen=True)
class Morph:
    """A Quechua word: root, suffixes it must have in this order, suffixes it must not have."""

    root: str
    required: tuple[str, ...]
    excluded: frozenset[str]

    def ends(self, words: Words, position: int) -> set[int]:
        """Positions after the word at position, if one of its readings fits."""
        if position >= len(words):
            return set()
        return {position + 1} if _fits(self, words[position].key) else set()


@dataclass(frozen=True)
class Number:
    """A number of at least this size."""

    least: int

    def ends(self, words: Words, position: int) -> set[int]:
        """Positions after the number at position."""
        if position >= len(words) or words[position].number is None:
            return set()
        return {position + 1} if (words[position].number or 0) >= self.least else set()


@dataclass(frozen=True)
class Gap:
    """Up to so many words that do not matter; it does not cross the end of a sentence, nor a word so ending."""

    most: int
    barrier: str | None = None

    def ends(self, words: Words, position: int) -> set[int]:
        """Every position that can be reached."""
        reached = {position}
        for here in range(position, min(position + self.most, len(words))):
            if self.barrier and words[here].key.endswith(self.barrier):
                break
            if words[here].gap == SENTENCE or (here + 1 < len(words) and words[here + 1].gap == SENTENCE):
                break
            reached.add(here + 1)
        return reached


@dataclass(frozen=True)
class End:
    """The end of the message, of a sentence or of a clause."""

    def ends(self, words: Words, position: int) -> set[int]:
        """The same position, if nothing more follows in the clause."""
        return {position} if position >= len(words) or words[position].gap != SPACE else set()


@dataclass(frozen=True)
class Opening:
    """What the first word of a phrase may be; anything when prefixes holds the empty one."""

    keys: frozenset[str]
    prefixes: tuple[str, ...]

    def fits(self, key: str) -> bool:
        """Whether a phrase may begin with this word: a cheap look before the thorough one."""
        return key in self.keys or key.startswith(self.prefixes)


ANYTHING = Opening(frozenset(), ("",))


@dataclass(frozen=True)
class Group:
    """One of several sequences."""

    alternatives: tuple[Phrase, ...]
    optional: bool = False

    def ends(self, words: Words, position: int) -> set[int]:
        """Positions after any of the alternatives."""
        reached = {position} if self.optional else set()
        if position < len(words):
            key = words[position].key
            for alternative in self.alternatives:
                if alternative.opening.fits(key):
                    reached |= alternative.ends(words, position)
        return reached


@dataclass(frozen=True)
class Phrase:
    """Elements one after the other. anchor: words one of which must be there; lead: most words before the anchor."""

    elements: tuple[Element, ...]
    anchor: frozenset[str] = field(default=frozenset(), compare=False)
    anchor_prefixes: frozenset[str] = field(default=frozenset(), compare=False)
    lead: int = field(default=0, compare=False)
    opening: Opening = field(default=ANYTHING, compare=False)

    def ends(self, words: Words, position: int) -> set[int]:
        """Positions after the whole sequence begun at position."""
        if position < len(words) and not self.opening.fits(words[position].key):
            return set()
        reached = {position}
        for element in self.elements:
            if len(reached) == 1:
                reached = element.ends(words, next(iter(reached)))
            else:
                reached = set().union(*(element.ends(words, p) for p in reached))
            if not reached:
                break
        return reached


Element = Literal | Morph | Number | Gap | End | Group | Phrase
_Anchor = tuple[frozenset[str], frozenset[str]]


class Compiler:
    """Turns pattern text into sequences. key: the comparison key of literal words; sets: named lists of phrases."""

    def __init__(
        self, key: Callable[[str], str], sets: Mapping[str, Iterable[str]], common: Iterable[str] = ()
    ) -> None:
        self._key = key
        self._texts = sets
        self._sets: dict[str, Group] = {}
        self._open: list[str] = []
        self._common = frozenset(map(key, common))
        self.vocabulary: set[str] = set()
        self.roots: set[str] = set()

    def compile(self, text: str) -> Phrase:
        """The sequence for one phrase, with the words at least one of which a message must contain."""
        elements = tuple(self._element(part) for part in _parts(text))
        if not elements or all(_may_be_empty(e) for e in elements):
            raise PatternError(f"La frase «{text}» podría coincidir con cualquier mensaje: añada una palabra fija.")
        return self._phrase(elements)

    def _phrase(self, elements: tuple[Element, ...]) -> Phrase:
        number, (keys, prefixes) = self._anchor(elements)
        inside = _longest(elements[number]) - 1 if number >= 0 else 0
        lead = sum(map(_longest, elements[: max(number, 0)])) + inside
        return Phrase(elements, keys, prefixes, lead, self._opening(elements))

    def _opening(self, elements: Sequence[Element]) -> Opening:
        keys: set[str] = set()
        prefixes: set[str] = set()
        for element in elements:
            opening = self._opening_of(element)
            keys |= opening.keys
            prefixes.update(opening.prefixes)
            if not _may_be_empty(element):
                break
        return Opening(frozenset(keys), tuple(sorted(prefixes)))

    def _opening_of(self, element: Element) -> Opening:
        if isinstance(element, Literal) and not element.endings:
            return Opening(element.keys, element.prefixes)
        if isinstance(element, Morph):
            return Opening(frozenset(), (self._key(element.root),))
        if isinstance(element, Group):
            parts = [alternative.opening for alternative in element.alternatives]
            keys = frozenset().union(*(part.keys for part in parts))
            return Opening(keys, tuple({prefix for part in parts for prefix in part.prefixes}))
        return ANYTHING

    def _element(self, part: str) -> Element:
        if gap := re.fullmatch(r"\.\.(\d+)(?:!(\w+))?", part):
            return Gap(min(int(gap[1]), MOST_GAP), self._key(gap[2]) if gap[2] else None)
        if part == "$":
            return End()
        if number := re.fullmatch(r"#(\d+)", part):
            return Number(int(number[1]))
        if part.startswith("("):
            return Group(self._alternatives(part[1:-1]), optional=True)
        if part.startswith("{"):
            return Group(self._alternatives(part[1:-1]))
        return self._one_of(part)

    def _alternatives(self, text: str) -> tuple[Phrase, ...]:
        return tuple(self.compile(alternative) for alternative in text.split("|") if alternative.strip())

    def _one_of(self, part: str) -> Element:
        alternatives = part.split("|")
        plain = [a for a in alternatives if not a.startswith("<") and "-" not in a]
        rest: list[Element] = [
            self._named(a) if a.startswith("<") else self._morph(a) for a in alternatives if a not in plain
        ]
        literal = self._literal(plain) if plain else None
        if literal and not rest:
            return literal
        if len(rest) == 1 and not literal:
            return rest[0]
        everything = ([literal] if literal else []) + rest
        return Group(tuple(self._phrase((element,)) for element in everything))

    def _literal(self, words: list[str]) -> Literal:
        if any(not re.fullmatch(r"[\wñʼ']+\*?|\*[\wñʼ']+", w) for w in words):
            raise PatternError(
                f"No se entiende «{'|'.join(words)}»: use solo letras, |, *, <conjunto>, (opcional) y ..3."
            )
        keys = frozenset(self._key(w) for w in words if "*" not in w)
        self.vocabulary |= keys
        prefixes = tuple(self._key(w[:-1]) for w in words if w.endswith("*"))
        return Literal(keys, prefixes, tuple(self._key(w[1:]) for w in words if w.startswith("*")))

    def _morph(self, text: str) -> Morph:
        positive, *excluded = text.split("!")
        root, *required = positive.split("-")
        if not root:
            raise PatternError(f"Falta la raíz en «{text}». Ejemplo: wañu-y-ta.")
        self.roots.add(self._key(root))
        return Morph(root, tuple(s for s in required if s != "*"), frozenset(excluded))

    def _named(self, reference: str) -> Group:
        name = reference.strip("<>")
        if name not in self._sets:
            if name not in self._texts:
                raise PatternError(f"No existe el conjunto <{name}>. Revise la lista «sets» al comienzo del archivo.")
            if name in self._open:
                raise PatternError(f"El conjunto <{name}> se contiene a sí mismo.")
            self._open.append(name)
            self._sets[name] = Group(tuple(self.compile(str(text)) for text in self._texts[name]))
            self._open.pop()
        return self._sets[name]

    def _anchor(self, elements: Sequence[Element]) -> tuple[int, _Anchor]:
        """Which element is the most telling, and its words: a message without any of them cannot match."""
        candidates = [(n, a) for n, a in ((n, self._anchor_of(e)) for n, e in enumerate(elements)) if a is not None]
        if not candidates:
            return -1, (frozenset(), frozenset({""}))
        return min(candidates, key=lambda c: (len(c[1][0] & self._common) > 0, len(c[1][0]) + len(c[1][1])))

    def _anchor_of(self, element: Element) -> _Anchor | None:
        if isinstance(element, Literal):
            return None if element.endings else (element.keys, frozenset(element.prefixes))
        if isinstance(element, Morph):
            return frozenset(), frozenset({self._key(element.root)})
        if isinstance(element, Number):
            return frozenset({NUMBER_KEY}), frozenset()
        if isinstance(element, Group) and not element.optional:
            parts = element.alternatives
            return (
                frozenset().union(*(p.anchor for p in parts)),
                frozenset().union(*(p.anchor_prefixes for p in parts)),
            )
        return None


def _parts(text: str) -> list[str]:
    if any(text.count(opening) != text.count(closing) for opening, closing in ("()", "<>", "{}")):
        raise PatternError(f"En «{text}» falta cerrar un paréntesis, una llave o un <conjunto>.")
    return re.findall(r"\([^()]*\)|\{[^{}]*\}|\S+", text)


def _may_be_empty(element: Element) -> bool:
    if isinstance(element, Group):
        return element.optional or any(_may_be_empty(a) for a in element.alternatives)
    if isinstance(element, Phrase):
        return all(_may_be_empty(e) for e in element.elements)
    return isinstance(element, Gap | End)


def _longest(element: Element) -> int:
    """Most words the element can take up."""
    if isinstance(element, Gap):
        return element.most
    if isinstance(element, End):
        return 0
    if isinstance(element, Group):
        return max(map(_longest, element.alternatives), default=0)
    if isinstance(element, Phrase):
        return sum(map(_longest, element.elements))
    return 1


@lru_cache(maxsize=50_000)
def _fits(morph: Morph, key: str) -> bool:
    chains = [reading.suffixes for reading in loose_readings(key, morph.root)]
    if not chains or morph.excluded.intersection(chains[0]):
        return False
    return any(_in_order(morph.required, chain) and not morph.excluded.intersection(chain) for chain in chains)


def _in_order(required: tuple[str, ...], chain: tuple[str, ...]) -> bool:
    rest = iter(chain)
    return all(name in rest for name in required)
