"""How far replies of the development set are read, and that none is read as the opposite of what it says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.definitions import NO, YES
from screening.question import Question, of_item
from screening.reader import load_library
from screening.reply import ReplyReader
from screening.turn import Reply
from uyariq.rooms import RULES

LINES = Path(__file__).parent / "reply_lines"
LIBRARY = load_library(RULES)
READER = ReplyReader(LIBRARY)
INSTRUMENTS = ("srq_minsa", "srq20", "asq", "phq9", "phq4", "gad7")
AGAIN = "again"
# Replies that mean the same everywhere are tried at some items of each kind.
SOME = ("srq_3", "srq_9", "srq_15", "srq_24")
SOME_OF_DAYS = ("phq9_2", "gad7_6")
# The share that is read right, as last measured and rounded down.
LEAST_RIGHT = {"es": 0.97, "qu": 0.97}


@cache
def questions() -> dict[str, Question]:
    """Every item by its linkId."""
    found = {}
    for name in INSTRUMENTS:
        instrument = LIBRARY.instrument(name)
        assert instrument
        found.update({item.link_id: of_item(instrument, item) for item in instrument.items})
    return found


def lines(language: str) -> Iterator[tuple[Question, str, str]]:
    """(question, reply, how it must be read) of the development set."""
    listed = yaml.safe_load((LINES / f"{language}.yml").read_text(encoding="utf-8"))
    danger = [question.step for question in questions().values() if question.careful and {YES, NO} <= question.codes]
    yield from _at(SOME, listed["everywhere"])
    yield from _at(danger, listed["danger"])
    yield from _at(SOME_OF_DAYS, listed["frequency"])
    for one in listed["items"]:
        yield from _at(one["at"], {answer: texts for answer, texts in one.items() if answer != "at"})


def _at(steps: Any, listed: dict[str, list[str]]) -> Iterator[tuple[Question, str, str]]:
    for step in steps:
        for answer, texts in listed.items():
            yield from ((questions()[step], text, answer) for text in texts)


def read(question: Question, text: str) -> str:
    """The answer's code, the wish, or that it is asked again."""
    found = READER.read(question, Reply(text), "s")
    if found is None or found.wish == "unclear":
        return AGAIN
    return found.code or found.wish or AGAIN


@pytest.mark.parametrize("language", ["es", "qu"])
def test_replies_of_the_development_set_are_read(language: str) -> None:
    """The share right stays where it was measured; no yes is read as a no, nor a no as a yes."""
    read_so = [(answer, read(question, text)) for question, text, answer in lines(language)]
    opposite = sum({answer, found} == {YES, NO} for answer, found in read_so)
    assert opposite == 0
    assert sum(answer == found for answer, found in read_so) / len(read_so) >= LEAST_RIGHT[language]


@pytest.mark.parametrize("language", ["es", "qu"])
def test_every_item_has_replies_to_try(language: str) -> None:
    """Each yes/no item of the SRQ is tried with statements of its own, beside those that fit everywhere."""
    listed = yaml.safe_load((LINES / f"{language}.yml").read_text(encoding="utf-8"))
    tried = {step for one in listed["items"] for step in one["at"]}
    wanted = {step for step, question in questions().items() if step.startswith("srq_") and question.options}
    assert wanted <= tried


def test_what_is_about_danger_is_never_answered_by_halves() -> None:
    """«Casi no», «ya no» or «no mucho» to a question about danger is neither a yes nor a no."""
    careful = [question for question in questions().values() if question.careful and {YES, NO} <= question.codes]
    for question in careful:
        for text in ("casi no", "ya no", "no mucho", "casi nunca", "por ahora no", "no tanto", "manañam", "rara vez"):
            assert read(question, text) not in (YES, NO), question.step
