"""Putting flows and instruments on the stack of frames, and taking them off again."""

from __future__ import annotations

from dataclasses import replace

from screening.catalog import SHA
from screening.definitions import Flow, Questionnaire
from screening.events import (
    DataErasureRequested,
    FirstAidCompleted,
    FirstAidStarted,
    QuestionnaireStarted,
    ScreeningCompleted,
    ScreeningStopped,
    SessionCompleted,
    SessionPaused,
    SessionStopped,
)
from screening.facts import saved_fact
from screening.response import WITHHELD
from screening.run import Run
from screening.scores import emit_unfinished
from screening.session import COMPLETED, ERASED, FLOW, INSTRUMENT, PAUSED, Frame

# Deeper than any conversation of ours; flows that offer each other again and again end here.
DEEPEST = 16
HELPED = "helped"


def push_flow(run: Run, flow: Flow, origin: str) -> bool:
    """Put a flow on top. origin: the step that runs it, "" when it interrupts. False when the stack is too deep.

    What interrupts always opens: it is a crisis, or the person's own wish, and no flow opens twice that way.
    """
    if origin and len(run.frames) >= DEEPEST:
        return False
    first = flow.steps[0].id if flow.steps else None
    run.frames.append(Frame(f"{FLOW}:{flow.name}", flow.version, first, origin=origin))
    if flow.kind == "first_aid":
        run.facts.pop(HELPED, None)
        run.emit(FirstAidStarted(at=run.now, script=flow.name, version=flow.version))
    return True


def push_instrument(run: Run, instrument: Questionnaire, origin: str) -> None:
    """Put an instrument on top: one that was left without an answer as it was, else a new response."""
    left = next((one for one in run.closed if one.name == instrument.name and not _done(run, one)), None)
    if left is not None and not left.answers and left.version == instrument.version:
        run.closed.remove(left)
        run.frames.append(replace(left, origin=origin, step=None, waiting=False))
        return
    run.counts[instrument.name] = run.counts.get(instrument.name, 0) + 1
    response_id = f"{run.session.id}-{instrument.name}-{run.counts[instrument.name]}"
    _forget(run, instrument.name)
    run.facts[f"{instrument.name}.status"] = "in-progress"
    run.frames.append(
        Frame(
            f"{INSTRUMENT}:{instrument.name}",
            instrument.version,
            origin=origin,
            response_id=response_id,
            sha=instrument.sha256[:SHA],
        )
    )
    _started(run, instrument, response_id)


def _started(run: Run, instrument: Questionnaire, response_id: str) -> None:
    state = instrument.state_in(run.language)
    language = run.language if state != "none" else instrument.language
    run.emit(
        QuestionnaireStarted(
            at=run.now,
            response_id=response_id,
            instrument=instrument.name,
            version=instrument.version,
            sha256=instrument.sha256,
            language=language,
            state=instrument.state_in(language),
        )
    )


def _forget(run: Run, name: str) -> None:
    """An instrument begun anew: what it said before no longer holds."""
    run.closed = [frame for frame in run.closed if frame.name != name]
    for fact in [fact for fact in run.facts if fact.startswith(f"{name}.")]:
        del run.facts[fact]


def _done(run: Run, frame: Frame) -> bool:
    return run.facts.get(f"{frame.name}.status") == "completed"


def close_instrument(run: Run) -> Frame:
    """Take the finished instrument off the stack; it stays at hand for corrections."""
    frame = run.frames.pop()
    if not _done(run, frame):
        run.facts[f"{frame.name}.status"] = "completed"
        run.emit(ScreeningCompleted(at=run.now, response_id=frame.response_id or ""))
    run.closed.append(replace(frame, step=None, waiting=False))
    return frame


def set_aside(run: Run) -> Frame:
    """Take an instrument without any answer off the stack; it is gone on with when the person comes back to it."""
    frame = run.frames.pop()
    run.closed.append(frame)
    return frame


def pop_flow(run: Run) -> Frame:
    """Take a flow off the stack; a first-aid script came to its end with it."""
    frame = run.frames.pop()
    if run.flow(frame).kind == "first_aid":
        helped = frame.answers.get(HELPED)
        run.emit(FirstAidCompleted(at=run.now, script=frame.name, helped=None if helped in WITHHELD else helped))
        _restore_helped(run)
    return frame


def _restore_helped(run: Run) -> None:
    """A script that led to another one still knows whether it helped itself."""
    earlier = next((one.answers[HELPED] for one in reversed(run.frames) if HELPED in one.answers), None)
    if earlier is not None:
        run.facts[HELPED] = earlier


def continue_parent(run: Run, child: Frame) -> None:
    """The step that ran the child is done: the frame below goes on behind it."""
    parent = run.top
    if parent is None or parent.kind != FLOW:
        return
    trail = (*parent.trail, child.origin) if child.kind == INSTRUMENT else parent.trail
    run.update(step=following(run.flow(parent), child.origin), waiting=False, trail=trail)


def following(flow: Flow, step_id: str) -> str | None:
    """The step behind this one in the file; None at the end."""
    place = flow.places.get(step_id)
    if place is None or place + 1 >= len(flow.steps):
        return None
    return flow.steps[place + 1].id


def end_session(run: Run, how: str) -> None:
    """Bring the whole conversation to an end, from any depth. how: completed, stopped, erased or paused."""
    if how == PAUSED:
        _pause(run)
        return
    for frame in run.instruments_open():
        stop_instrument(run, frame)
    if how == ERASED:
        _forget_person(run)
    run.frames.clear()
    set_ended(run, how)


def _forget_person(run: Run) -> None:
    """Nothing stays in the session but the language and what the flow that erases was answered."""
    own = run.flow(run.frames[-1]) if run.frames and run.frames[-1].kind == FLOW else None
    asked = {saved_fact(step.ask) for step in own.steps if step.ask} if own else set()
    run.facts = {fact: value for fact, value in run.facts.items() if fact in asked or fact == "language"}
    run.closed.clear()
    run.fired.clear()


def stop_instrument(run: Run, frame: Frame) -> None:
    """An instrument is left unfinished: what can be said of its scores is said."""
    emit_unfinished(run, frame)
    run.facts[f"{frame.name}.status"] = "stopped"
    run.emit(ScreeningStopped(at=run.now, response_id=frame.response_id or ""))


def set_ended(run: Run, how: str) -> None:
    """The conversation has come to its end."""
    run.ended_at = run.now.isoformat()
    run.status = how
    if how == COMPLETED:
        run.emit(SessionCompleted(at=run.now))
    elif how == ERASED:
        run.emit(DataErasureRequested(at=run.now))
    else:
        run.emit(SessionStopped(at=run.now))


def _pause(run: Run) -> None:
    """Leave everything as it was before the flow that asked for the pause was opened."""
    while run.frames and run.frames.pop().origin != "":
        pass
    set_paused(run)


def set_paused(run: Run) -> None:
    """The person goes on later; what is open stays open."""
    run.status = PAUSED
    if not run.frames:
        run.ended_at = run.now.isoformat()
    run.emit(SessionPaused(at=run.now))
