"""Phrases by language: `{es: [...], qu: [...]}`, or a bare list that counts for Spanish.

«(estoy|ando) triste» stands for two phrases, «duermo (muy|) mal» for two as well.
"""

from __future__ import annotations

import re

from screening.answer_option import AnswerOption
from screening.read.positions import Sequence
from screening.read.section import CODE, Section, did_you_mean

LANGUAGES = ("es", "qu")
CHOICE = re.compile(r"\(([^()]*)\)")
MOST_PHRASES = 1000
CODE_SHAPE = "Use de 1 a 16 letras minúsculas sin tilde, números o «_»."


def read_phrases(section: Section, key: str) -> dict[str, tuple[str, ...]]:
    """The phrases under the key, by language."""
    value = section.plain(key)
    if value is None:
        return {}
    if isinstance(value, Sequence):
        return {"es": _spelt_out(section, key)}
    inner = section.section(key)
    return by_language(inner) if inner else {}


def by_language(section: Section) -> dict[str, tuple[str, ...]]:
    """Every language of the mapping with its phrases."""
    found = {language: _spelt_out(section, language) for language in LANGUAGES if section.has(language)}
    section.close(*LANGUAGES)
    return found


def _spelt_out(section: Section, key: str) -> tuple[str, ...]:
    """The phrases of the key, those with choices once for every choice."""
    found: dict[str, None] = {}
    for phrase in section.texts(key):
        made = every_choice(phrase)
        if made is None:
            hint = f"Ejemplo: «(estoy|ando) triste». Cada frase puede valer por {MOST_PHRASES} como mucho."
            section.complain("phrase_shape", key, f"No se entiende qué se puede elegir en «{phrase}».", hint)
        found.update(dict.fromkeys(made or ()))
    return tuple(found)


def every_choice(phrase: str) -> tuple[str, ...] | None:
    """Every phrase that one with choices stands for; None when it is badly written or stands for too many."""
    waiting = [phrase]
    found: list[str] = []
    while waiting and len(waiting) + len(found) <= MOST_PHRASES:
        one = waiting.pop(0)
        choice = CHOICE.search(one)
        if choice is None:
            found.append(" ".join(one.split()))
        else:
            waiting += [one[: choice.start()] + made + one[choice.end() :] for made in choice[1].split("|")]
    badly = bool(waiting) or any(sign in one for one in found for sign in "()|")
    return None if badly else tuple(found)


def read_options(sections: list[Section], points: bool) -> tuple[AnswerOption, ...]:
    """Answer options in order. points: whether each must carry a value."""
    return tuple(read_option(section, points) for section in sections)


def read_option(section: Section, points: bool) -> AnswerOption:
    """One answer option."""
    option = AnswerOption(
        code=section.pattern("code", CODE, CODE_SHAPE) or "",
        label=section.words("label"),
        value=section.number("value", required=True) if points else None,
        phrases=read_phrases(section, "phrases"),
        goto=None if points else section.text("goto"),
        loinc=section.text("loinc") if points else None,
        line=section.line(),
        flow=None if points else section.text("flow"),
    )
    section.close("note")
    return option


def item_phrases(section: Section, codes: list[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Phrases of one item by answer code; a code that the item does not have is a problem."""
    inner = section.section("phrases")
    if inner is None:
        return {}
    found = {}
    for code in inner.raw:
        if code in codes:
            found[code] = read_phrases(inner, code)
        else:
            hint = did_you_mean(code, codes) or f"Esta pregunta tiene: {', '.join(codes)}."
            inner.complain("option_unknown", code, f"La pregunta no tiene la respuesta «{code}».", hint)
    return found
