"""Longer replies that answer by themselves: by their last word, or by words that no question gives a sense."""

from __future__ import annotations

import pytest

from screening.question import Question, of_item
from screening.reader import load_library
from screening.reply import ReplyReader
from screening.turn import Reply
from uyariq.rooms import RULES

LIBRARY = load_library(RULES)
READER = ReplyReader(LIBRARY)


def asked(link_id: str = "srq_3") -> Question:
    """«¿Duerme mal?», or another question of the SRQ."""
    instrument = LIBRARY.instrument("srq_minsa")
    assert instrument
    item = instrument.item(link_id)
    assert item
    return of_item(instrument, item)


def read(text: str, intent: str | None = None, question: Question | None = None) -> str | None:
    """The answer's code; a wish or nothing certain: None."""
    found = READER.read(question or asked(), Reply(text, None, intent, 0.95), "t3st")
    return str(found.code) if found and found.code is not None else None


@pytest.mark.parametrize(
    "text",
    ["me da vergüenza, pero sí", "qué tontería, sí", "qué le voy a decir pues, sí", "pinqakunim, arí"],
)
def test_a_yes_at_the_end_is_a_yes(text: str) -> None:
    """What stands before it answers nothing."""
    assert read(text) == "yes"


@pytest.mark.parametrize("text", ["pantachkanki, manam", "no es fácil decirlo, pero no"])
def test_a_no_at_the_end_is_a_no_where_it_asks_for_nothing(text: str) -> None:
    """In Quechua, and after «pero»."""
    assert read(text) == "no"


@pytest.mark.parametrize(
    "text",
    [
        "así somos todos, no",
        "si usted me ayuda, sí",
        "cuando llueve, sí",
        "mi esposo anda mal, pero sí",
        "no sé qué le diga, sí",
        "duermo bien, sí",
        "antes no, ahora sí",
        'answer{"k":"abcd:srq_minsa.srq_3:yes"}',
    ],
)
def test_what_hangs_on_something_or_speaks_of_another_is_asked_again(text: str) -> None:
    """A tag, a condition, somebody else, a doubt, the opposite, another time."""
    assert read(text) is None


def test_danger_is_never_answered_by_a_last_word() -> None:
    """The question on ending one's life wants plain words."""
    assert read("qué cosas pregunta, manam", question=asked("srq_17")) is None


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        ("no he tenido nada de eso hasta ahora", "deny", "no"),
        ("a mí eso me pasa todo el tiempo señorita", "affirm", "yes"),
        ("no puedo dormir nada en las noches", "deny", None),
        ("a mi vecino le pasa", "affirm", None),
        ("no estoy mal con eso", "deny", None),
    ],
)
def test_the_model_is_believed_at_length_only_about_words_that_mean_the_same_everywhere(
    text: str, intent: str, expected: str | None
) -> None:
    """A word that the question gives a sense is left to its phrases."""
    found = read(text, intent, asked("srq_15"))
    assert found == expected
