"""Going back: the question answered before is asked again, step by step, and nothing said in between is lost."""

from __future__ import annotations

from dataclasses import replace

from screening.asking import ask, say_recall
from screening.definitions import Step
from screening.frames import set_aside
from screening.response import previous_item
from screening.responses import NOTHING_BEFORE
from screening.run import Run
from screening.session import INSTRUMENT, Frame

# A person may not slip out of a crisis or an exercise by going back; both are over soon.
CLOSED_KINDS = ("crisis", "first_aid")


def go_back(run: Run) -> None:
    """Ask the previous answered question again; if there is none, say so and ask the open one."""
    frame = run.top
    if frame is None:
        return
    done = _in_instrument(run, frame) if frame.kind == INSTRUMENT else _in_flow(run, frame)
    if not done:
        run.respond(NOTHING_BEFORE)
    ask(run)


def _in_instrument(run: Run, frame: Frame) -> bool:
    item = previous_item(run.instrument(frame), frame.answers, frame.step)
    if item is not None:
        run.update(step=item.link_id, waiting=True)
        return True
    below = run.frames[-2] if len(run.frames) > 1 else None
    if frame.answers or not frame.origin or below is None or not below.trail:
        return False
    set_aside(run)
    return _to_last(run, below, frame.origin)


def _in_flow(run: Run, frame: Frame) -> bool:
    if frame.trail and frame.step is not None:
        return _to_last(run, frame, frame.resume or frame.step)
    below = run.frames[-2] if len(run.frames) > 1 else None
    if not frame.origin or below is None or not below.trail or run.flow(frame).kind in CLOSED_KINDS:
        return False
    run.frames.pop()
    return _to_last(run, below, frame.origin)


def _to_last(run: Run, frame: Frame, resume: str) -> bool:
    """Open the last step of the trail: a question, or an instrument at its last answer."""
    last = frame.trail[-1]
    step = run.flow(frame).step(last)
    if step is not None and step.kind == "instrument":
        return _reopen(run, frame, step, resume)
    run.update(step=last, waiting=True, trail=frame.trail[:-1], resume=resume)
    return True


def _reopen(run: Run, frame: Frame, step: Step, resume: str) -> bool:
    closed = next((one for one in run.closed if one.name == step.target and run.catalog.is_known(one)), None)
    instrument = run.instrument(closed) if closed else None
    item = previous_item(instrument, closed.answers, None) if closed and instrument else None
    if closed is None or item is None:
        run.update(trail=frame.trail[:-1])
        return bool(frame.trail[:-1]) and _to_last(run, run.frames[-1], resume)
    run.closed.remove(closed)
    run.update(step=step.id, waiting=False, trail=frame.trail[:-1], resume=resume)
    run.frames.append(replace(closed, origin=step.id, step=item.link_id, waiting=True))
    say_recall(run, run.frames[-1])
    return True
