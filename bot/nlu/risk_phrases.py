"""Finds words of danger in a message by reviewed rules, without any trained model.

The rules are data: screening_rules/risk_phrases/es.yml and qu.yml. Both run on every message, whatever its language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.nlu.risk_file import CODES, LEVELS, RiskFile, RiskFileError, Rule, read_risk_file
from bot.nlu.risk_patterns import NUMBER_KEY, SPACE, Phrase, Word, Words
from bot.nlu.risk_words import quechua_words, spanish_words, split_raw, with_pictures

RISK_PHRASES = Path(__file__).parents[2] / "screening_rules" / "risk_phrases"
LANGUAGES = ("es", "qu")
_MASKED = "\u25a0"
_LONGEST_PREFIX = 12
_NEGATION_REACH = 4
_QUECHUA_REACH = 5
_BEFORE_REACH = 9
_CLAUSE_ENDS = ("chu", "ptin", "ptiy", "ktin", "ktiy", "ptinka", "spa", "spay")
IDIOM = "idiom"


@dataclass(frozen=True)
class RiskFinding:
    """A danger named in a message. level: crisis (act now) or ask (ask about it); id: the rule that fired."""

    code: str
    level: str
    id: str
    language: str


@dataclass(frozen=True)
class _Match:
    rule: Rule
    start: int
    end: int


class Lexicon:
    """One language's rules with an index from words to rules."""

    def __init__(self, file: RiskFile) -> None:
        self.file = file
        self._by_word: dict[str, list[tuple[Rule, Phrase]]] = defaultdict(list)
        self._by_prefix: dict[str, list[tuple[Rule, Phrase]]] = defaultdict(list)
        for rule in file.rules:
            for phrase in rule.phrases:
                for word in phrase.anchor:
                    self._by_word[word].append((rule, phrase))
                for prefix in phrase.anchor_prefixes:
                    self._by_prefix[prefix[:_LONGEST_PREFIX]].append((rule, phrase))
        self._idioms = _index(file.idioms)

    def matches(self, words: Words) -> list[_Match]:
        """Every rule that fires, with where."""
        if not words:
            return []
        words = self._without_idioms(words)
        denied: list[_Match] = []
        found = [m for candidate in self._candidates(words) for m in self._spans(*candidate, words, denied)]
        return _uncovered([m for m in found if not any(_denies(d, m) for d in denied)])

    def explanations(self, words: Words) -> list[str]:
        """Ids of what makes words of danger harmless: a way of speaking, an idiom, or a denied phrase of a rule."""
        found = [entry.id for entry in self.file.harmless if _somewhere(entry.phrases, words)]
        spared = self._without_idioms(words)
        found += [IDIOM] if spared is not words else []
        denied = {
            rule.id
            for rule, phrase, starts in self._candidates(spared)
            for start in starts
            if (ends := phrase.ends(spared, start)) and self._negated(rule, spared, start, max(ends))
        }
        return found + sorted(denied)

    def _candidates(self, words: Words) -> Iterable[tuple[Rule, Phrase, set[int]]]:
        """The phrases of which the message has a telling word, with the positions where they may begin."""
        found: dict[int, tuple[Rule, Phrase, set[int]]] = {}
        keys = frozenset(word.key for word in words)
        for position, word in enumerate(words):
            for rule, phrase in self._called_by(word):
                if not phrase.possible(keys):
                    continue
                starts = found.setdefault(id(phrase), (rule, phrase, set()))[2]
                starts.update(range(max(0, position - phrase.lead), position + 1))
        return found.values()

    def _called_by(self, word: Word) -> list[tuple[Rule, Phrase]]:
        pairs = list(self._by_word.get(word.key, ()))
        for length in range(1, min(len(word.key), _LONGEST_PREFIX) + 1):
            pairs += self._by_prefix.get(word.key[:length], ())
        return pairs + self._by_word.get(NUMBER_KEY, []) if word.number is not None else pairs

    def _spans(
        self, rule: Rule, phrase: Phrase, starts: set[int], words: Words, denied: list[_Match]
    ) -> Iterator[_Match]:
        for start in starts:
            ends = phrase.ends(words, start)
            if not ends:
                continue
            if self._negated(rule, words, start, max(ends)):
                denied.append(_Match(rule, start, max(ends)))
                continue
            if _stands_before(rule.unless_before, words, start):
                continue
            free = [end for end in ends if not _stands_after(rule.unless_after, words, end)]
            if free and len(free) == len(ends):
                yield _Match(rule, start, max(free))

    def _negated(self, rule: Rule, words: Words, start: int, end: int) -> bool:
        if rule.negation == "ignored":
            return False
        if self.file.language == "qu":
            return self._negated_quechua(words, start, end)
        return self._negated_spanish(words, start, rule.negation == "near")

    def _negated_spanish(self, words: Words, start: int, anything_between: bool) -> bool:
        """no me quiero morir: back over short words to a no; a comma or a full stop ends the search."""
        for position in range(start, max(start - _NEGATION_REACH, 0), -1):
            if words[position].gap != SPACE:
                return False
            before = words[position - 1].key
            if before in self.file.negators:
                return True
            if before not in self.file.between and not anything_between:
                return False
        return False

    def _negated_quechua(self, words: Words, start: int, end: int) -> bool:
        """mana wañuyta munanichu: back to a mana that stands right before or is closed by the -chu of this very clause.

        Another clause between, with its own -chu or a subordinate -pti- or -spa, ends the search.
        """
        closed = any(word.key.endswith("chu") for word in words[start : end + 1])
        for position in range(start, max(start - _QUECHUA_REACH, 0), -1):
            if words[position].gap != SPACE:
                return False
            before = words[position - 1].key
            if before in self.file.negators:
                return closed or position == start
            if before.endswith(_CLAUSE_ENDS):
                return False
        return False

    def _without_idioms(self, words: Words) -> Words:
        """me muero de risa: words of an idiom are blotted out, the rest of the message stays."""
        keys = {word.key for word in words}
        masked: set[int] = set()
        for phrase in (p for key in keys for p in self._idioms.get(key, ())):
            for start in range(len(words)):
                ends = phrase.ends(words, start)
                if ends:
                    masked.update(range(start, max(ends)))
        return [Word(_MASKED, w.gap) if n in masked else w for n, w in enumerate(words)] if masked else words


