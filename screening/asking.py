"""Questions and bubbles as things to say, with their buttons, progress and fields."""

from __future__ import annotations

from screening.definitions import Flow, Place, Step
from screening.fields import fill
from screening.keys import make_key
from screening.places import label_of
from screening.question import ITEM, Question
from screening.response import progress
from screening.responses import WHICH_PLACE
from screening.run import Run
from screening.session import Frame
from screening.texts import fields_of
from screening.turn import QUESTION, Option, Say

# Fewer questions need no encouragement on the way.
LONG_INSTRUMENT = 9
MOST_PLACES = 5
# Beyond this many answers one more button would only be in the way.
MOST_WITH_EXPLAIN = 2
PHONE = "phone"


def open_question(run: Run) -> Say | None:
    """The question that is open, as it is asked; None when nothing is open."""
    frame = run.top
    question = run.catalog.question(frame) if frame else None
    if frame is None or question is None:
        return None
    return Say(
        context=question.context,
        text=question.text,
        response=question.response,
        fields=_fields(run, question.text) or {},
        options=_buttons(run, question),
        progress=_progress(run, frame, question),
        kind=QUESTION,
        wants=PHONE if question.type == PHONE else None,
    )


def ask(run: Run) -> None:
    """Say the open question, if one is open."""
    question = open_question(run)
    if question:
        run.say(question)


def ask_again(run: Run) -> None:
    """Say the open question to a person who comes back to it: in an instrument, with the time it is about."""
    frame = run.top
    if frame and frame.waiting and frame.response_id:
        say_recall(run, frame)
    ask(run)


def say_recall(run: Run, frame: Frame) -> None:
    """Say which time the instrument is about."""
    instrument = run.instrument(frame)
    if instrument.recall:
        run.say(Say(context=f"{instrument.name}.recall", text=instrument.recall))


def say_bubbles(run: Run, flow: Flow, step: Step) -> None:
    """Say a step's bubbles. A bubble with a field that is not known is left out rather than shown with a gap."""
    for number, text in enumerate(step.say):
        fields = _fields(run, text)
        if fields is not None:
            delay = step.delay[number] if number < len(step.delay) else 0
            run.say(Say(context=f"{flow.name}.{step.id}.{number}", text=text, fields=fields, delay=delay))


def explain(run: Run) -> None:
    """Say the open question in plainer words, then again as it is asked."""
    frame = run.top
    question = run.catalog.question(frame) if frame else None
    if question and question.explain:
        fields = _fields(run, question.explain) or {}
        run.say(Say(context=f"{question.context}.explain", text=question.explain, fields=fields))
    ask(run)


def ask_which_place(run: Run, question: Question, places: tuple[Place, ...]) -> None:
    """Several districts bear that name: ask which one."""
    options = tuple(
        Option(place.ubigeo, label_of(place), "", _key(run, question, place.ubigeo)) for place in places[:MOST_PLACES]
    )
    fields = {"place": places[0].district}
    run.say(Say(context=question.context, response=WHICH_PLACE, fields=fields, options=options, kind=QUESTION))


def _fields(run: Run, text: str | None) -> dict[str, object] | None:
    if not text or not fields_of(text):
        return {}
    return fill(text, run.catalog.library, run.facts, run.language, run.now)


def _buttons(run: Run, question: Question) -> tuple[Option, ...]:
    made = [
        Option(option.code, option.label, f"{question.context}.{option.code}", _key(run, question, option.code))
        for option in question.options
    ]
    if question.withhold and question.type != ITEM:
        made += _own(run, question, "skip")
    if question.type == ITEM and len(question.options) <= MOST_WITH_EXPLAIN:
        made += _own(run, question, "explain")
    return tuple(made)


def _own(run: Run, question: Question, code: str) -> list[Option]:
    """One of the engine's own buttons, if the rules word it."""
    label = run.catalog.library.replies.labels.get(code)
    return [Option(code, label, f"replies.{code}", _key(run, question, code))] if label else []


def _key(run: Run, question: Question, code: str) -> str:
    return make_key(run.session.id, question.step, code, question.context, run.catalog.ambiguous)


def _progress(run: Run, frame: Frame, question: Question) -> tuple[int, int] | None:
    # Somebody in danger is spoken with, not counted through.
    if question.type != ITEM or run.in_crisis():
        return None
    return progress(run.instrument(frame), frame.answers, question.step)
