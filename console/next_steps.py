"""What comes next for a person, in words: calls, sessions, visits, messages of the bot, the calls after a crisis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from console.clockwords import moment_words
from console.labels import label
from console.staff_language import told
from followup.person import PersonPage
from followup.what_next import MESSAGE, AfterCrisis, Planned


@dataclass(frozen=True)
class NextStep:
    """One thing to come. late: its time has passed."""

    when: str
    what: str
    late: bool


@dataclass(frozen=True)
class SeriesWords:
    """The calls after a crisis: where they stand, and each of them."""

    title: str
    lines: tuple[str, ...]


def next_steps(page: PersonPage, now: datetime) -> tuple[NextStep, ...]:
    """Soonest first."""
    return tuple(_step(one, page.after_crisis, now) for one in page.planned)


def _step(one: Planned, series: AfterCrisis | None, now: datetime) -> NextStep:
    if one.what == MESSAGE:
        return NextStep(
            moment_words(one.at, now),
            told("El bot escribe: {what}", what=label(one.kind, "message_kind").lower()),
            False,
        )
    words = label(one.kind, "kind")
    if series is not None and one.detail["series_no"] is not None:
        words = told(
            "{what} {number} de {total} después de la crisis",
            what=words,
            number=one.detail["series_no"],
            total=series.total,
        )
    return NextStep(moment_words(one.at, now), words, one.at < now)


def series_words(page: PersonPage, now: datetime) -> SeriesWords | None:
    """The series after a crisis, oldest call first; None without one."""
    series = page.after_crisis
    if series is None:
        return None
    return SeriesWords(
        told("Seguimiento después de la crisis: llamada {number} de {total}", number=series.number, total=series.total),
        tuple(_lines(series, now)),
    )


def _lines(series: AfterCrisis, now: datetime) -> Iterable[str]:
    for call in series.calls:
        state = (
            f"{label(call.status, 'status').lower()} {moment_words(call.done_at, now)}"
            if call.done_at
            else told("toca {moment}", moment=moment_words(call.due_at, now))
        )
        yield told("Llamada {number}: {state}", number=call.number, state=state)
