"""The name by which a person introduces themselves: «me llamo Rosa», «soy María», «sutiyqa Juan», «Rosam sutiy».

Only what is said after such words: no list of names is looked at, and «soy enfermera» is no name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from bot.nlu.entities.entity import Entity
from bot.nlu.orthography import fold

WORDS_FILE = Path(__file__).with_name("not_names.txt")
_LONGEST = 4
_WORD = r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*"
_WORDS = rf"{_WORD}(?: {_WORD}){{0,5}}"
_HINT = re.compile(r"llamo|nombre|dicen|llamen|llameme|llámeme|dígame|digame|soy|suti|ñuqa|noqa|nuqa", re.IGNORECASE)
_CALLED = re.compile(
    r"(?<!\w)(?<!\bno )(?:(?:yo )?me llamo(?: es)?|mi nombre(?: es| completo es)?|me dicen|me conocen como"
    r"|(?:puede |pueden )?(?:ll[aá]m[ae]n?me|d[ií]gan?me) (?:se[nñ]or(?:it)?a?(?= )|por mi nombre,?)?"
    r"|sutiy(?:qa|mi|m|ka)?|sutiyqa[:,]?)"
    rf"[:,]? ({_WORDS})",
    re.IGNORECASE,
)
_AM = re.compile(
    rf"(?<!\w)(?:(?i:yo soy|soy|ñuqa(?:qa|m)|noqa(?:qa|m|n)|nuqa(?:qa|n))) (?:(?i:la|el) (?i:se[nñ]ora?) )?({_WORDS})"
)
_BEHIND = re.compile(
    rf"(?:^|(?<=[.,;:!¡] )|(?<=[.,;:!¡]))({_WORD}(?: {_WORD}){{0,2}}) sutiy(?:qa|mi|m)?(?!\w)", re.IGNORECASE
)
_PARTICLES = frozenset({"de", "del", "la", "las", "los", "y"})
_SAINTED = frozenset(
    {"cruz", "rosa", "torre", "vega", "peña", "fuente", "puente", "carmen", "jesus", "flor", "angeles"}
)
_EVIDENTIAL = re.compile(r"(?<=[aeiou])m$|(?<=[^aeiou])mi$", re.IGNORECASE)
_DEMONYM = re.compile(r"(?:eñ[oa]|iñ[oa]|in[oa])s?$")


def find_names(text: str) -> list[Entity]:
    """The name that is given, as it was written."""
    if not _HINT.search(text):
        return []
    for pattern, must_be_capital in ((_CALLED, False), (_AM, True), (_BEHIND, False)):
        for match in pattern.finditer(text):
            quechua = "suti" in match[0].lower() or match[0][:1].lower() in "ñn"
            name = _name(match[1], must_be_capital, quechua)
            if name:
                return [Entity("name", match.start(1), match.start(1) + len(name), _told(name, quechua))]
    return []


def _name(text: str, must_be_capital: bool, quechua: bool) -> str | None:
    """The words at the beginning that can be a name."""
    words = text.split(" ")
    capital = words[0][:1].isupper() and not (must_be_capital and text.isupper())
    if must_be_capital and (not capital or _DEMONYM.search(words[0].lower())):
        return None
    taken: list[str] = []
    for place, word in enumerate(words[:_LONGEST]):
        if not _fits(word, words[place + 1 :], capital, first=not taken):
            break
        taken.append(word)
    while taken and fold(taken[-1], quechua=False) in _PARTICLES:
        taken.pop()
    return " ".join(taken) or None


def _fits(word: str, behind: list[str], capital: bool, first: bool) -> bool:
    key = fold(word, quechua=False)
    if key in _PARTICLES:
        follows = [fold(one, quechua=False) for one in behind[:2] if fold(one, quechua=False) not in _PARTICLES]
        return not first and bool(follows) and (follows[0] in _SAINTED or (capital and behind[-1][:1].isupper()))
    if key in _not_names() or len(key) < 2:
        return False
    return first or not capital or word[:1].isupper()


def _told(name: str, quechua: bool) -> str:
    return _EVIDENTIAL.sub("", name) if quechua else name


@lru_cache(maxsize=1)
def _not_names() -> frozenset[str]:
    lines = WORDS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(fold(word, quechua=False) for line in lines if not line.startswith("#") for word in line.split())
