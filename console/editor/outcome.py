"""What came out of a trial: scores in words, the triage rules that fired with the facts behind them, what they ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.clockwords import due_words
from console.editor.simulator import Played
from console.labels import label, labels
from console.staff_language import told
from screening.definitions import Library, Questionnaire, TriageRule
from screening.definitions import Score as ScoreDefinition
from screening.events import Event, ReferralAdvised, RiskIdentified, ScoreComputed, TaskAdvised


@dataclass(frozen=True)
class ScoreShown:
    """One score: points of how many, against which cut-off."""

    title: str
    points: str
    outcome: str
    cutoff: str
    complete: str
    positive: bool


@dataclass(frozen=True)
class RuleShown:
    """A rule that fired: its words, its condition, and the facts that made it hold."""

    id: str
    explain: str
    condition: str
    facts: tuple[str, ...]
    level: str
    asks: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """Everything that the conversation came to so far."""

    scores: tuple[ScoreShown, ...]
    rules: tuple[RuleShown, ...]
    other: tuple[str, ...]


def outcome_of(library: Library, played: Played, now: datetime) -> Outcome:
    """The outcome in staff's words. Of a score that was computed again only the last counts."""
    scores: dict[tuple[str, str], ScoreComputed] = {}
    for event in played.events:
        if isinstance(event, ScoreComputed):
            scores[event.response_id, event.name] = event
    fired = [rule for rule in library.triage.rules if rule.id in played.session.fired]
    return Outcome(
        scores=tuple(_score(library, event) for event in scores.values()),
        rules=tuple(_rule(library, rule, played, now) for rule in fired),
        other=tuple(dict.fromkeys(_others(library, played.events, now))),
    )


def _score(library: Library, event: ScoreComputed) -> ScoreShown:
    instrument = _instrument(library, event.response_id)
    made = next((one for one in instrument.scores if one.name == event.name), None) if instrument else None
    at = (event.cutoff or {}).get("positive_at")
    return ScoreShown(
        title=f"{instrument.title if instrument else event.response_id}: {_title(instrument, event.name)}",
        points=_points(event.value, made),
        outcome=_positive(event.positive) if at is not None else _band(made, event.band),
        cutoff=told("corte: {at} o más").format(at=f"{at:g}") if isinstance(at, (int, float)) else "",
        complete="" if event.complete else _answered(event),
        positive=bool(event.positive),
    )


def _points(value: float, score: ScoreDefinition | None) -> str:
    if score is None or score.range is None:
        return f"{value:g}"
    return told("{points} de {most}").format(points=f"{value:g}", most=f"{score.range[1]:g}")


def _answered(event: ScoreComputed) -> str:
    return told("respondió {answered} de {expected}").format(answered=event.answered, expected=event.expected)


def _instrument(library: Library, response_id: str) -> Questionnaire | None:
    """A response is called session-instrument-number."""
    return library.instrument(response_id.partition("-")[2].rpartition("-")[0])


def _title(instrument: Questionnaire | None, name: str) -> str:
    titles: Mapping[str, str] = labels()["score"]
    return titles.get(f"{instrument.name}.{name}" if instrument else "") or titles.get(f"*.{name}") or name


def _positive(positive: bool | None) -> str:
    code = "undetermined" if positive is None else "positive" if positive else "negative"
    return label(code, "outcome")


def _band(score: ScoreDefinition | None, code: str | None) -> str:
    return next((band.label for band in score.bands if band.code == code), code or "") if score else code or ""


def _rule(library: Library, rule: TriageRule, played: Played, now: datetime) -> RuleShown:
    facts = played.session.facts
    known = tuple(f"{name} = {_value(facts[name])}" for name in sorted(rule.when.facts) if facts.get(name) is not None)
    return RuleShown(
        id=rule.id,
        explain=rule.explain or "",
        condition=rule.when.source,
        facts=known,
        level=label(rule.level, "flag_level"),
        asks=tuple(_asks(library, rule)),
    )


def _asks(library: Library, rule: TriageRule) -> Iterator[str]:
    if rule.task:
        yield told("{task}, prioridad {priority}, plazo {due}").format(
            task=label(rule.task, "kind"), priority=label(rule.priority, "priority").lower(), due=rule.due
        )
    if rule.referral:
        yield told("derivar a {place}").format(place=label(rule.referral, "referral"))
    if rule.opens:
        flow = library.flow(rule.opens)
        yield told("abre «{flow}»").format(flow=flow.title if flow else rule.opens)


def _others(library: Library, events: tuple[Event, ...], now: datetime) -> Iterator[str]:
    for event in events:
        if isinstance(event, TaskAdvised):
            why = ", ".join(library.triage.reasons.get(one, one) for one in event.reasons)
            yield f"{label(event.kind, 'kind')} ({due_words(event.due_at, now)}): {why}"
        elif isinstance(event, ReferralAdvised):
            yield told("Derivación: {place}").format(place=label(event.kind, "referral"))
        elif isinstance(event, RiskIdentified):
            yield f"{label(event.code, 'flag')}: {label(event.level, 'flag_level')}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return told("sí") if value else told("no")
    return f"{value:g}" if isinstance(value, float) else str(value)
