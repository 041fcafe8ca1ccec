"""Charts drawn on the server: shapes with their places, for `_charts.html`. Each stands beside a table of its numbers.

All lengths are those of the drawing, 360 wide: on a phone it is shown at its own size, elsewhere larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 360
_ROW, _BAR = 42, 16
_TALL, _FLOOR, _TOP = 190, 160, 16
_LABELS_AT_MOST = 8


@dataclass(frozen=True)
class Shape:
    """A bar with its label and value; hidden: only the words are drawn."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: str
    hidden: bool = False
    part: float = 0
    label_shown: bool = True


@dataclass(frozen=True)
class Chart:
    """A drawing. kind: rows, columns or steps; id makes the references to title and description unique on a page."""

    id: str
    kind: str
    title: str
    description: str
    height: float
    shapes: tuple[Shape, ...]
    width: float = WIDTH


@dataclass(frozen=True)
class Datum:
    """One value of a chart; part: the portion of it that is drawn darker."""

    label: str
    value: float | None
    words: str
    part: float | None = None


def rows(chart_id: str, title: str, description: str, data: Sequence[Datum]) -> Chart:
    """One bar below the other, each under its label."""
    largest = max((datum.value or 0 for datum in data), default=0) or 1
    shapes = tuple(
        Shape(
            x=0,
            y=place * _ROW,
            width=round((datum.value or 0) / largest * WIDTH, 1),
            height=_BAR,
            label=datum.label,
            value=datum.words,
            hidden=datum.value is None,
        )
        for place, datum in enumerate(data)
    )
    return Chart(chart_id, "rows", title, description, max(1, len(data)) * _ROW, shapes)


def columns(chart_id: str, title: str, description: str, data: Sequence[Datum]) -> Chart:
    """One column beside the other, as for hours or weeks; only some are labelled when there are many."""
    largest = max((datum.value or 0 for datum in data), default=0) or 1
    step = WIDTH / max(1, len(data))
    every = -(-len(data) // _LABELS_AT_MOST) or 1
    scale = (_FLOOR - _TOP) / largest
    shapes = tuple(
        Shape(
            x=round(place * step + step * 0.1, 1),
            y=round(_FLOOR - (datum.value or 0) * scale, 1),
            width=round(step * 0.8, 1),
            height=round((datum.value or 0) * scale, 1),
            label=datum.label,
            value=datum.words,
            hidden=datum.value is None,
            part=round((datum.part or 0) * scale, 1),
            label_shown=place % every == 0,
        )
        for place, datum in enumerate(data)
    )
    return Chart(chart_id, "columns", title, description, _TALL, shapes)


def steps(chart_id: str, title: str, description: str, data: Sequence[tuple[str, float, float, str]]) -> Chart:
    """From a value before to one after, in the same people. data: (label, before, after, words)."""
    largest = max((max(before, after) for _, before, after, _ in data), default=0) or 1
    scale = (WIDTH - 24) / largest
    shapes = tuple(
        Shape(
            x=round(12 + before * scale, 1),
            y=place * _ROW,
            width=round(12 + after * scale, 1),
            height=_BAR,
            label=label,
            value=words,
        )
        for place, (label, before, after, words) in enumerate(data)
    )
    return Chart(chart_id, "steps", title, description, max(1, len(data)) * _ROW, shapes)
