"""A flow or an instrument as a drawing: boxes one below the other, and jumps in lanes beside them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from console.editor.words import words
from screening.definitions import Flow, Item, Library, Questionnaire, Step

BOX_WIDTH, BOX_HEIGHT, GAP = 320, 64, 34
LEFT, TOP, LANE = 12, 12, 22
ASIDE_WIDTH = 230
LETTERS, LETTERS_ASIDE, LETTERS_LABEL = 40, 26, 24
ENDS = ("goto", "end", "end_session")
ELSEWHERE = ("run", "instrument", "first_aid")


@dataclass(frozen=True)
class Way:
    """From one step to another. label: with which answer; always: whether nothing else can happen."""

    start: str
    end: str
    label: str = ""


@dataclass(frozen=True)
class Part:
    """A step or question. where: the flow or instrument that it leads into; after: with which answers it is done."""

    id: str
    kind: str
    text: str
    condition: str
    line: int
    answers: tuple[str, ...] = ()
    where: str = ""
    where_title: str = ""
    after: str = ""


@dataclass(frozen=True)
class Chart:
    """What is drawn: parts in order, and the ways between them."""

    title: str
    parts: tuple[Part, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Box:
    """A part with its place on the drawing."""

    part: Part
    x: int
    y: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Arrow:
    """A line of the drawing, with its label where it has one."""

    path: str
    label: str
    label_x: int
    label_y: int
    jump: bool


@dataclass(frozen=True)
class Drawing:
    """Everything with coordinates."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def chart_of(library: Library, name: str, *, instrument: bool) -> Chart | None:
    """The chart of a flow, or of an instrument."""
    if instrument:
        questionnaire = library.instrument(name)
        return of_instrument(questionnaire) if questionnaire else None
    flow = library.flow(name)
    return of_flow(flow, library) if flow else None


def of_flow(flow: Flow, library: Library) -> Chart:
    """Steps with what they do, and where each answer leads."""
    answers = _answers(flow)
    parts = tuple(_part(step, library, answers) for step in flow.steps)
    return Chart(flow.title, parts, tuple(_ways(flow)))


def of_instrument(questionnaire: Questionnaire) -> Chart:
    """Questions one after the other; those that depend on an earlier one say on what."""
    parts = tuple(_question(item) for item in questionnaire.items)
    ways = [Way(one.id, after.id) for one, after in itertools.pairwise(parts)]
    return Chart(questionnaire.title, parts, tuple(ways))


def _question(item: Item) -> Part:
    condition = item.enable_when.source if item.enable_when else ""
    kind = "risk" if item.risk else "item"
    return Part(item.link_id, kind, item.text, condition, item.line, tuple(option.label for option in item.options))


def _answers(flow: Flow) -> dict[tuple[str, object], str]:
    """(fact, code) -> the words of the answer that this flow itself offers."""
    asked = [(step.ask.saves, step.ask.options) for step in flow.steps if step.ask and step.ask.saves]
    return {(fact or "", option.code): option.label for fact, options in asked for option in options}


def _part(step: Step, library: Library, known: dict[tuple[str, object], str]) -> Part:
    compared = step.when.comparisons if step.when else ()
    equal = [(one.fact, one.constant) for one in compared if one.mark == "=="]
    after = [known[pair] for pair in equal if pair in known]
    answers = tuple(option.label for option in step.ask.options) if step.ask else ()
    where = step.target or "" if step.kind in ELSEWHERE else ""
    return Part(
        id=step.id,
        kind=step.kind,
        text=_text(step),
        condition=step.when.source if step.when else "",
        line=step.line,
        answers=answers,
        where=where,
        where_title=_title(library, step.kind, where) if where else "",
        after=" · ".join(f"«{one}»" for one in after),
    )


def _title(library: Library, kind: str, name: str) -> str:
    found = library.instrument(name) if kind == "instrument" else library.flow(name)
    return found.title if found else words("first_aid", name)


