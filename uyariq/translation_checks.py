"""What keeps a translation from being used: lost data, too many letters for its button or bubble, forbidden phrases."""

from __future__ import annotations

from collections.abc import Sequence

from console.findings import told_finding
from console.staff_language import told
from screening.checks import translations as checks
from screening.checks.texts import BUBBLE
from screening.definitions import Library
from screening.errors import ERROR
from screening.read.po import Entry, Words
from screening.texts import Text, fields_of
from uyariq.translations import DOMAIN

Given = Sequence[tuple[Text, str]]
"""Texts and the words for each."""


def problems(library: Library, text: Text, language: str, words: str) -> list[str]:
    """For the person who wrote the words, in the language of their request; none when they may be used."""
    return problems_of_all(library, language, [(text, words)])[0]


def problems_of_all(library: Library, language: str, given: Given) -> list[list[str]]:
    """The same for many, one list for each: the rules are gone through once."""
    by_rules = _of_rules(library, language, given)
    return [_of_text(text, words) or by_rules.get(number, []) for number, (text, words) in enumerate(given)]


def _of_text(text: Text, words: str) -> list[str]:
    if not words.strip():
        return [told("Falta la traducción.")]
    lost = _fields(text, words)
    if lost:
        return [lost]
    if text.kind == "bubble" and text.file == str(DOMAIN) and len(words) > BUBBLE >= len(text.text):
        letters = told("Tiene {letters} letras y el globo admite {most}.", letters=len(words), most=BUBBLE)
        return [f"{letters} {told('Dígalo con menos palabras.')}"]
    return []


def _fields(text: Text, words: str) -> str | None:
    """A telephone that the Spanish gives must not get lost on the way."""
    wanted = sorted(fields_of(text.text))
    try:
        given = sorted(fields_of(words))
    except ValueError:
        return told_finding("Hay una llave { o } suelta.")
    if wanted == given:
        return None
    named = ", ".join(f"{{{name}}}" for name in wanted) or told("ninguno")
    lost = told("No lleva los mismos datos que el castellano ({fields}).", fields=named)
    return f"{lost} {told_finding('Copie los {datos} tal cual.')}"


def _of_rules(library: Library, language: str, given: Given) -> dict[int, list[str]]:
    """What the check of the rules says; each text is a line of a catalog that holds only these."""
    entries = {
        text.context: Entry(text.context, text.text, words, line=number + 1)
        for number, (text, words) in enumerate(given)
        if words.strip()
    }
    found: dict[int, list[str]] = {}
    for one in checks.check(library, Words(language, "", entries)):
        if one.severity == ERROR:
            found.setdefault(one.line - 1, []).append(
                f"{told_finding(one.message_es)} {told_finding(one.hint)}".strip()
            )
    return found
