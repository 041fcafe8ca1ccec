"""What the checks found, in the language of the request: the Spanish sentence is found in the catalog by its shape.

The checks say one sentence, in Spanish, with what it is about put in. Here the sentence is taken apart again; one that
fits no shape stays as it is, marked as Spanish for those who are read to.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import Formatter

from markupsafe import Markup

from console.staff_language import SPANISH, spoken, words_in

FIELD = re.compile(r"\{(\d+)\}")
LONGEST = 1000
"""Letters of a text that is looked at: no sentence of ours is longer, whatever is put into it."""
MOST_DEEP = 2
"""What is put into a sentence may be a sentence; deeper there are only names."""
Shape = tuple[re.Pattern[str], str]


def told_finding(text: str) -> str:
    """The finding in the language of the request; the Spanish where the catalog has no such sentence."""
    return _told(text, spoken().language, MOST_DEEP) or text


def finding_markup(text: str) -> Markup:
    """The same for a page."""
    language = spoken().language
    found = text if language == SPANISH else _told(text, language, MOST_DEEP)
    if found is None and text:
        return Markup('<span lang="es">{}</span>').format(text)
    return Markup.escape(found or "")


def _told(text: str, language: str, deep: int) -> str | None:
    exact = words_in(language).of_checks.get(text)
    if exact is not None:
        return exact
    for shape, words in _shapes(language) if deep and len(text) <= LONGEST else ():
        fits = shape.fullmatch(text)
        if fits:
            # The fields are numbered from one, in the order in which they stand in the Spanish.
            return words.format("", *(_told(value, language, deep - 1) or value for value in fits.groups()))
    return None


@lru_cache(maxsize=8)
def _shapes(language: str) -> tuple[Shape, ...]:
    """Sentences with fields, those that say most by themselves first."""
    found = [(source, words) for source, words in words_in(language).of_checks.items() if FIELD.search(source)]
    found.sort(key=lambda pair: len(FIELD.sub("", pair[0])), reverse=True)
    return tuple((_pattern(source), words) for source, words in found)


def _pattern(source: str) -> re.Pattern[str]:
    seen: set[str] = set()
    parts = []
    for literal, number, _, _ in Formatter().parse(source):
        parts.append(re.escape(literal))
        if number:
            parts.append(f"(?P=f{number})" if number in seen else f"(?P<f{number}>.+?)")
            seen.add(number)
    return re.compile("".join(parts), re.DOTALL)
