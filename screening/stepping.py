"""Going on: from step to step and item to item until something waits for the person, or nothing is left."""

from __future__ import annotations

from screening.asking import LONG_INSTRUMENT, ask, ask_again, say_bubbles, say_recall
from screening.calendar import due_at
from screening.definitions import Flow, Step
from screening.errors import FlowLoops
from screening.events import ReferralAdvised, RescreenScheduled
from screening.frames import (
    close_instrument,
    continue_parent,
    end_session,
    following,
    pop_flow,
    push_flow,
    push_instrument,
    set_ended,
)
from screening.opening import open_crises
from screening.programme import is_on
from screening.question import CHOOSE, offers
from screening.response import answered_count, enabled_items, next_item
from screening.responses import BACK_TO_QUESTIONS, ENCOURAGE_THIRD, ENCOURAGE_TWO_THIRDS
from screening.run import Run
from screening.session import COMPLETED, ERASED, INSTRUMENT, PAUSED, Frame
from screening.triaging import advise_task, fire
from screening.turn import QUESTION, Say

LIMIT = 500
BY_PROFILE = "by_profile"
NOT_OFFERED = "not-offered"
ALWAYS_DONE = ("goto", "end", "end_session")


def advance(run: Run) -> None:
    """Go on until a question waits or the stack is empty. Raises FlowLoops."""
    for _ in range(LIMIT):
        frame = run.top
        if frame is None or frame.waiting or run.status == PAUSED:
            _lead_back(run)
            return
        if frame.kind == INSTRUMENT:
            _item(run, frame)
        else:
            _flow(run, frame)
    raise FlowLoops("a flow goes round without asking anything")


# instruments


def _item(run: Run, frame: Frame) -> None:
    instrument = run.instrument(frame)
    item = next_item(instrument, frame.answers)
    if item is None:
        _end_instrument(run)
        return
    if not frame.answers:
        say_recall(run, frame)
    _encourage(run, frame)
    run.update(step=item.link_id, waiting=True)
    ask(run)


def _end_instrument(run: Run) -> None:
    frame = close_instrument(run)
    if not run.frames:
        set_ended(run, COMPLETED)
    continue_parent(run, frame)
    open_crises(run, fire(run), within=True)


def _encourage(run: Run, frame: Frame) -> None:
    """A word at a third and at two thirds of the way, but not in a crisis and not after a correction."""
    instrument = run.instrument(frame)
    total = len(enabled_items(instrument, frame.answers))
    if not run.moved_on or total < LONG_INSTRUMENT or run.in_crisis():
        return
    done = answered_count(instrument, frame.answers)
    if done == round(total / 3):
        run.respond(ENCOURAGE_THIRD)
    elif done == round(2 * total / 3):
        run.respond(ENCOURAGE_TWO_THIRDS)


# flows


def _flow(run: Run, frame: Frame) -> None:
    flow = run.flow(frame)
    step = flow.step(frame.step) if frame.step else None
    if step is None:
        end_flow(run, COMPLETED)
    elif _done_before(frame, step):
        _pass_by(run, flow, frame, step)
    elif step.when is not None and not step.when(run.facts):
        run.update(step=following(flow, step.id))
    else:
        _do(run, flow, frame, step)


def _done_before(frame: Frame, step: Step) -> bool:
    """Whether the person, after a correction, is on the way through what they have been through already."""
    on_the_way = frame.resume is not None and frame.resume != step.id
    return on_the_way and step.id in frame.seen and step.kind not in ALWAYS_DONE


def _pass_by(run: Run, flow: Flow, frame: Frame, step: Step) -> None:
    """After a correction: what was done stays done, and is not said again."""
    run.passed += 1
    if run.passed > len(flow.steps):
        run.update(resume=None)  # another branch was taken, which never comes back to where the person was
        return
    done = step.kind in ("ask", "instrument") and (step.when is None or step.when(run.facts))
    trail = (*frame.trail, step.id) if done and step.id not in frame.trail else frame.trail
    run.update(step=following(flow, step.id), trail=trail)


