"""Reply words: a phrase means one thing only, and no question's own phrase says the opposite."""

from __future__ import annotations

from collections.abc import Iterator

from screening.answer_option import AnswerOption
from screening.definitions import Library
from screening.errors import WARNING, DefinitionError
from screening.statement import OPPOSITE, WORDS_ASIDE


def check(library: Library) -> Iterator[DefinitionError]:
    """Lists against each other, then every question's phrases against the lists."""
    yield from _lists(library)
    for options, file in _questions(library):
        for option in options:
            yield from _contradiction(library, option, file)
    if library.replies.file and "skip" not in library.replies.labels:
        message = "Falta el texto del botón para no responder."
        hint = 'Agregue al final: buttons: {skip: "Prefiero no decir", explain: "No entiendo"}.'
        yield DefinitionError("button_missing", library.replies.file, 0, message, hint, WARNING)


def _lists(library: Library) -> Iterator[DefinitionError]:
    owner: dict[str, str] = {}
    for name, phrases in library.replies.lists.items():
        for phrase in sorted(phrases) if name not in WORDS_ASIDE else ():
            if phrase in owner:
                line = library.replies.lines.get(name, 0)
                message = f"«{phrase}» está en «{owner[phrase]}» y en «{name}»."
                yield DefinitionError(
                    "reply_word_twice", library.replies.file, line, message, "Déjela en una sola lista."
                )
            owner.setdefault(phrase, name)


def _questions(library: Library) -> Iterator[tuple[tuple[AnswerOption, ...], str]]:
    for instrument in library.newest_instruments():
        for item in instrument.items:
            yield item.options, instrument.file
    for flow in library.newest_flows():
        for step in flow.steps:
            if step.ask:
                yield step.ask.options, flow.file


def _contradiction(library: Library, option: AnswerOption, file: str) -> Iterator[DefinitionError]:
    contrary = library.replies.lists.get(OPPOSITE.get(option.code, ""), frozenset())
    for phrase in sorted(option.spoken & contrary):
        message = f"«{phrase}» siempre quiere decir lo contrario de «{option.code}»."
        yield DefinitionError("phrase_contradicts", file, option.line, message, "Quítela de esta pregunta.")
