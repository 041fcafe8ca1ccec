"""Taking an answer: into the state, out as events, and through triage in the same turn."""

from __future__ import annotations

from screening.definitions import SKIPPED, UNSURE, Ask, Flow, Item, Questionnaire, Step
from screening.events import (
    ConsentGiven,
    ConsentRefused,
    ContactPreferenceGiven,
    Event,
    IdentityGiven,
    ItemAnswered,
    ItemSkipped,
    ProfileAnswered,
)
from screening.facts import saved_fact
from screening.frames import HELPED, following, push_flow
from screening.opening import open_crises
from screening.question import ITEM, Question
from screening.reply import Read
from screening.response import WITHHELD, value_of
from screening.responses import ANSWER_CHANGED
from screening.responses import SKIPPED as SAY_SKIPPED
from screening.responses import UNSURE as SAY_UNSURE
from screening.run import Run
from screening.scores import refresh
from screening.session import Frame
from screening.stepping import advance
from screening.triaging import BY_RULE, Shown, fire

WORDS_FOR = {SKIPPED: SAY_SKIPPED, UNSURE: SAY_UNSURE}
# Free text and identity leave only as what a flow says they are, never as a profile.
FREE = ("text", "name", "phone", "hours")
# What a person chooses in menus and exercises says nothing about them that would have to be kept.
NOT_KEPT = ("menu", "control", "first_aid")


def take(run: Run, question: Question, read: Read) -> None:
    """Take what was read as the answer to the open question, and go on."""
    frame = run.frames[-1]
    if question.type == ITEM:
        _take_item(run, frame, question.step, read.code or "")
    else:
        _take_step(run, frame, question.step, read)
    advance(run)


def withhold(run: Run, question: Question, why: str) -> None:
    """Take "skipped" or "unsure" as the answer to the open question, and go on; in a crisis without a word about it."""
    if not run.in_crisis():
        run.respond(WORDS_FOR[why])
    take(run, question, Read(code=why))


# items


def _take_item(run: Run, frame: Frame, link_id: str, code: str) -> None:
    instrument = run.instrument(frame)
    item = instrument.item(link_id)
    if item is None:
        return
    before = frame.answers.get(link_id)
    run.moved_on = before is None
    frame = run.update(answers={**frame.answers, link_id: code}, step=None, waiting=False)
    if code == before:
        return
    if before is not None and code not in WITHHELD:
        run.respond(ANSWER_CHANGED)
    run.emit(_item_event(run, frame, item, code, replaces=before is not None))
    refresh(run, instrument, frame, link_id)
    rules = fire(run, _shown(instrument, item, code))
    open_crises(run, rules, within=True)


def _item_event(run: Run, frame: Frame, item: Item, code: str, replaces: bool) -> Event:
    response_id = frame.response_id or ""
    if code in WITHHELD:
        return ItemSkipped(at=run.now, response_id=response_id, link_id=item.link_id, why=code, replaces=replaces)
    value = value_of(item, code)
    return ItemAnswered(
        at=run.now,
        response_id=response_id,
        link_id=item.link_id,
        value=0 if value is None else value,
        code=code,
        replaces=replaces,
    )


def _shown(instrument: Questionnaire, item: Item, code: str) -> Shown | None:
    """The risk that the answer shows, or None."""
    if item.risk is None or not item.risk.when({"value": value_of(item, code)}):
        return None
    names = {f"{instrument.name}.{item.link_id}"}
    for score in instrument.scores_of[item.link_id]:
        names |= {f"{instrument.name}.{score.name}", f"{instrument.name}.{score.name}.positive"}
    return Shown(item.risk.code, frozenset(names), f"item:{item.link_id}")


# steps


def _take_step(run: Run, frame: Frame, step_id: str, read: Read) -> None:
    flow = run.flow(frame)
    step = flow.step(step_id)
    if step is None:
        return
    again = step_id in frame.seen
    option = step.ask.option(read.code) if step.ask and read.code else None
    target = option.goto if option and option.goto else following(flow, step_id)
    trail = tuple(one for one in frame.trail if one != step_id)
    seen = frame.seen if again else (*frame.seen, step_id)
    run.update(step=target, waiting=False, trail=(*trail, step_id), seen=seen)
    if step.kind == "first_aid":
        _chosen(run, step, read)
    elif step.ask:
        _save(run, flow, step.ask, read, again)


def _chosen(run: Run, step: Step, read: Read) -> None:
    script = run.catalog.library.flow(read.code) if read.code and read.code not in WITHHELD else None
    if script:
        push_flow(run, script, step.id)


def _save(run: Run, flow: Flow, ask: Ask, read: Read, again: bool) -> None:
    fact = saved_fact(ask)
    value = _fact_value(ask, read)
    changed = fact is None or run.facts.get(fact) != value or not again
    if fact is not None:
        run.facts[fact] = value
    if fact == HELPED:
        run.update(answers={HELPED: str(value)})
    if fact == "language" and read.code not in WITHHELD:
        run.speak(str(value))
    elif read.code not in WITHHELD and (changed or read.value is not None):
        _emit_answer(run, flow, ask, fact, read)
    _triage(run, fact)


def _fact_value(ask: Ask, read: Read) -> str | int | bool | None:
    """What stays in the session: a code or number; of free text and identity only that it was given."""
    if read.code is not None:
        return read.code
    return read.value if ask.type in ("integer", "place") else True


def _emit_answer(run: Run, flow: Flow, ask: Ask, fact: str | None, read: Read) -> None:
    value = read.code if read.code is not None else read.value
    if ask.consent:
        kind = ConsentGiven if read.code == "yes" else ConsentRefused
        run.emit(kind(at=run.now, kind=ask.consent, version=flow.version))
    elif ask.sensitive and read.value is not None:
        run.emit(IdentityGiven(at=run.now, kind=ask.sensitive, value=str(read.value)))
    elif ask.contact:
        run.emit(ContactPreferenceGiven(at=run.now, field=ask.contact, value=str(value)))
    elif fact and value is not None and flow.kind not in NOT_KEPT and ask.type not in FREE:
        run.emit(ProfileAnswered(at=run.now, field=fact, value=value))


def _triage(run: Run, fact: str | None) -> None:
    """Rules that speak of this answer. What is answered in a crisis counts each time it is said."""
    shown = Shown("", frozenset({fact}), BY_RULE) if fact and run.in_crisis() else None
    open_crises(run, fire(run, shown), within=True)