def find(text: str) -> list[RiskFinding]:
    """The dangers named in a text of any length, the most pressing first; empty when there are none."""
    return find_with(text, load_lexicons())


def find_with(text: str, lexicons: dict[str, Lexicon]) -> list[RiskFinding]:
    """As find(), with given lexicons (the checker tries files that are not in use yet)."""
    found: dict[str, tuple[tuple[int, bool, int, str], RiskFinding]] = {}
    for lexicon, words in _readings(text, lexicons):
        for match in lexicon.matches(words):
            rule = match.rule
            rank = (LEVELS.index(rule.level), not rule.first, CODES.index(rule.code), rule.id)
            found[rule.id] = (rank, RiskFinding(rule.code, rule.level, rule.id, lexicon.file.language))
    return [finding for _rank, finding in sorted(found.values(), key=lambda pair: pair[0])]


def explanations(text: str) -> list[str]:
    """Ids of what makes words of danger in a text harmless, for the model's suspicion only; empty when nothing does.

    A way of speaking of the files, IDIOM, or the id of a rule whose phrase is there but denied.
    """
    return explanations_with(text, load_lexicons())


def explanations_with(text: str, lexicons: dict[str, Lexicon]) -> list[str]:
    """As explanations(), with given lexicons."""
    found = (reason for lexicon, words in _readings(text, lexicons) for reason in lexicon.explanations(words))
    return list(dict.fromkeys(found))


def _readings(text: str, lexicons: dict[str, Lexicon]) -> Iterator[tuple[Lexicon, Words]]:
    """The words of a text for each lexicon; once more with its pictures as words when it shows any."""
    raw = split_raw(text)
    for language, lexicon in lexicons.items():
        spelling = lexicon.file.spelling
        read = spanish_words if language == "es" else quechua_words
        yield lexicon, read(raw, spelling)
        if pictured := with_pictures(text, spelling.pictures):
            yield lexicon, read(split_raw(pictured), spelling)


_IN_USE: list[dict[str, Lexicon]] = []


def load_lexicons() -> dict[str, Lexicon]:
    """The lexicons in use, read once where nobody has put others in their place; raises RiskFileError."""
    if not _IN_USE:
        _IN_USE.append(read_lexicons(RISK_PHRASES))
    return _IN_USE[0]


def use_lexicons(lexicons: dict[str, Lexicon]) -> None:
    """Look for dangers with these from now on, in both languages at once."""
    _IN_USE[:] = [lexicons]