def _text(step: Step) -> str:
    if step.ask and step.ask.text:
        return step.ask.text
    if step.say:
        return step.say[0]
    if step.advice:
        return ", ".join(step.advice.reasons)
    if step.kind in ("end", "end_session", "goto"):
        return words("ending", step.target) if step.kind != "goto" else step.target or ""
    return step.schedule.after if step.schedule else ""


def _ways(flow: Flow) -> Iterator[Way]:
    ids = [step.id for step in flow.steps]
    for number, step in enumerate(flow.steps):
        after = ids[number + 1] if number + 1 < len(ids) else None
        for option in step.ask.options if step.ask else ():
            if option.goto in ids:
                yield Way(step.id, option.goto or "", option.label)
        if step.kind == "goto" and step.target in ids:
            yield Way(step.id, step.target or "", "")
        if after and (step.when or step.kind not in ENDS) and not _all_jump(step, ids):
            yield Way(step.id, after, words("way", "else") if step.when and step.kind in ENDS else "")


def _all_jump(step: Step, ids: list[str]) -> bool:
    options = step.ask.options if step.ask else ()
    return bool(options) and all(option.goto in ids for option in options) and not (step.ask and step.ask.optional)


def draw(chart: Chart) -> Drawing:
    """The chart with coordinates: jumps take the first lane that is free along their way."""
    rows = {part.id: number for number, part in enumerate(chart.parts)}
    boxes = tuple(Box(part, LEFT, _y(number), _lines(part)) for number, part in enumerate(chart.parts))
    jumps = [way for way in chart.ways if rows[way.end] != rows[way.start] + 1 or way.label]
    lanes = _lanes([(rows[way.start], rows[way.end]) for way in jumps])
    aside = ASIDE_WIDTH if any(part.where for part in chart.parts) else 0
    right = LEFT + BOX_WIDTH + aside
    arrows = [_straight(rows[way.start]) for way in chart.ways if way not in jumps]
    arrows += [_bent(way, rows, right, lane) for way, lane in zip(jumps, lanes, strict=True)]
    label = LETTERS_LABEL * 8 if any(way.label for way in jumps) else 0
    width = right + LANE * (max(lanes, default=0) + 2) + label
    return Drawing(width, _y(len(chart.parts)) - GAP + TOP, boxes, tuple(arrows))


def _y(row: int) -> int:
    return TOP + row * (BOX_HEIGHT + GAP)


def _lines(part: Part) -> tuple[str, ...]:
    kind = words("step", part.kind)
    said = part.text or (words("way", "after").format(answers=part.after) if part.after else "")
    return (shortened(f"{part.id} · {kind}", LETTERS), shortened(said, LETTERS))


def shortened(text: str, letters: int) -> str:
    """The text, cut where the box ends."""
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"


def _lanes(spans: list[tuple[int, int]]) -> list[int]:
    taken: list[list[tuple[int, int]]] = []
    lanes = []
    for start, end in spans:
        low, high = min(start, end), max(start, end)
        lane = next((at for at, used in enumerate(taken) if all(high < one or low > other for one, other in used)), -1)
        if lane < 0:
            lane = len(taken)
            taken.append([])
        taken[lane].append((low, high))
        lanes.append(lane)
    return lanes


def _straight(row: int) -> Arrow:
    x = LEFT + BOX_WIDTH // 2
    top = _y(row) + BOX_HEIGHT
    return Arrow(f"M {x} {top} V {top + GAP - 3}", "", 0, 0, jump=False)


def _bent(way: Way, rows: dict[str, int], right: int, lane: int) -> Arrow:
    start, end = _y(rows[way.start]) + BOX_HEIGHT - 16, _y(rows[way.end]) + 16
    x = right + LANE * (lane + 1)
    edge = LEFT + BOX_WIDTH
    path = f"M {edge} {start} H {x} V {end} H {edge + 3}"
    return Arrow(path, shortened(way.label, LETTERS_LABEL), x + 6, (start + end) // 2, jump=True)
