"""The safety net: recall by kind, with and without the model; false alarms on messages where it must stay silent."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median, quantiles

from tests.evaluation.data import RiskLine
from tests.evaluation.forget import forget_words
from tests.evaluation.scores import share
from tests.evaluation.understanding import Understood

KINDS = ("suicide", "harm_others", "medical", "violence", "concern_for_other")


@dataclass(frozen=True)
class Watched:
    """A message and the dangers found by the rules alone, and by rules and model."""

    line: RiskLine
    rules: frozenset[str]
    both: frozenset[str]


@dataclass(frozen=True)
class Recall:
    """Of count messages with this danger: share found as this kind, and share where any danger was found.

    rules: by rules alone; both: by rules and model; any_rules, any_both: whatever kind was found.
    """

    count: int
    rules: float
    both: float
    any_rules: float
    any_both: float


@dataclass(frozen=True)
class Alarms:
    """Share of harmless messages where the net spoke."""

    count: int
    rules: float
    both: float


@dataclass(frozen=True)
class Speed:
    """Milliseconds of the rules over one message."""

    median: float
    p95: float


def watch(lines: list[RiskLine], read_all: Callable[[list[str]], list[Understood]]) -> list[Watched]:
    """Each message with what was found in it."""
    found = read_all([one.text for one in lines])
    return [
        Watched(line, frozenset(heard.dangers), frozenset(heard.dangers) | frozenset(heard.feared))
        for line, heard in zip(lines, found, strict=True)
    ]


def recall(watched: Iterable[Watched], kind: str | None = None) -> Recall:
    """Recall of one kind of danger; None: of all messages with any, right when one of their kinds was found."""
    meant = [one for one in watched if (kind in one.line.risk if kind else one.line.risk)]
    wanted = [{kind} if kind else set(one.line.risk) for one in meant]
    count = len(meant)
    return Recall(
        count=count,
        rules=share(sum(bool(one.rules & want) for one, want in zip(meant, wanted, strict=True)), count),
        both=share(sum(bool(one.both & want) for one, want in zip(meant, wanted, strict=True)), count),
        any_rules=share(sum(bool(one.rules) for one in meant), count),
        any_both=share(sum(bool(one.both) for one in meant), count),
    )


def alarms(watched: Iterable[Watched]) -> Alarms:
    """False alarms on the harmless messages."""
    harmless = [one for one in watched if not one.line.risk]
    count = len(harmless)
    by_rules, by_both = sum(bool(one.rules) for one in harmless), sum(bool(one.both) for one in harmless)
    return Alarms(count, share(by_rules, count), share(by_both, count))


def of_language(watched: Iterable[Watched], language: str) -> list[Watched]:
    """The messages in one language."""
    return [one for one in watched if one.line.language == language]


def by_note(watched: list[Watched], harmless: bool, least: int = 4) -> dict[str, list[Watched]]:
    """Messages by what their note says they are; kinds of fewer than `least` messages go together as "other"."""
    chosen = [one for one in watched if bool(one.line.risk) is not harmless]
    sizes = Counter(one.line.note for one in chosen)
    found: dict[str, list[Watched]] = {}
    for one in chosen:
        name = one.line.note if one.line.note and sizes[one.line.note] >= least else "other"
        found.setdefault(name, []).append(one)
    return dict(sorted(found.items(), key=lambda pair: (pair[0] == "other", -len(pair[1]))))


def speed(lines: list[RiskLine]) -> Speed:
    """Time of the rules by themselves, each message once, words not met before among them."""
    from bot.nlu.risk_phrases import find

    find("")  # the rules are read from their files here
    forget_words()
    times: list[float] = []
    for line in lines:
        started = time.perf_counter()
        find(line.text)
        times.append((time.perf_counter() - started) * 1000)
    return Speed(median(times), quantiles(times, n=20)[-1])