def read_whole_lexicons(folder: Path) -> dict[str, Lexicon]:
    """As read_lexicons(), for files that may take the place of those in use: one that lost its end is refused."""
    lexicons = read_lexicons(folder)
    problems = [problem for lexicon in lexicons.values() for problem in gaps(lexicon)]
    if problems:
        raise RiskFileError(problems)
    return lexicons


def gaps(lexicon: Lexicon) -> list[str]:
    """A sentence for each danger that a file has no phrase for any more."""
    known = {rule.code for rule in lexicon.file.rules if rule.level == LEVELS[0]}
    return [
        f"{lexicon.file.path.name}, línea 1: no queda ninguna frase de crisis para «{code}»; vuelva a ponerlas."
        for code in CODES
        if code not in known
    ]


def read_lexicons(folder: Path) -> dict[str, Lexicon]:
    """Reads es.yml and qu.yml of a folder and holds every rule to its own examples; raises RiskFileError."""
    lexicons = {language: Lexicon(read_risk_file(folder / f"{language}.yml")) for language in LANGUAGES}
    problems = [p for lexicon in lexicons.values() for p in example_problems(lexicon) + harmless_problems(lexicon)]
    if problems:
        raise RiskFileError(problems)
    return lexicons


def example_problems(lexicon: Lexicon) -> list[str]:
    """A sentence for each example that does not fire its rule and each counter-example that does."""
    return [problem for rule in lexicon.file.rules for problem in _rule_problems(lexicon, rule)]


def _rule_problems(lexicon: Lexicon, rule: Rule) -> Iterator[str]:
    where = f"{lexicon.file.path.name}, línea {rule.line}: {rule.id}"
    own = {lexicon.file.language: lexicon}
    for text in rule.examples:
        if rule.id not in {f.id for f in find_with(text, own)}:
            yield f"{where}: el ejemplo «{text}» no coincide; corrija la frase o el ejemplo."
    for text in rule.counter_examples:
        if rule.id in {f.id for f in find_with(text, own)}:
            yield f"{where}: el contraejemplo «{text}» coincide y no debe; precise la frase o use unless_before/after."


def harmless_problems(lexicon: Lexicon) -> list[str]:
    """A sentence for each example of a harmless way of speaking that is not found, or wrongly found."""
    problems = []
    for entry in lexicon.file.harmless:
        where = f"{lexicon.file.path.name}, línea {entry.line}: {entry.id}"
        for text in entry.examples:
            if entry.id not in explanations_with(text, {lexicon.file.language: lexicon}):
                problems.append(f"{where}: el ejemplo «{text}» no coincide; corrija la frase o el ejemplo.")
        for text in entry.counter_examples:
            if entry.id in explanations_with(text, {lexicon.file.language: lexicon}):
                problems.append(f"{where}: el contraejemplo «{text}» coincide y no debe; precise la frase.")
    return problems


def _somewhere(phrases: tuple[Phrase, ...], words: Words) -> bool:
    return any(phrase.ends(words, start) for phrase in phrases for start in range(len(words)))


def _index(phrases: Iterable[Phrase]) -> dict[str, list[Phrase]]:
    index: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        for word in phrase.anchor:
            index[word].append(phrase)
    return dict(index)


def _stands_before(phrases: tuple[Phrase, ...], words: Words, start: int) -> bool:
    return any(start in p.ends(words, s) for p in phrases for s in range(max(0, start - _BEFORE_REACH), start))


def _stands_after(phrases: tuple[Phrase, ...], words: Words, end: int) -> bool:
    if end >= len(words) or words[end].gap != SPACE:
        return False
    return any(p.ends(words, end) for p in phrases)


def _denies(denied: _Match, match: _Match) -> bool:
    """no me dan ganas de matarme: matarme alone, which a loose rule finds, is denied with the whole."""
    loose = match.rule.negation == "near" and match.rule.code == denied.rule.code
    return loose and denied.start <= match.start and match.end <= denied.end


def _uncovered(found: list[_Match]) -> list[_Match]:
    """Without matches that lie inside another match whose rule covers their code."""
    return [m for m in found if not any(_covers(other, m) for other in found)]


def _covers(outer: _Match, inner: _Match) -> bool:
    if outer.rule is inner.rule or inner.rule.code not in outer.rule.covers:
        return False
    return outer.start <= inner.start and inner.end <= outer.end
