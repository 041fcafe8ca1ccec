"""Intents: macro-F1, levels, fallback and calibration over the held-out messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

from tests.evaluation.data import LEVELS, Message, key, training_sentences
from tests.evaluation.scores import Bin, Pairs, accuracy, expected_calibration_error, macro_f1, reliability, share
from tests.evaluation.understanding import FALLBACK, Understood

UNMET = "sentences that are not in nlu_data"
LENGTHS = (("1 word", 1, 1), ("2-3 words", 2, 3), ("4-7 words", 4, 7), ("8 words and more", 8, 10_000))


@dataclass(frozen=True)
class Summary:
    """How well a group of messages was understood.

    fallback: share of which the bot asks back; best_f1: macro-F1 if it took its best guess instead; among_two: share of
    the asked-back whose intent is among the two best guesses.
    """

    count: int
    macro_f1: float
    accuracy: float
    fallback: float
    best_f1: float
    among_two: float


@dataclass(frozen=True)
class Heard:
    """A held-out message and what was understood."""

    message: Message
    found: Understood


def hear(lines: list[Message], read_all: Callable[[list[str]], list[Understood]]) -> list[Heard]:
    """Each message with what was understood."""
    return [Heard(one, found) for one, found in zip(lines, read_all([m.text for m in lines]), strict=True)]


def pairs(heard: Iterable[Heard]) -> Pairs:
    """(meant, understood), the fallback as it is."""
    return [(one.message.intent, one.found.intent) for one in heard]


def best_pairs(heard: Iterable[Heard]) -> Pairs:
    """(meant, best guess): as `rasa test nlu` counts, which takes fallbacks back."""
    return [(one.message.intent, best_intent(one.found)) for one in heard]


def best_intent(found: Understood) -> str:
    """The intent, or the best guess where the bot asks back."""
    return found.best[0] if found.intent == FALLBACK else found.intent


def summary(heard: list[Heard]) -> Summary:
    """The figures of a group."""
    asked_back = [one for one in heard if one.found.intent == FALLBACK]
    among = sum(one.message.intent in [name for name, _ in one.found.ranking[:2]] for one in asked_back)
    return Summary(
        count=len(heard),
        macro_f1=macro_f1(pairs(heard)),
        accuracy=accuracy(pairs(heard)),
        fallback=share(len(asked_back), len(heard)),
        best_f1=macro_f1(best_pairs(heard)),
        among_two=share(among, len(asked_back)),
    )


def groups(heard: list[Heard]) -> dict[str, list[Heard]]:
    """All messages; of more than one word; not met in training; thirds from easy to hard; by variety; by length."""
    found = {"all": heard, "without one-word messages": [one for one in heard if not one.message.one_word]}
    known = training_sentences()
    found[UNMET] = [one for one in heard if key(one.message.text) not in known]
    for level in LEVELS:
        found[level] = [one for one in heard if one.message.level == level]
    for variety in ("quy", "quz"):
        found[f"heard as {variety}"] = [one for one in heard if one.found.variety == variety]
    for name, least, most in LENGTHS:
        found[name] = [one for one in heard if least <= len(one.message.text.split()) <= most]
    return {name: inside for name, inside in found.items() if inside}


def calibration(heard: list[Heard]) -> tuple[list[Bin], float]:
    """Reliability and expected calibration error of the model's own word: where no rule of danger decided."""
    own = [one for one in heard if not one.found.dangers and one.found.ranking]
    bins = reliability((one.found.best[1], one.found.best[0] == one.message.intent) for one in own)
    return bins, expected_calibration_error(bins)


def median_ms(heard: list[Heard]) -> float:
    """Median time of one message."""
    return median(one.found.ms for one in heard)
