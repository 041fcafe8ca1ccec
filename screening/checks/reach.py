"""Questions that are never asked and conditions that never hold, found by trying every answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Any

from screening.conditions import Comparison, Condition
from screening.definitions import SKIPPED, UNSURE, Item, Library, Questionnaire
from screening.errors import WARNING, DefinitionError
from screening.facts import Values, known_facts

# More combinations than this are not tried: nothing is said then.
MOST = 5000


def check(library: Library) -> Iterator[DefinitionError]:
    """Items that no answer switches on; rules and steps that no facts can bring about."""
    for instrument in library.newest_instruments():
        yield from _items(instrument)
    known = known_facts(library)
    for rule in library.triage.rules:
        if _never(rule.when, known):
            message = f"{rule.id} no se cumple nunca: «{rule.when.source}»."
            yield DefinitionError(
                "condition_never", library.triage.file, rule.line, message, "Revise «and», «or» y los valores.", WARNING
            )
    for flow in library.newest_flows():
        for step in flow.steps:
            if step.when and _never(step.when, known):
                message = f"El paso «{step.id}» no se da nunca: «{step.when.source}»."
                hint = "Revise «and», «or» y los valores, o bórrelo."
                yield DefinitionError("condition_never", flow.file, step.line, message, hint, WARNING)


def _items(instrument: Questionnaire) -> Iterator[DefinitionError]:
    earlier: dict[str, list[Any]] = {}
    for item in instrument.items:
        when = item.enable_when
        if when and when.facts <= set(earlier) and not _holds(when, {fact: earlier[fact] for fact in when.facts}):
            message = f"«{item.link_id}» no se pregunta nunca: ninguna respuesta cumple «{when.source}»."
            hint = "Revise los valores: «enableWhen» mira los puntos de la respuesta."
            yield DefinitionError("item_unreachable", instrument.file, item.line, message, hint)
        earlier[item.link_id] = _answers(item)


def _answers(item: Item) -> list[Any]:
    """What a condition can see of the item; nothing at all when the item itself was not asked."""
    return [*{one.value for one in item.options}, SKIPPED, UNSURE, None]


def _never(condition: Condition, known: Mapping[str, Values]) -> bool:
    """Whether no facts fulfil it. A fact of any value counts as each number it is compared with, and its neighbours."""
    if not condition.facts <= set(known) or any(_misspelt(one, known) for one in condition.comparisons):
        return False  # said already, more plainly
    values = {fact: _possible(condition, fact, known[fact]) for fact in condition.facts}
    return bool(values) and not _holds(condition, values)


def _misspelt(comparison: Comparison, known: Mapping[str, Values]) -> bool:
    values = known.get(comparison.fact)
    constants = comparison.constant if isinstance(comparison.constant, tuple) else (comparison.constant,)
    return values is not None and any(one is not None and one not in values for one in constants)


def _possible(condition: Condition, fact: str, values: Values) -> list[Any]:
    if values is not None:
        return [*values, None]
    constants = [one.constant for one in condition.comparisons if one.fact == fact]
    flat = [value for one in constants for value in (one if isinstance(one, tuple) else (one,))]
    numbers = [value for value in flat if isinstance(value, (int, float)) and not isinstance(value, bool)]
    near = [number + step for number in numbers for step in (-1, 0, 1)]
    return [*dict.fromkeys([*flat, *near]), "…", None]


def _holds(condition: Condition, values: Mapping[str, list[Any]]) -> bool:
    """Whether some combination of values fulfils the condition; True where there are too many to try."""
    names = list(values)
    if prod(len(values[name]) for name in names) > MOST:
        return True
    return any(condition(dict(zip(names, tried, strict=True))) for tried in product(*values.values()))
