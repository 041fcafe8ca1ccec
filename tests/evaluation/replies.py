"""Replies to yes/no questions, read by the same reader as the form, with the intent that the model gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.catalog import Catalog
from screening.reader import load_library
from screening.reply import ReplyReader
from tests.evaluation.data import ROOT, ReplyLine
from tests.evaluation.scores import share
from tests.evaluation.understanding import Understood

DIRECT_WORDS = 3
OPPOSITE = {"yes": "no", "no": "yes"}


@dataclass(frozen=True)
class ReplyScores:
    """right: as a careful reader; direct: right among short replies that say something; each a share.

    opposite: a yes for a no or the reverse; guessed: a yes or no recorded although the question should be asked again
    or the person said neither; asked_again: not read though it can be; broke_out: taken over by words of danger.
    """

    count: int
    right: float
    direct_count: int
    direct: float
    opposite: float
    guessed: float
    asked_again: float
    broke_out: float


@dataclass(frozen=True)
class Answered:
    """A reply and how it was read."""

    line: ReplyLine
    read: str | None
    dangers: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether it was read as a careful person reads it."""
        return self.read == self.line.answer

    @property
    def direct(self) -> bool:
        """An answer by its own words; in files that do not mark these, every answer of up to three words."""
        short = len(self.line.text.split()) <= DIRECT_WORDS
        return self.line.answer is not None and (short if self.line.direct is None else self.line.direct)


def answer_all(lines: list[ReplyLine], read_all: Callable[[list[str]], list[Understood]]) -> list[Answered]:
    """How each reply is read."""
    from uyariq.commands.parse import answer

    library = load_library(ROOT / "screening_rules")
    reader = ReplyReader(library, Catalog(ROOT / "locale").translate)
    found = read_all([one.text for one in lines])
    read = []
    for line, heard in zip(lines, found, strict=True):
        asked = {"text": line.text, "question": line.question}
        meant = {"intent": heard.intent, "confidence": round(heard.confidence, 4)}
        read.append(Answered(line, answer(library, reader, asked, meant), heard.dangers))
    return read


def score(answered: list[Answered]) -> ReplyScores:
    """The figures of a group of replies."""
    count = len(answered)
    direct = [one for one in answered if one.direct]
    sure = [one for one in answered if one.read in OPPOSITE]
    return ReplyScores(
        count=count,
        right=share(sum(one.right for one in answered), count),
        direct_count=len(direct),
        direct=share(sum(one.right for one in direct), len(direct)),
        opposite=share(sum(OPPOSITE[one.read or ""] == one.line.answer for one in sure), count),
        guessed=share(sum(one.line.answer not in OPPOSITE for one in sure), count),
        asked_again=share(sum(one.read is None and one.line.answer is not None for one in answered), count),
        broke_out=share(sum(bool(one.dangers) for one in answered), count),
    )


def by_answer(answered: list[Answered]) -> dict[tuple[str, str], tuple[int, float]]:
    """(what a careful person reads, language) -> how many, and the share that is read so."""
    found: dict[tuple[str, str], tuple[int, float]] = {}
    for answer in (*OPPOSITE, "unsure", "skip", "explain", None):
        for language in ("es", "qu"):
            own = [one for one in answered if one.line.answer == answer and one.line.language == language]
            found[answer or "ask again", language] = len(own), share(sum(one.right for one in own), len(own))
    return found


def by_language(answered: list[Answered]) -> dict[str, ReplyScores]:
    """Figures for all, es and qu."""
    found = {"all": score(answered)}
    for language in ("es", "qu"):
        found[language] = score([one for one in answered if one.line.language == language])
    return found
