"""What triage does to a turn: levels, flags, tasks, referrals, and the crisis flows that open at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from screening.calendar import due_at
from screening.definitions import LEVELS, TriageRule
from screening.events import ReferralAdvised, RiskIdentified, TaskAdvised
from screening.run import Run
from screening.triage import outcome, strength, stronger

CALLBACK = "callback"
NONE: frozenset[str] = frozenset()
BY_RULE = "rule"
# Level of a risk that was noted and that no rule speaks of.
LEVEL_OF_NOTE = {"crisis": "high", "ask": "moderate"}


@dataclass(frozen=True)
class Shown:
    """A risk that was shown just now. facts: those that show it; source: "item:<linkId>", "phrase:<id>" or "intent".

    spoken: said in the person's own words; then the help is given again, however often.
    """

    code: str
    facts: frozenset[str]
    source: str
    spoken: bool = False


def fire(run: Run, shown: Shown | None = None) -> list[TriageRule]:
    """Let every rule that holds have its effect, once a session; the rules whose crisis flows have to open.

    Rules that speak of a risk shown just now advise their tasks again, so that danger is never met with silence because
    it was mentioned before; their flows open again only when it was spoken of in the person's own words.
    """
    again = shown.facts if shown else NONE
    fired = [
        rule
        for rule in run.catalog.library.triage.rules
        if rule.when(run.facts) and (rule.id not in run.fired or again & rule.when.facts)
    ]
    first = [rule for rule in fired if rule.id not in run.fired]
    run.fired += [rule.id for rule in first]
    if fired:
        _identify(run, fired, shown)
        _advise(run, fired)
    return fired if shown and shown.spoken else first


def _identify(run: Run, fired: list[TriageRule], shown: Shown | None) -> None:
    """Name the risks that the rules flag, each once, at its strongest."""
    strongest: dict[str, TriageRule] = {}
    for rule in sorted(fired, key=strength):
        flag = rule.flag or (shown.code if shown and shown.facts & rule.when.facts else None)
        if flag:
            strongest[flag] = rule
    for flag, rule in strongest.items():
        source = shown.source if shown and shown.facts & rule.when.facts else BY_RULE
        run.emit(RiskIdentified(at=run.now, code=flag, level=rule.level, rule=rule.id, source=source))


def note_unruled(run: Run, code: str, level: str, source: str) -> None:
    """A risk that no rule speaks of is still named."""
    level = LEVEL_OF_NOTE.get(level, LEVELS[1])
    run.facts["risk_level"] = stronger(run.facts.get("risk_level"), level)
    run.emit(RiskIdentified(at=run.now, code=code, level=level, rule="", source=source))


def advise_task(run: Run, kind: str, priority: str, due: str | None, reasons: tuple[str, ...], rule: str) -> None:
    """Somebody has something to do. A callback's time is kept, the earliest of those still to come."""
    at = due_at(due or "0 min", run.now, run.calendar)
    if kind == CALLBACK:
        run.facts["callback_due"] = _earlier(run, at).isoformat()
    run.emit(TaskAdvised(at=run.now, kind=kind, priority=priority, due_at=at, reasons=reasons, rule=rule))


def _earlier(run: Run, at: datetime) -> datetime:
    known = run.facts.get("callback_due")
    before = datetime.fromisoformat(known) if isinstance(known, str) else at
    return min(before, at) if before > run.now else at


def _advise(run: Run, fired: list[TriageRule]) -> None:
    result = outcome(fired)
    run.facts["risk_level"] = stronger(run.facts.get("risk_level"), result.level)
    for strongest, rules in result.tasks:
        soonest = min(rules, key=lambda rule: due_at(rule.due or "0 min", run.now, run.calendar))
        priority = strongest.priority or "routine"
        advise_task(run, strongest.task or "", priority, soonest.due, _reasons(rules), strongest.id)
    for strongest, rules in result.referrals:
        run.emit(
            ReferralAdvised(
                at=run.now,
                kind=strongest.referral or "",
                priority=strongest.priority or "routine",
                reasons=_reasons(rules),
                rule=strongest.id,
            )
        )


def _reasons(rules: tuple[TriageRule, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for rule in rules for reason in rule.reasons))
