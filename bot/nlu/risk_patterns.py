"""The small pattern language of the risk phrases: compiled to sets of positions, so that no input makes it slow.

word        that word, compared by its key          word*     any word beginning so;  *word  ending so
a|b         one of them                             <name>    one phrase of the named set
{a b|c}     one of them, of several words           ..3       up to three words between, within one sentence
(a b|c)     may be there or not                ..3!chu   the same, but none of them ending in -chu
..3~        the same, but none of them a negation
$           the end of the message or of a clause
#6          a number of at least six
wañu-y-ta   Quechua: a word on that root whose suffixes contain -y, then -ta;  wañu-*  any suffixes or none
            !chi after it: and none of these suffixes; wañu-y-ta!chi!ku
matar+yo    Spanish: the forms of a verb by person; +yo, +el (he and they), +inf, +ger, +par, +me (matarme, matándome)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.nlu import risk_verbs
from bot.nlu.risk_morphs import chains_over

MOST_GAP = 8
SPACE, COMMA, SENTENCE = 0, 1, 2
NUMBER_KEY = "#"
_COMMON_WEIGHT = 40
# Alternatives that begin with the first letters of a word are looked up by so many of them.
_START = 3
# Comparison keys of words that nearly every message has.
_EVERYDAY = frozenset(
    [
        "me",
        "mi",
        "mis",
        "ke",
        "de",
        "la",
        "el",
        "los",
        "las",
        "un",
        "una",
        "en",
        "a",
        "y",
        "yo",
        "por",
        "kon",
        "es",
        "lo",
        "se",
        "para",
        "no",
        "ia",
        "si",
        "esta",
        "este",
        "todo",
        "todos",
        "kiero",
        "boi",
        "tengo",
        "estoi",
        "su",
        "ai",
        "mas",
        "sin",
        "komo",
        "nada",
        "ser",
        "estar",
        "ase",
        "oi",
        "muna",
        "mama",
    ]
)


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
        if key in self.keys:
            return {position + 1}
        fits = (self.prefixes and key.startswith(self.prefixes)) or (self.endings and key.endswith(self.endings))
        return {position + 1} if fits else set()


@dataclass(frozen=True)
class Morph:
    """A Quechua word: root, suffixes it must have in this order, suffixes it must not have."""

    root: str
    required: tuple[str, ...]
    excluded: frozenset[str]

    def ends(self, words: Words, position: int) -> set[int]:
        """Positions after the word at position, if one of its readings fits."""
        if position >= len(words) or not words[position].key.startswith(self.root):
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
    """Up to so many words that do not matter; it crosses no end of a sentence, no word so ending, none of stops."""

    most: int
    barrier: str | None = None
    stops: frozenset[str] = frozenset()

    def ends(self, words: Words, position: int) -> set[int]:
        """Every position that can be reached."""
        reached = {position}
        for here in range(position, min(position + self.most, len(words))):
            if words[here].key in self.stops or (self.barrier and words[here].key.endswith(self.barrier)):
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
        return key in self.keys or (bool(self.prefixes) and key.startswith(self.prefixes))

    def among(self, keys: frozenset[str]) -> bool:
        """Whether any of these words fits."""
        if not self.keys.isdisjoint(keys):
            return True
        return bool(self.prefixes) and any(key.startswith(self.prefixes) for key in keys)


ANYTHING = Opening(frozenset(), ("",))


@dataclass(frozen=True)
class Group:
    """One of several sequences."""

    alternatives: tuple[Phrase, ...]
    optional: bool = False

    @cached_property
    def may_be_empty(self) -> bool:
        """Whether it also stands for no word at all."""
        return self.optional or any(alternative.may_be_empty for alternative in self.alternatives)

    def ends(self, words: Words, position: int) -> set[int]:
        """Positions after any of the alternatives."""
        reached = {position} if self.optional else set()
        by_word, by_start, others = self._by_first_word
        key = words[position].key if position < len(words) else ""
        for alternative in (*by_word.get(key, ()), *by_start.get(key[:_START], ()), *others):
            if alternative.opening.fits(key):
                reached |= alternative.ends(words, position)
        return reached

    @cached_property
    def _by_first_word(self) -> tuple[dict[str, list[Phrase]], dict[str, list[Phrase]], list[Phrase]]:
        """The alternatives by the word they begin with, by the first letters of it, and those that may begin anyhow."""
        by_word: dict[str, list[Phrase]] = {}
        by_start: dict[str, list[Phrase]] = {}
        others: list[Phrase] = []
        for alternative in self.alternatives:
            opening = alternative.opening
            if any(len(prefix) < _START for prefix in opening.prefixes):
                others.append(alternative)
                continue
            for key in opening.keys:
                by_word.setdefault(key, []).append(alternative)
            for start in {prefix[:_START] for prefix in opening.prefixes}:
                by_start.setdefault(start, []).append(alternative)
        return by_word, by_start, others


@dataclass(frozen=True)
class Phrase:
    """Elements one after the other. anchor: words one of which must be there; lead: most words before the anchor."""

    elements: tuple[Element, ...]
    anchor: frozenset[str] = field(default=frozenset(), compare=False)
    anchor_prefixes: frozenset[str] = field(default=frozenset(), compare=False)
    lead: int = field(default=0, compare=False)
    opening: Opening = field(default=ANYTHING, compare=False)
    needs: tuple[Opening, ...] = field(default=(), compare=False)

    @cached_property
    def may_be_empty(self) -> bool:
        """Whether all its elements may be left out."""
        return all(map(_may_be_empty, self.elements))

    def possible(self, keys: frozenset[str]) -> bool:
        """Whether a message with these words has one for every element that cannot be left out."""
        return all(need.among(keys) for need in self.needs)

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
    """Turns pattern text into sequences. key: the comparison key of literal words; sets: named lists of phrases.

    negations: words a gap with ~ does not cross; common: these and others that say little about a message.
    """

    def __init__(
        self,
        key: Callable[[str], str],
        sets: Mapping[str, Iterable[str]],
        negations: Iterable[str] = (),
        common: Iterable[str] = (),
    ) -> None:
        self._key = key
        self._texts = sets
        self._sets: dict[str, Group] = {}
        # The same piece stands in many phrases: it is made once.
        self._pieces: dict[str, Element] = {}
        self._open: list[str] = []
        self._negations = frozenset(map(key, negations))
        self._common = self._negations.union(map(key, common))
        self.vocabulary: set[str] = set()
        self.typed: set[str] = set()
        self.roots: dict[str, str] = {}

    def compile(self, text: str) -> Phrase:
        """The sequence for one phrase, with the words at least one of which a message must contain."""
        phrase = self._sequence(text)
        if _may_be_empty(phrase):
            raise PatternError(f"La frase «{text}» podría coincidir con cualquier mensaje: añada una palabra fija.")
        return phrase

    def _sequence(self, text: str) -> Phrase:
        """As compile(); an alternative may also be nothing but the end of a clause."""
        elements = tuple(self._piece(part) for part in _parts(text))
        if not elements or all(_may_be_empty(e) and not isinstance(e, End) for e in elements):
            raise PatternError(f"La frase «{text}» podría coincidir con cualquier mensaje: añada una palabra fija.")
        return self._phrase(elements)

    def _phrase(self, elements: tuple[Element, ...]) -> Phrase:
        number, (keys, prefixes) = self._anchor(elements)
        inside = _longest(elements[number]) - 1 if number >= 0 else 0
        lead = sum(map(_longest, elements[: max(number, 0)])) + inside
        return Phrase(elements, keys, prefixes, lead, self._opening(elements), self._needs(elements))

    def _needs(self, elements: Sequence[Element]) -> tuple[Opening, ...]:
        anchors = [self._anchor_of(element) for element in elements]
        telling = (anchor for anchor in anchors if anchor and NUMBER_KEY not in anchor[0] and "" not in anchor[1])
        # Plain words are looked up at once, so they come first.
        return tuple(sorted((Opening(keys, tuple(starts)) for keys, starts in telling), key=lambda o: len(o.prefixes)))

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
            return Opening(frozenset(), (element.root,))
        if isinstance(element, Group):
            parts = [alternative.opening for alternative in element.alternatives]
            keys = frozenset().union(*(part.keys for part in parts))
            return Opening(keys, tuple({prefix for part in parts for prefix in part.prefixes}))
        return ANYTHING

    def _piece(self, part: str) -> Element:
        if part not in self._pieces:
            self._pieces[part] = self._element(part)
        return self._pieces[part]

    def _element(self, part: str) -> Element:
        if gap := re.fullmatch(r"\.\.(\d+)(~?)(?:!(\w+))?", part):
            stops = self._negations if gap[2] else frozenset()
            return Gap(min(int(gap[1]), MOST_GAP), self._key(gap[3]) if gap[3] else None, stops)
        if part[0] == "(":
            return Group(self._alternatives(part[1:-1]), optional=True)
        return self._one_of(part)

    def _alternatives(self, text: str) -> tuple[Phrase, ...]:
        return tuple(self._sequence(alternative) for alternative in _outside_brackets(text, "|") if alternative.strip())

    def _one_of(self, part: str) -> Element:
        alternatives = _outside_brackets(part, "|")
        plain = [a for a in alternatives if a[:1] not in ("<", "{", "$", "#") and "-" not in a]
        rest: list[Element] = [self._other(a) for a in alternatives if a not in plain]
        literal = self._literal(plain) if plain else None
        if literal and not rest:
            return literal
        if len(rest) == 1 and not literal:
            return rest[0]
        everything = ([literal] if literal else []) + rest
        return Group(tuple(self._phrase((element,)) for element in everything))

    def _other(self, alternative: str) -> Element:
        if alternative == "$":
            return End()
        if number := re.fullmatch(r"#(\d+)", alternative):
            return Number(int(number[1]))
        if alternative.startswith("{"):
            return Group(self._alternatives(alternative[1:-1]))
        return self._named(alternative) if alternative.startswith("<") else self._morph(alternative)

    def _literal(self, words: list[str]) -> Literal:
        if any(not re.fullmatch(r"[\wñʼ']+(?:\*|\+[a-z]+)?|\*[\wñʼ']+", w) for w in words):
            raise PatternError(
                f"No se entiende «{'|'.join(words)}»: use solo letras, |, *, +yo, <conjunto>, (opcional) y ..3."
            )
        plain = {w for w in words if "*" not in w and "+" not in w}
        plain |= {form for w in words if "+" in w for form in self._verb_forms(w)}
        keys = frozenset(map(self._key, plain))
        self.typed |= plain
        self.vocabulary |= keys
        prefixes = tuple(self._key(w[:-1]) for w in words if w.endswith("*"))
        return Literal(keys, prefixes, tuple(self._key(w[1:]) for w in words if w.startswith("*")))

    def _verb_forms(self, text: str) -> frozenset[str]:
        infinitive, _, person = text.partition("+")
        try:
            return risk_verbs.forms(infinitive, person)
        except KeyError as error:
            raise PatternError(f"No existe la persona en «{text}»: use +yo, +el, +inf, +ger, +par o +me.") from error

    def _morph(self, text: str) -> Morph:
        positive, *excluded = text.split("!")
        root, *required = positive.split("-")
        if not root:
            raise PatternError(f"Falta la raíz en «{text}». Ejemplo: wañu-y-ta.")
        self.roots[self._key(root)] = root
        return Morph(self._key(root), tuple(s.rstrip("*") for s in required if s != "*"), frozenset(excluded))

    def _named(self, reference: str) -> Group:
        name = reference.strip("<>")
        if name not in self._sets:
            if name not in self._texts:
                raise PatternError(f"No existe el conjunto <{name}>. Revise la lista «sets» al comienzo del archivo.")
            if name in self._open:
                raise PatternError(f"El conjunto <{name}> se contiene a sí mismo.")
            self._open.append(name)
            self._sets[name] = Group(tuple(self._sequence(str(text)) for text in self._texts[name]))
            self._open.pop()
        return self._sets[name]

    def _anchor(self, elements: Sequence[Element]) -> tuple[int, _Anchor]:
        """Which element is the most telling, and its words: a message without any of them cannot match."""
        candidates = [(n, a) for n, a in ((n, self._anchor_of(e)) for n, e in enumerate(elements)) if a is not None]
        if not candidates:
            return -1, (frozenset(), frozenset({""}))
        return min(candidates, key=lambda c: self._frequency(c[1]))

    def _frequency(self, anchor: _Anchor) -> tuple[bool, int]:
        """How often a message is likely to have one of these words: common ones count most."""
        keys, prefixes = anchor
        return bool(keys & self._common), len(keys) + len(prefixes) + _COMMON_WEIGHT * len(keys & _EVERYDAY)

    def _anchor_of(self, element: Element) -> _Anchor | None:
        if isinstance(element, Literal):
            return None if element.endings else (element.keys, frozenset(element.prefixes))
        if isinstance(element, Morph):
            return frozenset(), frozenset({element.root})
        if isinstance(element, Number):
            return frozenset({NUMBER_KEY}), frozenset()
        if isinstance(element, Group) and not _may_be_empty(element):
            parts = element.alternatives
            return (
                frozenset().union(*(p.anchor for p in parts)),
                frozenset().union(*(p.anchor_prefixes for p in parts)),
            )
        return None


def _parts(text: str) -> list[str]:
    """The pieces of a pattern; brackets may stand inside brackets."""
    if any(text.count(opening) != text.count(closing) for opening, closing in ("()", "<>", "{}")):
        raise PatternError(f"En «{text}» falta cerrar un paréntesis, una llave o un <conjunto>.")
    return [part for part in _outside_brackets(text, " ") if part]


def _outside_brackets(text: str, separator: str) -> list[str]:
    """The text cut at the separators that stand in no bracket."""
    pieces, depth = [""], 0
    for sign in text:
        depth += (sign in "({") - (sign in ")}")
        if sign == separator and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += sign
    return pieces


def _may_be_empty(element: Element) -> bool:
    return element.may_be_empty if isinstance(element, Group | Phrase) else isinstance(element, Gap | End)


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


def _fits(morph: Morph, key: str) -> bool:
    chains = chains_over(key, morph.root)
    if not chains or morph.excluded.intersection(chains[0]):
        return False
    return any(_in_order(morph.required, chain) and not morph.excluded.intersection(chain) for chain in chains)


def _in_order(required: tuple[str, ...], chain: tuple[str, ...]) -> bool:
    rest = iter(chain)
    return all(name in rest for name in required)
