"""Statements that only the question gives a sense, on the rules in use."""

from __future__ import annotations

import pytest

from screening.question import of_item
from screening.reader import load_library
from screening.reply import ReplyReader
from screening.turn import Reply
from uyariq.rooms import RULES

LIBRARY = load_library(RULES)
READER = ReplyReader(LIBRARY)
SRQ = LIBRARY.instrument("srq_minsa")


def said(number: int, text: str) -> str | None:
    """The answer read at an item of the SRQ, by its number; None when nothing is recorded."""
    read = READER.read(of_item(SRQ, SRQ.items[number - 1]), Reply(text), "s")
    return read.code if read else None


@pytest.mark.parametrize(
    ("number", "text", "answer"),
    [
        (1, "me duele bastante la cabeza", "yes"), (1, "umay nanashan", "yes"), (1, "manan umay nananchu", "no"),
        (3, "casi no pego el ojo", "yes"), (3, "mana allinta puñunichu", "yes"), (3, "sumaqllata puñuni", "no"),
        (3, "duermo riquísimo", "no"), (5, "me tiemblan las manos", "yes"), (5, "no me tiemblan", "no"),
        (8, "no me puedo concentrar", "yes"), (8, "pienso clarito", "no"), (9, "llakisqan kashani", "yes"),
        (15, "nada me llama la atención", "yes"), (22, "mana uyarinichu", "no"), (22, "escucho voces", "yes"),
        (28, "se me pasa la mano", "yes"), (28, "tomo muy poco", "no"),
    ],
)  # fmt: skip
def test_a_statement_answers_its_own_question(number: int, text: str, answer: str) -> None:
    """Echoes, denials and words of the trade of living, in both languages and spellings."""
    assert said(number, text) == answer


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3, "no duermo bien"), (3, "sí duermo bien"), (1, "me duele la cabeza pero ya no"), (9, "mi hijo está triste"),
        (17, "ya no lo pienso"), (1, "icha"),
    ],
)  # fmt: skip
def test_what_may_mean_the_other_answer_is_asked_again(number: int, text: str) -> None:
    """A lost comma, something taken back, somebody else and doubt record nothing."""
    assert said(number, text) is None
