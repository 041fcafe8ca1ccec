"""Every text for people that the rules hold, with the context under which it is translated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from string import Formatter

from screening.answer_option import AnswerOption
from screening.definitions import Flow, Item, Library, Questionnaire, Score, Service, Step

OUTCOMES = ("positive", "negative", "undetermined")


@dataclass(frozen=True)
class Text:
    """One text. kind: bubble, question, explain, label, item, recall, meaning, service or button.

    Texts of kind item and label of an instrument stand as published; everything else is ours.
    """

    context: str
    text: str
    kind: str
    file: str
    line: int
    published: bool = False


@cache
def fields_of(text: str) -> tuple[str, ...]:
    """Names of the {fields} in a text, in order. Raises ValueError when a brace is left open."""
    return tuple(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def service_text(service: Service) -> str:
    """How a service is named in a sentence: its name, and how to reach it when the name does not say so."""
    if service.text:
        return service.text
    if service.number and service.number in service.name:
        return service.name
    how = service.steps or service.number
    return f"{service.name} ({how})" if how else service.name


def texts(library: Library) -> Iterator[Text]:
    """All texts for people, in the version in use."""
    for instrument in library.newest_instruments():
        yield from of_instrument(instrument)
    for flow in library.newest_flows():
        yield from of_flow(flow)
    for service in library.services:
        yield Text(f"services.{service.id}", service_text(service), "service", service.file, service.line)
    for name, label in library.replies.labels.items():
        yield Text(f"replies.{name}", label, "button", library.replies.file, 0)


def of_instrument(instrument: Questionnaire) -> Iterator[Text]:
    """Recall sentence, items, explanations, answers and meanings of an instrument."""
    name, file = instrument.name, instrument.file
    if instrument.recall:
        yield Text(f"{name}.recall", instrument.recall, "recall", file, 1, published=True)
    for item in instrument.items:
        yield from _of_item(name, file, item)
    for score in instrument.scores:
        yield from _of_score(name, file, score)


def _of_item(name: str, file: str, item: Item) -> Iterator[Text]:
    context = f"{name}.{item.link_id}"
    yield Text(context, item.text, "item", file, item.line, published=True)
    if item.explain:
        yield Text(f"{context}.explain", item.explain, "explain", file, item.line)
    yield from _labels(context, file, item.options, published=True)


def _of_score(name: str, file: str, score: Score) -> Iterator[Text]:
    for outcome in OUTCOMES:
        if outcome in score.meaning:
            yield Text(f"{name}.{score.name}.{outcome}", score.meaning[outcome], "meaning", file, score.line)


def of_flow(flow: Flow) -> Iterator[Text]:
    """Bubbles, questions, explanations and answers of a flow."""
    for step in flow.steps:
        yield from _of_step(flow, step)
    if flow.offer:
        yield Text(f"{flow.name}.offer", flow.offer, "label", flow.file, flow.lines.get("offer", 1))


def _of_step(flow: Flow, step: Step) -> Iterator[Text]:
    context = f"{flow.name}.{step.id}"
    for number, bubble in enumerate(step.say):
        line = step.say_lines[number] if number < len(step.say_lines) else step.line
        yield Text(f"{context}.{number}", bubble, "bubble", flow.file, line)
    if step.ask:
        yield Text(context, step.ask.text, "question", flow.file, step.line)
        if step.ask.explain:
            yield Text(f"{context}.explain", step.ask.explain, "explain", flow.file, step.line)
        yield from _labels(context, flow.file, step.ask.options, published=False)


def _labels(context: str, file: str, options: tuple[AnswerOption, ...], published: bool) -> Iterator[Text]:
    for option in options:
        yield Text(f"{context}.{option.code}", option.label, "label", file, option.line, published)
