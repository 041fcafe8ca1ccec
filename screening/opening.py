"""Flows that open on top of whatever is running: crises by triage, and what the person asks for."""

from __future__ import annotations

from datetime import datetime, timedelta

from screening.asking import ask_again, say_bubbles
from screening.definitions import Flow, TriageRule
from screening.facts import is_kept
from screening.frames import push_flow
from screening.run import Run
from screening.triage import outcome

# After that long, somebody who comes back is asked anew, and rules that fired then may fire again.
AFRESH = timedelta(hours=24)


def open_crises(run: Run, rules: list[TriageRule], within: bool) -> None:
    """Open the crisis flows that the rules name, the strongest on top.

    within: the risk was shown by an answer; then a crisis flow that is already under way simply goes on. Words of
    danger in a running crisis have its help said again.
    """
    if not rules:
        return
    flows = [flow for name in outcome(rules).opens if (flow := run.catalog.library.flow(name))]
    fresh = [flow for flow in flows if not run.is_open(flow.name)]
    for flow in reversed(fresh):
        push_flow(run, flow, origin="")
    if flows and not fresh and not within:
        say_help(run, flows[0])
        ask_again(run)


def say_help(run: Run, flow: Flow) -> None:
    """Say what a flow says before its first question."""
    for step in flow.steps:
        if step.when is None or step.when(run.facts):
            say_bubbles(run, flow, step)
            if step.kind != "say":
                return


def open_on_top(run: Run, flow: Flow) -> None:
    """Open a flow. One that is under way is not opened twice: its help is said again, or its question asked again."""
    if not run.is_open(flow.name):
        push_flow(run, flow, origin="")
        return
    if flow.kind == "crisis":
        say_help(run, flow)
    ask_again(run)


def begin_afresh(run: Run) -> None:
    """Forget what belonged to a conversation that ended long ago, but not the person's profile, consents and wishes."""
    ended = run.session.ended_at
    if run.frames or ended is None or run.now - datetime.fromisoformat(ended) < AFRESH:
        return
    kept = {fact: value for fact, value in run.facts.items() if is_kept(fact) or _to_come(run, fact, value)}
    run.facts = kept
    run.fired.clear()
    run.closed.clear()


def _to_come(run: Run, fact: str, value: object) -> bool:
    if not fact.endswith("_due") or not isinstance(value, str):
        return False
    return datetime.fromisoformat(value) > run.now
