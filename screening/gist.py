"""The gist of a reply: the stems it is made of and whether it denies, compared with the question's own phrases.

«Triste ando», «me siento triste» and «tristecita estoy» have one gist. A gist that phrases of two answers share says
nothing. It is asked after exact phrases and parts have found nothing, and never where the question is about danger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from screening.definitions import NO, YES
from screening.spoken import Vocabulary, Word
from screening.statement import OPPOSITE, UNCLEAR, is_sentence
from screening.stems import quechua_stem, spanish_stem

SMALL = "small"
DEGREE = "degree"
FILLER = "filler"
DENIALS = frozenset(
    {
        "no",
        "nunka",
        "jamas",
        "tanpoko",
        "ni",
        "sin",
        "nadie",
        "nada",
        "nadita",
        "ningun",
        "ninguno",
        "ninguna",
        "sero",
        "mana",
    }
)
# A yes alone is no gist.
YES_WORDS = frozenset({"si", "ari", "aw"})
NO_LONGER = "manana"
MOST_BESIDE = 3
LEAST = 2


@dataclass(frozen=True)
class Gist:
    """denied: whether anything denies; stems: what is spoken of."""

    denied: bool
    stems: frozenset[str]


@dataclass(frozen=True)
class SmallWords:
    """Words that a gist does without. small: always; strength: only where nothing is denied («no mucho» is no «no»)."""

    small: frozenset[str]
    strength: frozenset[str]


@dataclass(frozen=True)
class Gists:
    """What each gist answers at a question; UNCLEAR where phrases disagree."""

    answers: Mapping[Gist, str]
    known: frozenset[str]


def small_words(lists: Mapping[str, Iterable[str]], vocabulary: Vocabulary) -> SmallWords:
    """Single words of the lists, as they are compared."""
    found = {}
    for kind in (SMALL, FILLER, DEGREE):
        found[kind] = {words[0] for phrase in lists.get(kind, ()) if len(words := vocabulary.canonical(phrase)) == 1}
    kept = DENIALS | {words for phrase in lists.get("well", ()) for words in vocabulary.canonical(phrase)}
    return SmallWords(frozenset((found[SMALL] | found[FILLER]) - DENIALS), frozenset(found[DEGREE] - kept))


def gist_of(said: Sequence[str], vocabulary: Vocabulary, small: SmallWords) -> Gist:
    """The gist of words as they are compared."""
    denied = any(word in DENIALS or word.startswith(NO_LONGER) for word in said)
    rest = (word for word in said if word not in DENIALS and word not in YES_WORDS and word not in small.small)
    return Gist(denied, frozenset(_stem(word, vocabulary) for word in rest if not word.startswith(NO_LONGER)))


def _stem(word: str, vocabulary: Vocabulary) -> str:
    return spanish_stem(word) if vocabulary.is_spanish(word) else quechua_stem(word)


def gists_of(phrases: Mapping[str, str], vocabulary: Vocabulary, small: SmallWords) -> Gists:
    """The gists of a question's phrases, and of each the denial, which answers the opposite unless a phrase says."""
    found: dict[Gist, str] = {}
    for phrase, code in phrases.items():
        gist = gist_of(vocabulary.canonical(phrase), vocabulary, small)
        if gist.stems and found.setdefault(gist, code) != code:
            found[gist] = UNCLEAR
    for gist, code in list(found.items()):
        if code in OPPOSITE:
            turned = Gist(not gist.denied, gist.stems)
            found.setdefault(turned, OPPOSITE[code])
    return Gists(found, frozenset(stem for gist in found for stem in gist.stems))


def read_gist(gists: Gists, words: Sequence[Word], vocabulary: Vocabulary, small: SmallWords) -> str | None:
    """The answer that words without a yes or no before them give; None when nothing is certain."""
    said = [word.said for word in words]
    if _lost_denial(said, vocabulary) or not YES_WORDS.isdisjoint(said):
        return None
    gist = gist_of(said, vocabulary, small)
    code = _exact(gists, gist, small) or _among(gists, gist)
    if code == UNCLEAR or (code == NO and _no_longer(said)):
        return None
    return None if code and _comma_lost(gists, said, code, vocabulary, small) else code


def _exact(gists: Gists, gist: Gist, small: SmallWords) -> str | None:
    if gist in gists.answers:
        return gists.answers[gist]
    weaker = frozenset() if gist.denied else gist.stems - small.strength
    return gists.answers.get(Gist(gist.denied, weaker)) if weaker else None


def _among(gists: Gists, gist: Gist) -> str | None:
    """What the largest gists within this one answer, if they agree and little stands beside them."""
    beside = 1 if gist.denied else MOST_BESIDE
    if len(gist.stems) > LEAST + 2 * MOST_BESIDE:
        return None
    inside = [
        (len(known.stems), code)
        for known, code in gists.answers.items()
        if known.denied == gist.denied and len(known.stems) >= LEAST and known.stems < gist.stems
    ]
    most = max((size for size, _ in inside), default=0)
    codes = {code for size, code in inside if size == most}
    return codes.pop() if len(codes) == 1 and len(gist.stems) - most <= beside else None


def _comma_lost(gists: Gists, said: list[str], code: str, vocabulary: Vocabulary, small: SmallWords) -> bool:
    """«No duermo tranquilita» may be «no, duermo tranquilita»: a yes, or the no of what stands behind."""
    if code != YES or (said[0] != "no" and (said[0] != "mana" or any(word.endswith("chu") for word in said))):
        return False
    if is_sentence(said[1:]):
        return False
    return gists.answers.get(gist_of(said[1:], vocabulary, small)) == NO


def _no_longer(said: list[str]) -> bool:
    pairs = pairwise(said)
    return any(word.startswith(NO_LONGER) for word in said) or ("ya", "no") in pairs


def _lost_denial(said: list[str], vocabulary: Vocabulary) -> bool:
    """«munanichu» without «mana» has lost it or asks."""
    asks = any(word.endswith("chu") and len(word) > 5 and not vocabulary.is_spanish(word) for word in said)
    return asks and not any(word == "mana" or word.startswith(NO_LONGER) for word in said)
