"""Scores over time as a chart that the server draws, with the same figures as a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.clockwords import day_words
from console.site import Site
from console.story import score_words
from followup.person import PersonPage, Score, Screening
from screening.definitions import Score as ScoreDefinition

WIDTH, HEIGHT = 400, 190
LEFT, RIGHT, TOP, BOTTOM = 40, 330, 26, 146
# Below this distance the labels of two points would lie on each other.
LABEL_ROOM = 30


@dataclass(frozen=True)
class Point:
    """One score. words: as it is read aloud; shown: whether there is room for its number above it."""

    x: float
    y: float
    value: str
    day: str
    outcome: str
    above: bool
    complete: bool
    by_phone: bool
    shown: bool


@dataclass(frozen=True)
class Chart:
    """The scores of one kind, oldest first. cutoff_y: height of the line from which a score counts, if there is one."""

    name: str
    title: str
    summary: str
    points: tuple[Point, ...]
    highest: str
    path: str
    cutoff_y: float | None
    cutoff: str

    @property
    def drawn(self) -> bool:
        """Whether a line says more than the number alone."""
        return len(self.points) > 1


def charts_of(page: PersonPage, site: Site, now: datetime) -> tuple[Chart, ...]:
    """One for each score that was measured at least twice; what counts over a cut-off comes first."""
    series: dict[tuple[str, str], list[tuple[Screening, Score]]] = {}
    for done in sorted(page.screenings, key=_at):
        for score in done.scores:
            series.setdefault((done.instrument, score.name), []).append((done, score))
    made = [_chart(found, site, now) for found in series.values() if len(found) > 1]
    return tuple(sorted((one for one in made if one is not None), key=lambda one: one.cutoff_y is None))


def _at(done: Screening) -> datetime:
    return done.ended_at or done.started_at


def _chart(found: Sequence[tuple[Screening, Score]], site: Site, now: datetime) -> Chart | None:
    newest, score = found[-1]
    definition = _definition(site, newest, score)
    if definition is None or definition.range is None or definition.range[1] <= definition.range[0]:
        return None
    lowest, highest = definition.range
    points = _points(found, site, lowest, highest, now)
    at = definition.cutoff.positive_at if definition.cutoff else None
    words = score_words(score, newest, site)
    instrument = site.library.instrument(newest.instrument)
    return Chart(
        name=f"{newest.instrument}-{score.name}",
        title=f"{instrument.title if instrument else newest.instrument}: {words.title.lower()}",
        summary="; ".join(_aloud(point) for point in points),
        points=points,
        highest=f"{highest:g}",
        path=" ".join(f"{point.x:.1f},{point.y:.1f}" for point in points),
        cutoff_y=None if at is None else round(_height(at, lowest, highest), 1),
        cutoff="" if at is None else f"{at:g}",
    )


def _points(
    found: Sequence[tuple[Screening, Score]], site: Site, lowest: float, highest: float, now: datetime
) -> tuple[Point, ...]:
    first, last = _at(found[0][0]), _at(found[-1][0])
    span = (last - first).total_seconds()
    made: list[Point] = []
    for number, (done, score) in enumerate(found):
        share = (_at(done) - first).total_seconds() / span if span else number / max(1, len(found) - 1)
        x = LEFT + 12 + share * (RIGHT - LEFT - 24)
        words = score_words(score, done, site)
        labelled = [point for point in made if point.shown]
        made.append(
            Point(
                x=round(x, 1),
                y=round(_height(score.value, lowest, highest), 1),
                value=f"{score.value:g}",
                day=day_words(_at(done), now),
                outcome=", ".join(part for part in (words.outcome, "" if score.complete else "incompleto") if part),
                above=bool(score.positive),
                complete=score.complete,
                by_phone=done.method == "phone",
                shown=not labelled or x - labelled[-1].x >= LABEL_ROOM,
            )
        )
    return tuple(made)


def _aloud(point: Point) -> str:
    return f"{point.day}: {point.value}" + (f", {point.outcome}" if point.outcome else "")


def _height(value: float, lowest: float, highest: float) -> float:
    return BOTTOM - (value - lowest) / (highest - lowest) * (BOTTOM - TOP)


def _definition(site: Site, done: Screening, score: Score) -> ScoreDefinition | None:
    used = site.library.instrument(done.instrument, done.version) or site.library.instrument(done.instrument)
    return next((one for one in used.scores if one.name == score.name), None) if used else None
