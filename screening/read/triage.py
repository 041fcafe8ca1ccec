"""triage.yml -> Triage."""

from __future__ import annotations

import re

from screening.conditions import compile_condition
from screening.definitions import LEVELS, PRIORITIES, Triage, TriageRule
from screening.read.flow import REFERRALS, TASKS, read_due
from screening.read.questionnaire import read_format, read_version
from screening.read.section import Section

RULE = re.compile(r"^[A-Z]{2,4}-\d{3}$")
RULE_SHAPE = "Use dos letras, guion y tres cifras: TR-012."
NEVER = compile_condition("False")


def read_triage(section: Section) -> Triage:
    """All rules with the words for their reasons."""
    read_format(section)
    reasons = section.section("reasons", required=True)
    made = Triage(
        version=read_version(section),
        rules=tuple(_rule(one) for one in section.sections("rules", "regla", required=True)),
        reasons={code: reasons.words(code) for code in reasons.raw} if reasons else {},
        file=section.file,
        lines=dict(reasons.raw.lines) if reasons else {},
    )
    section.close("note", "title", "source", "proposal")
    return made


def _rule(section: Section) -> TriageRule:
    task = section.one_of("task", TASKS)
    made = TriageRule(
        id=section.pattern("id", RULE, RULE_SHAPE) or "",
        when=section.condition("when", required=True) or NEVER,
        level=section.one_of("level", LEVELS, required=True) or "none",
        task=task,
        priority=section.one_of("priority", PRIORITIES, required=task is not None),
        due=read_due(section, "due", required=task is not None),
        referral=section.one_of("referral", REFERRALS),
        flag=section.text("flag"),
        opens=section.text("opens"),
        reasons=section.texts("reasons", required=True),
        source="; ".join(section.texts("source")) or None,
        proposal=section.flag("proposal"),
        explain=section.text("explain", required=True),
        line=section.line(),
    )
    section.close("note")
    return made
