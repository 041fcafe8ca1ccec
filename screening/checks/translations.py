"""Translations: what is missing, out of date or unsigned, and whether each fits where its Spanish fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from screening.answer_option import AnswerOption
from screening.checks.names import BUTTON_LABEL, BUTTONS, LIST_LABEL
from screening.checks.texts import BUBBLE, SPOKEN, filled, forbidden_in, spoken_phrases
from screening.definitions import Library
from screening.errors import ERROR, WARNING, DefinitionError
from screening.read.po import Entry, Words, read_catalogs
from screening.texts import Text, fields_of, texts

LABELS = ("label", "button")
BASE = {"quy": "qu", "quz": "qu"}


def check_locale(library: Library, locale: Path) -> list[DefinitionError]:
    """Every catalog below the folder against the rules."""
    return [problem for words in read_catalogs(locale) for problem in check(library, words)]


def check(library: Library, words: Words) -> Iterator[DefinitionError]:
    """One language. A variant such as quz holds only what differs, so nothing is missing from it."""
    wanted = [text for text in texts(library) if _offered(library, text, words.language)]
    if words.language not in BASE:
        yield from _missing(wanted, words)
    limits = _label_limits(library)
    phrases = spoken_phrases(library, words.language)
    for text in wanted:
        entry = words.entries.get(text.context)
        if entry is None or not entry.text:
            continue
        if entry.fuzzy or entry.source != text.text:
            yield _problem("translation_stale", words, entry, "El castellano cambió y la traducción no se muestra.",
                           "Tradúzcalo de nuevo y quite «fuzzy».", WARNING)  # fmt: skip
            continue
        yield from _fields(text, words, entry)
        yield from _length(library, text, words, entry, limits)
        for phrase in forbidden_in(entry.text, phrases):
            message = f"Dice «{phrase.phrase}», que no se dice nunca: {phrase.why}"
            yield _problem("forbidden_phrase", words, entry, message, "Escríbalo de otra manera.")
    yield from _unsigned(wanted, words)


def _offered(library: Library, text: Text, language: str) -> bool:
    instrument = library.instrument(text.context.split(".")[0])
    return instrument is None or instrument.state_in(BASE.get(language, language)) not in ("none", "published")


def _missing(wanted: Iterable[Text], words: Words) -> Iterator[DefinitionError]:
    """One warning for each file: «12 textos sin traducir»."""
    by_file: dict[str, list[Text]] = {}
    for text in wanted:
        entry = words.entries.get(text.context)
        if entry is None or not entry.text:
            by_file.setdefault(text.file, []).append(text)
    for file, listed in by_file.items():
        message = f"Sin traducir al idioma «{words.language}»: {len(listed)} textos; el primero, {listed[0].context}."
        yield DefinitionError(
            "translation_missing", file, listed[0].line, message,
            "Póngalos en el catálogo con «uyariq texts update» y tradúzcalos.", WARNING,
        )  # fmt: skip


def _unsigned(wanted: Iterable[Text], words: Words) -> Iterator[DefinitionError]:
    """One warning for the whole catalog: signing is the work of weeks, not a mistake of today."""
    entries = [entry for text in wanted if (entry := words.entries.get(text.context)) and entry.text]
    unsigned = [entry for entry in entries if not entry.reviewed]
    if unsigned:
        message = f"{len(unsigned)} de {len(entries)} traducciones no las ha revisado una persona que habla la lengua."
        hint = "Quien revisa agrega encima de la entrada: # revisado: nombre, fecha"
        yield DefinitionError("translation_unreviewed", words.file, unsigned[0].line, message, hint, WARNING)


def _fields(text: Text, words: Words, entry: Entry) -> Iterator[DefinitionError]:
    """A telephone that the Spanish gives must not get lost on the way."""
    try:
        same = sorted(fields_of(text.text)) == sorted(fields_of(entry.text))
    except ValueError:
        same = False
    if not same:
        named = ", ".join(f"{{{name}}}" for name in fields_of(text.text)) or "ninguno"
        message = f"La traducción de {text.context} no lleva los mismos datos que el castellano ({named})."
        yield _problem("translation_fields", words, entry, message, "Copie los {datos} tal cual.")


def _length(
    library: Library, text: Text, words: Words, entry: Entry, limits: dict[str, int]
) -> Iterator[DefinitionError]:
    limit = limits.get(text.context) if text.kind in LABELS else None
    if limit is not None and len(entry.text) > limit:
        message = f"«{entry.text}» tiene {len(entry.text)} letras y el botón admite {limit}."
        # What is published, or too long in Spanish already, the channel shows whole in the message.
        severity = WARNING if text.published else ERROR
        yield _problem("translation_label_long", words, entry, message, "Acórtela.", severity)
    length = len(filled(library, entry.text))
    if text.kind in SPOKEN and length > BUBBLE:
        message = f"La traducción de {text.context} tiene {length} letras y el globo admite {BUBBLE}."
        severity = WARNING if text.published else ERROR
        yield _problem("translation_bubble_long", words, entry, message, "Dígalo con menos palabras.", severity)


def _label_limits(library: Library) -> dict[str, int]:
    """Context of each label -> the letters that its button or row has."""
    found: dict[str, int] = {f"replies.{name}": BUTTON_LABEL for name in library.replies.labels}
    for instrument in library.newest_instruments():
        for item in instrument.items:
            found.update(_of_options(f"{instrument.name}.{item.link_id}", item.options))
    for flow in library.newest_flows():
        found[f"{flow.name}.offer"] = BUTTON_LABEL
        for step in flow.steps:
            if step.ask:
                found.update(_of_options(f"{flow.name}.{step.id}", step.ask.options))
    return found


def _of_options(context: str, options: tuple[AnswerOption, ...]) -> dict[str, int]:
    limit = BUTTON_LABEL if len(options) <= BUTTONS else LIST_LABEL
    return {f"{context}.{option.code}": limit for option in options}


def _problem(
    code: str, words: Words, entry: Entry, message: str, hint: str = "", severity: str = ERROR
) -> DefinitionError:
    return DefinitionError(code, words.file, entry.line, message, hint, severity)
