"""What a person can wish at any question: to have it explained or repeated, to go back, to pass, to rest, to stop."""

from __future__ import annotations

from collections.abc import Callable

from screening.answering import withhold
from screening.asking import ask, ask_again, explain
from screening.correcting import go_back
from screening.definitions import SKIPPED, UNSURE, Library, Questionnaire, Score
from screening.frames import end_session, set_paused
from screening.opening import open_on_top
from screening.question import Question
from screening.responses import CANNOT_SKIP, MUST_ANSWER, NO_RESULT_YET, NOT_UNDERSTOOD, PAUSED, WELCOME_BACK
from screening.run import Run
from screening.session import PAUSED as STATUS_PAUSED
from screening.session import STOPPED, Frame
from screening.stepping import advance
from screening.texts import OUTCOMES
from screening.turn import Say

Command = Callable[[Run], None]
# Wishes that a programme words in a flow of its own, found by the intent it opens on, else by its name.
INTENT_OF = {"pause": "pause", "stop": "stop", "restart": "restart"}


def run_command(run: Run, name: str) -> None:
    """Do what the person wishes. name: one of COMMANDS. Raises KeyError."""
    COMMANDS[name](run)


def _skip(run: Run) -> None:
    _withhold(run, SKIPPED)


def _unsure(run: Run) -> None:
    _withhold(run, UNSURE)


def _withhold(run: Run, why: str) -> None:
    """Pass the open question. An answer that is called so is taken as that answer; a permission cannot be passed."""
    question = _open(run)
    if question is None:
        return
    if question.withhold:
        withhold(run, question, why)
        return
    run.respond(CANNOT_SKIP if question.consent else MUST_ANSWER)
    ask(run)


def _open(run: Run) -> Question | None:
    return run.catalog.question(run.top) if run.top else None


def _pause(run: Run) -> None:
    flow = _flow_of(run.catalog.library, "pause")
    if not (flow and _open_flow(run, flow)):
        set_paused(run)
        run.respond(PAUSED)


def _stop(run: Run) -> None:
    flow = _flow_of(run.catalog.library, "stop")
    if not (flow and _open_flow(run, flow)):
        end_session(run, STOPPED)


def _restart(run: Run) -> None:
    flow = _flow_of(run.catalog.library, "restart")
    if not (flow and _open_flow(run, flow)):
        ask_again(run)


def _flow_of(library: Library, wish: str) -> str | None:
    flow = library.flow_for(INTENT_OF[wish]) or library.flow(wish)
    return flow.name if flow else None


def _open_flow(run: Run, name: str) -> bool:
    flow = run.catalog.library.flow(name)
    if flow is None:
        return False
    open_on_top(run, flow)
    advance(run)
    return True


def _resume(run: Run) -> None:
    if run.session.status == STATUS_PAUSED:
        run.respond(WELCOME_BACK)
    if run.top and not run.top.waiting:
        advance(run)
    else:
        ask_again(run)


def _unclear(run: Run) -> None:
    """Words that mean yes as well as nothing, such as «ok»: ask again, and count nothing."""
    run.respond(NOT_UNDERSTOOD)
    ask(run)


def _ask_result(run: Run) -> None:
    """What the last finished instrument may mean, in words; no number is given."""
    for frame in reversed(run.closed):
        if run.facts.get(f"{frame.name}.status") == "completed" and run.catalog.is_known(frame):
            says = [say for score in run.instrument(frame).scores if (say := _meaning(run, frame, score))]
            if says:
                run.says += says
                ask(run)
                return
    run.respond(NO_RESULT_YET)
    ask(run)


def _meaning(run: Run, frame: Frame, score: Score) -> Say | None:
    instrument: Questionnaire = run.instrument(frame)
    positive = run.facts.get(f"{frame.name}.{score.name}.positive")
    outcome = OUTCOMES[2] if positive is None else OUTCOMES[0] if positive else OUTCOMES[1]
    text = score.meaning.get(outcome)
    return Say(context=f"{instrument.name}.{score.name}.{outcome}", text=text) if text else None


COMMANDS: dict[str, Command] = {
    "explain": explain,
    "repeat": ask,
    "go_back": go_back,
    "skip": _skip,
    "unsure": _unsure,
    "pause": _pause,
    "resume": _resume,
    "stop": _stop,
    "restart": _restart,
    "ask_result": _ask_result,
    "unclear": _unclear,
}
