"""Triage: rules without words for counselors, crisis flows that are none, totals that are judged too early."""

from __future__ import annotations

from collections.abc import Iterator

from screening.definitions import Advice, Library, TriageRule
from screening.errors import WARNING, DefinitionError
from screening.read.section import did_you_mean

UPPER_BOUNDS = ("<", "<=", "==", "!=", "in", "not in")


def check(library: Library) -> Iterator[DefinitionError]:
    """Every rule, and every step that advises a task."""
    totals = {
        f"{instrument.name}.{score.name}" for instrument in library.newest_instruments() for score in instrument.scores
    }
    used: set[str] = set()
    for rule in library.triage.rules:
        used.update(rule.reasons)
        yield from _reasons(library, rule.reasons, library.triage.file, rule.line)
        yield from _crisis(library, rule)
        yield from _partial(library, rule, totals)
    for advice, file, line in _advised(library):
        used.update(advice.reasons)
        yield from _reasons(library, advice.reasons, file, line)
    for code in sorted(set(library.triage.reasons) - used):
        line = library.triage.lines.get(code, 0)
        message = f"Ninguna regla ni paso usa el motivo «{code}»."
        yield DefinitionError("reason_unused", library.triage.file, line, message, "Bórrelo si sobra.", WARNING)


def _advised(library: Library) -> Iterator[tuple[Advice, str, int]]:
    for flow in library.newest_flows():
        for step in flow.steps:
            if step.advice:
                yield step.advice, flow.file, step.line


def _reasons(library: Library, reasons: tuple[str, ...], file: str, line: int) -> Iterator[DefinitionError]:
    for code in reasons:
        if code not in library.triage.reasons:
            hint = did_you_mean(code, library.triage.reasons) or "Agréguelo en «reasons», al final de triage.yml."
            message = f"El motivo «{code}» no tiene texto para quien llama."
            yield DefinitionError("reason_unknown", file, line, message, hint)


def _crisis(library: Library, rule: TriageRule) -> Iterator[DefinitionError]:
    if rule.opens is None:
        return
    flow, file = library.flow(rule.opens), library.triage.file
    if flow is None:
        hint = did_you_mean(rule.opens, library.flows) or "Revise el nombre."
        yield DefinitionError("flow_unknown", file, rule.line, f"No hay un flujo «{rule.opens}».", hint)
    elif flow.kind != "crisis":
        message = f"«{rule.opens}» no es un flujo de crisis («kind: {flow.kind}»)."
        yield DefinitionError(
            "crisis_flow_kind", file, rule.line, message, "Una regla solo interrumpe con «kind: crisis»."
        )
    if rule.task is None:
        message = f"{rule.id} abre una crisis y no avisa a nadie."
        yield DefinitionError("crisis_without_task", file, rule.line, message, "Agregue «task», «priority» y «due».")


def _partial(library: Library, rule: TriageRule, totals: set[str]) -> Iterator[DefinitionError]:
    for comparison in rule.when.comparisons:
        total = comparison.fact
        guarded = {f"{total}.complete", f"{total}.band", f"{total}.positive"} & rule.when.facts
        if total in totals and comparison.mark in UPPER_BOUNDS and comparison.constant is not None and not guarded:
            message = f"{rule.id} mira «{total} {comparison.mark} …» y se cumpliría con las preguntas a medias."
            hint = f"Agregue «{total}.complete == True» o use la franja ({total}.band)."
            yield DefinitionError("total_incomplete", library.triage.file, rule.line, message, hint, WARNING)
