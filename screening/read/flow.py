"""A flow's or first-aid script's file -> Flow."""

from __future__ import annotations

import re

from screening.definitions import PRIORITIES, Advice, Ask, Flow, Schedule, Step
from screening.due import is_due
from screening.read.phrases import read_options
from screening.read.questionnaire import NAME_SHAPE, read_format, read_version
from screening.read.section import NAME, Section

KINDS = ("screening", "crisis", "contact", "control", "first_aid", "menu")
TYPES = ("choice", "integer", "text", "name", "phone", "place", "hours")
ENDINGS = ("completed", "stopped", "erased", "paused")
SENSITIVE = ("name", "phone", "guardian_name", "guardian_phone")
CONSENTS = ("screening", "callback", "guardian")
REFERRALS = ("csmc", "psychiatry", "emergency", "social_support", "violence_services", "substance_use")
TASKS = ("callback", "referral", "crisis")
FACT = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")
POINTERS = ("instrument", "first_aid", "run", "goto")
ACTIONS = ("ask", *POINTERS, "advise", "schedule", "end", "end_session")
DUE_SHAPE = 'Escriba un número y una unidad: "15 min", "24 h", "3 d" o "8 wh" (horas de atención).'
# Where a person only chooses what to do next there is nothing private to withhold.
NOTHING_TO_WITHHOLD = ("menu", "control")


def read_flow(section: Section, sha256: str) -> Flow:
    """The flow; mistakes are noted in the section's problems."""
    read_format(section)
    kind = section.one_of("kind", KINDS, required=True) or "control"
    made = Flow(
        name=section.pattern("name", NAME, NAME_SHAPE) or "",
        kind=kind,
        version=read_version(section),
        title=section.words("title"),
        source=_source(section),
        proposal=section.flag("proposal"),
        opens_on=section.texts("opens_on"),
        profile=section.condition("profile"),
        priority=section.integer("priority") or 0,
        offer=section.text("offer"),
        steps=tuple(_step(one, kind) for one in section.sections("steps", "paso", required=True)),
        sha256=sha256,
        file=section.file,
        lines=dict(section.raw.lines),
    )
    section.close("note")
    return made


def _source(section: Section) -> str | None:
    return "; ".join(section.texts("source")) or None


def _step(section: Section, kind: str) -> Step:
    step_id = section.pattern("id", NAME, NAME_SHAPE) or ""
    action = _action(section)
    made = Step(
        id=step_id,
        kind=action,
        when=section.condition("when"),
        say=section.texts("say"),
        delay=section.numbers("delay"),
        ask=_ask(section, kind) if action in ("ask", "first_aid") and section.has("ask") else None,
        target=_target(section, action),
        advice=_advice(section),
        schedule=_schedule(section),
        line=section.line(),
        say_lines=section.lines_of("say"),
    )
    section.close("note", *(ACTIONS if action == "say" else ()))
    return made


def _action(section: Section) -> str:
    """What the step does beside saying something; `first_aid: choose` may carry its own question."""
    present = [action for action in ACTIONS if section.has(action)]
    if present == ["ask", "first_aid"]:
        return "first_aid"
    if len(present) > 1:
        section.complain(
            "step_kind_several",
            present[1],
            f"El {section.where} hace varias cosas: {', '.join(present)}.",
            "Sepárelo en varios pasos, uno por cosa.",
        )
    if not present and not section.has("say"):
        section.complain(
            "step_kind_missing",
            None,
            f"El {section.where} no hace nada.",
            f"Agregue «say» o una de: {', '.join(ACTIONS)}.",
        )
    return present[0] if present else "say"


def _target(section: Section, action: str) -> str | None:
    if action in POINTERS:
        return section.text(action)
    if action in ("end", "end_session"):
        return section.one_of(action, ENDINGS)
    return None


def _ask(section: Section, kind: str) -> Ask:
    consent = section.one_of("consent", CONSENTS)
    return Ask(
        text=section.words("ask"),
        explain=section.text("explain"),
        type=section.one_of("type", TYPES, required=not section.has("first_aid")) or "choice",
        options=read_options(section.sections("options", "opción"), points=False),
        min=section.integer("min"),
        max=section.integer("max"),
        saves=section.pattern("saves", FACT, "Use letras minúsculas, números, «_» y puntos.", required=False),
        sensitive=section.one_of("sensitive", SENSITIVE),
        contact=section.text("contact"),
        consent=consent,
        optional=section.flag("optional", default=consent is None and kind not in NOTHING_TO_WITHHOLD),
    )


def _advice(section: Section) -> Advice | None:
    inner = section.section("advise")
    if inner is None:
        return None
    made = Advice(
        task=inner.one_of("task", TASKS),
        priority=inner.one_of("priority", PRIORITIES, required=True) or "routine",
        due=read_due(inner, "due", required=inner.has("task")),
        reasons=inner.texts("reasons", required=True),
        referral=inner.one_of("referral", REFERRALS),
    )
    inner.close("note")
    return made


def _schedule(section: Section) -> Schedule | None:
    inner = section.section("schedule")
    if inner is None:
        return None
    made = Schedule(kind=inner.words("kind"), after=read_due(inner, "after", required=True) or "1 d")
    inner.close("note")
    return made


def read_due(section: Section, key: str, required: bool = False) -> str | None:
    """A due string such as "24 h"; None, and a problem, when it is not one."""
    value = section.text(key, required)
    if value is None or is_due(value):
        return value
    section.complain("due_format", key, f"«{value}» no es un plazo.", DUE_SHAPE)
    return None
