"""A draft drawn as boxes and arrows, with the same as a list for whoever cannot see it."""

from __future__ import annotations

from starlette.responses import Response

from console.editor.diagram import Chart, chart_of, draw
from console.editor.drafts import common, desk_of
from console.editor.files import INSTRUMENTS
from console.editor.pages import editor_page
from console.editor.trials import trial
from console.visit import Visit, not_found
from screening.definitions import Library
from screening.publishing import has_versions, name_of


def drawing_page(visit: Visit) -> Response:
    """The drawing; files that are no conversation have none and say so."""
    with visit.site.database.read() as conn:
        desk = desk_of(conn, visit)
    if desk is None:
        return not_found(visit)
    made = trial(visit.site, desk.draft.path, desk.draft.text)
    chart = _chart(made.library, desk.draft.path)
    return editor_page(
        visit,
        "editor/drawing.html",
        chart=chart,
        drawing=draw(chart) if chart else None,
        ways=_ways(chart) if chart else {},
        **common(desk, visit, "dibujo"),
    )


def _chart(library: Library, path: str) -> Chart | None:
    if not has_versions(path):
        return None
    return chart_of(library, name_of(path), instrument=path.startswith(f"{INSTRUMENTS}/"))


def _ways(chart: Chart) -> dict[str, list[tuple[str, str]]]:
    """Step -> (where it leads, with which answer)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for way in chart.ways:
        found.setdefault(way.start, []).append((way.end, way.label))
    return found
