"""Scores within a turn: the facts they bring forth, and the events once nothing is missing that was asked."""

from __future__ import annotations

from screening.definitions import Questionnaire, Score
from screening.events import ScoreComputed
from screening.response import Answers, enabled_items, value_of, values
from screening.run import Run
from screening.scoring import Result, asked, compute, facts_of
from screening.session import Frame


def refresh(run: Run, instrument: Questionnaire, frame: Frame, link_id: str) -> None:
    """Renew every fact that an answer changes; say a score once all its items have been asked."""
    _answer_facts(run, instrument, frame.answers, link_id)
    for score in instrument.scores if instrument.branches else instrument.scores_of.get(link_id, ()):
        result = compute(instrument, score, frame.answers)
        facts = facts_of(instrument, result)
        changed = any(run.facts.get(name) != value for name, value in facts.items())
        run.facts.update(facts)
        if (changed or link_id in score.items) and _all_asked(instrument, score, frame.answers):
            _emit(run, frame, score, result)


def _answer_facts(run: Run, instrument: Questionnaire, answers: Answers, link_id: str) -> None:
    item = instrument.item(link_id)
    if item is not None:
        run.facts[f"{instrument.name}.{link_id}"] = value_of(item, answers[link_id])
    if not instrument.branches:
        return
    on = {item.link_id for item in enabled_items(instrument, answers)}
    for name, value in values(instrument, answers).items():
        run.facts[f"{instrument.name}.{name}"] = value if name in on else None


def _all_asked(instrument: Questionnaire, score: Score, answers: Answers) -> bool:
    return all(link_id in answers for link_id in asked(instrument, score, answers))


def emit_unfinished(run: Run, frame: Frame) -> None:
    """Say what scores come to whose items were not all asked, as far as there is an answer."""
    instrument = run.instrument(frame)
    for score in instrument.scores:
        answered = any(link_id in frame.answers for link_id in score.items)
        if answered and not _all_asked(instrument, score, frame.answers):
            _emit(run, frame, score, compute(instrument, score, frame.answers))


def _emit(run: Run, frame: Frame, score: Score, result: Result) -> None:
    """Say what a score comes to, with the cut-off it was held against."""
    cutoff = score.cutoff.to_dict() if score.cutoff else None
    run.emit(ScoreComputed(at=run.now, response_id=frame.response_id or "", **vars(result), cutoff=cutoff))
