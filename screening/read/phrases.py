"""Phrases by language: `{es: [...], qu: [...]}`, or a bare list that counts for Spanish."""

from __future__ import annotations

from screening.definitions import AnswerOption
from screening.read.positions import Sequence
from screening.read.section import CODE, Section, did_you_mean

LANGUAGES = ("es", "qu")
CODE_SHAPE = "Use de 1 a 16 letras minúsculas sin tilde, números o «_»."


def read_phrases(section: Section, key: str) -> dict[str, tuple[str, ...]]:
    """The phrases under the key, by language."""
    value = section.plain(key)
    if value is None:
        return {}
    if isinstance(value, Sequence):
        return {"es": section.texts(key)}
    inner = section.section(key)
    return by_language(inner) if inner else {}


def by_language(section: Section) -> dict[str, tuple[str, ...]]:
    """Every language of the mapping with its phrases."""
    found = {language: section.texts(language) for language in LANGUAGES if section.has(language)}
    section.close(*LANGUAGES)
    return found


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
