"""The drawing: every step once, every way between steps, nothing on top of anything else."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from console.editor.diagram import BOX_HEIGHT, chart_of, draw
from screening.definitions import Library
from screening.reader import read_folder

RULES = Path(__file__).parents[3] / "screening_rules"


@pytest.fixture(scope="module")
def library() -> Library:
    """The real rules."""
    return read_folder(RULES)[0]


def test_every_flow_and_instrument_can_be_drawn(library: Library) -> None:
    """One box a step, in order, none over another; every way leads to a box that is there."""
    names = [(flow.name, False) for flow in library.newest_flows()]
    names += [(one.name, True) for one in library.newest_instruments()]
    for name, instrument in names:
        chart = chart_of(library, name, instrument=instrument)
        assert chart is not None, name
        ids = {part.id for part in chart.parts}
        assert all(way.start in ids and way.end in ids for way in chart.ways), name
        drawing = draw(chart)
        tops = [box.y for box in drawing.boxes]
        assert len(tops) == len(chart.parts)
        assert all(after - before > BOX_HEIGHT for before, after in itertools.pairwise(tops)), name
        assert len(drawing.arrows) == len(chart.ways)
        assert not chart.parts or max(tops) + BOX_HEIGHT <= drawing.height


def test_an_answer_that_leads_elsewhere_is_an_arrow_with_its_words(library: Library) -> None:
    """«No mucho» goes to another step than the rest."""
    chart = chart_of(library, "respiracion", instrument=False)
    assert chart is not None
    jump = next(way for way in chart.ways if way.label == "No mucho")
    assert (jump.start, jump.end) == ("helped", "next")
    assert any(arrow.jump and arrow.label == "No mucho" for arrow in draw(chart).arrows)


def test_a_step_that_waits_for_an_answer_says_which(library: Library) -> None:
    """In the words of the button, not in those of the condition."""
    chart = chart_of(library, "menu", instrument=False)
    assert chart is not None
    part = next(one for one in chart.parts if one.id == "questions")
    assert part.after == "«Responder preguntas»"
    assert part.where == "mental_health"


def test_nothing_goes_on_after_an_end(library: Library) -> None:
    """An unconditional end has no way out; what does not exist has no drawing."""
    chart = chart_of(library, "respiracion", instrument=False)
    assert chart is not None
    assert not [way for way in chart.ways if way.start == "done"]
    assert chart_of(library, "no_such", instrument=False) is None