def _do(run: Run, flow: Flow, frame: Frame, step: Step) -> None:
    if frame.resume == step.id:
        run.update(resume=None)
    else:
        say_bubbles(run, flow, step)
    if step.kind == "ask":
        run.update(waiting=True)
        ask(run)
        return
    run.update(step=following(flow, step.id), seen=_with(frame.seen, step.id))
    ACTIONS[step.kind](run, step)


def _with(seen: tuple[str, ...], step_id: str) -> tuple[str, ...]:
    return seen if step_id in seen else (*seen, step_id)


def _say(run: Run, step: Step) -> None:
    """The bubbles have been said already."""


def _instrument(run: Run, step: Step) -> None:
    instrument = run.catalog.library.instrument(step.target or "")
    if instrument and not instrument.items:
        run.facts[f"{instrument.name}.status"] = NOT_OFFERED  # a slot that waits for its text asks nothing
    elif instrument:
        push_instrument(run, instrument, step.id)


def _run(run: Run, step: Step) -> None:
    other = run.catalog.library.flow(step.target or "")
    if other and is_on(run.catalog.library, other.name):
        push_flow(run, other, step.id)


def _first_aid(run: Run, step: Step) -> None:
    if step.target == CHOOSE:
        _choose(run, step)
        return
    script = _fitting(run) if step.target == BY_PROFILE else run.catalog.library.flow(step.target or "")
    if script:
        push_flow(run, script, step.id)


def _choose(run: Run, step: Step) -> None:
    if offers(run.catalog.library):
        run.update(step=step.id, waiting=True)
        ask(run)


def _fitting(run: Run) -> Flow | None:
    """The first-aid script with the highest priority whose profile fits."""
    scripts = run.catalog.library.first_aid()
    return next((script for script in scripts if script.profile and script.profile(run.facts)), None)


def _advise(run: Run, step: Step) -> None:
    advice, rule = step.advice, f"{run.frames[-1].name}.{step.id}"
    if advice and advice.task:
        advise_task(run, advice.task, advice.priority, advice.due, advice.reasons, rule)
    if advice and advice.referral:
        run.emit(
            ReferralAdvised(
                at=run.now, kind=advice.referral, priority=advice.priority, reasons=advice.reasons, rule=rule
            )
        )


def _schedule(run: Run, step: Step) -> None:
    if step.schedule:
        at = due_at(step.schedule.after, run.now, run.calendar)
        run.facts[f"{step.schedule.kind}_due"] = at.isoformat()
        run.emit(RescreenScheduled(at=run.now, due_at=at, kind=step.schedule.kind))


def _goto(run: Run, step: Step) -> None:
    run.update(step=step.target)


def _end(run: Run, step: Step) -> None:
    end_flow(run, step.target or COMPLETED)


def _end_session(run: Run, step: Step) -> None:
    end_session(run, step.target or COMPLETED)


ACTIONS = {
    "say": _say,
    "instrument": _instrument,
    "run": _run,
    "first_aid": _first_aid,
    "advise": _advise,
    "schedule": _schedule,
    "goto": _goto,
    "end": _end,
    "end_session": _end_session,
}


def end_flow(run: Run, how: str) -> None:
    """The running flow is over: the one below goes on, or its question is asked again, or the conversation ends."""
    if how in (ERASED, PAUSED):
        end_session(run, how)
        return
    frame = pop_flow(run)
    if not run.frames:
        set_ended(run, how)
    elif frame.origin:
        continue_parent(run, frame)
    else:
        _come_back(run)


def _come_back(run: Run) -> None:
    """What was on top is over: back to what was interrupted."""
    if run.lead_back_at is None and not run.in_crisis():
        run.lead_back_at = len(run.says)
    if run.top and run.top.waiting:
        ask_again(run)


def _lead_back(run: Run) -> None:
    """Where a question follows upon an interruption, the person is led back to it in so many words."""
    at, run.lead_back_at = run.lead_back_at, None
    if at is not None and any(say.kind == QUESTION for say in run.says[at:]):
        run.says.insert(at, Say(response=BACK_TO_QUESTIONS))
