"""Conditions that speak of facts which nothing brings forth, or of values that a fact never has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from screening.conditions import Comparison, Condition
from screening.definitions import Library, Questionnaire
from screening.errors import WARNING, DefinitionError
from screening.facts import Values, known_facts
from screening.read.section import did_you_mean

EQUALITY = ("==", "!=", "in", "not in")


def check(library: Library) -> Iterator[DefinitionError]:
    """Every condition of the rules."""
    known = known_facts(library)
    for condition, file, line in conditions_of(library):
        yield from check_condition(condition, file, line, known)
    for instrument in library.newest_instruments():
        yield from _enable_when(instrument)


def conditions_of(library: Library) -> Iterator[tuple[Condition, str, int]]:
    """Every condition over facts of the session, with its place."""
    for flow in library.newest_flows():
        if flow.profile:
            yield flow.profile, flow.file, flow.lines.get("profile", 1)
        for step in flow.steps:
            if step.when:
                yield step.when, flow.file, step.line
    for rule in library.triage.rules:
        yield rule.when, library.triage.file, rule.line


def check_condition(
    condition: Condition, file: str, line: int, known: Mapping[str, Values]
) -> Iterator[DefinitionError]:
    """Unknown facts and impossible values are errors; a bare `not` is doubtful."""
    for fact in sorted(condition.facts - set(known)):
        hint = did_you_mean(fact, known) or "Un dato viene de un instrumento o de un paso con «saves»."
        yield DefinitionError("fact_unknown", file, line, f"Nada da el dato «{fact}».", hint)
    for comparison in condition.comparisons:
        values = known.get(comparison.fact)
        if values is not None and comparison.mark in EQUALITY:
            yield from _values(comparison, values, file, line)
    for fact in sorted(condition.negated & set(known)):
        message = f"«not {fact}» también se cumple cuando todavía no se sabe."
        yield DefinitionError(
            "not_on_fact", file, line, message, f"Escriba «{fact} == False» o «{fact} == None».", WARNING
        )


def _values(comparison: Comparison, values: frozenset[object], file: str, line: int) -> Iterator[DefinitionError]:
    constants = comparison.constant if isinstance(comparison.constant, tuple) else (comparison.constant,)
    for constant in constants:
        if constant is not None and constant not in values:
            shown = sorted(str(value) for value in values)
            hint = did_you_mean(str(constant), shown) or f"Puede ser: {', '.join(shown)}."
            message = f"«{comparison.fact}» nunca vale «{constant}»."
            yield DefinitionError("fact_value_unknown", file, line, message, hint)


def _enable_when(instrument: Questionnaire) -> Iterator[DefinitionError]:
    earlier: dict[str, Values] = {}
    every = [item.link_id for item in instrument.items]
    for item in instrument.items:
        for fact in sorted(item.enable_when.facts - set(earlier)) if item.enable_when else ():
            if fact in every:
                message = f"«{item.link_id}» depende de «{fact}», que se pregunta después."
                yield DefinitionError("enable_when_later", instrument.file, item.line, message, "Cambie el orden.")
            else:
                hint = did_you_mean(fact, every) or "Use el linkId de una pregunta anterior."
                message = f"No hay una pregunta «{fact}» en este instrumento."
                yield DefinitionError("fact_unknown", instrument.file, item.line, message, hint)
        earlier[item.link_id] = None
