"""Which facts conditions may speak of, with the values each can have: the dictionary behind «¿quiso decir…?»."""

from __future__ import annotations

from typing import Any

from screening.definitions import LEVELS, RISK_CODES, SKIPPED, UNSURE, Ask, Flow, Library, Questionnaire

Values = frozenset[Any] | None
ANY: Values = None
YES_NO = frozenset({"yes", "no", SKIPPED, UNSURE})
TRUE = frozenset({True, False, SKIPPED, UNSURE})
BOOLEAN = frozenset({True, False})
STATUSES = frozenset({"in-progress", "completed", "stopped", "not-offered"})
BASE: dict[str, Values] = {
    "age": ANY,
    "sex": frozenset({"female", "male", "other", "undisclosed", SKIPPED, UNSURE}),
    "district": ANY,
    "language": frozenset({"es", "qu"}),
    "channel": ANY,
    "phone": TRUE,
    "name": TRUE,
    "callback_due": ANY,
    "rescreen_due": ANY,
    "risk_level": frozenset(LEVELS),
    "consent.screening": YES_NO,
    "consent.callback": YES_NO,
    "consent.guardian": YES_NO,
    **{f"risk.{code}": frozenset({"crisis", "ask"}) for code in RISK_CODES},
}
KEPT = frozenset({"age", "sex", "district", "language", "channel", "phone", "name"})
KEPT_GROUPS = ("consent.", "contact.", "guardian_")


def is_kept(fact: str) -> bool:
    """Whether a fact is about the person, and so outlives one screening."""
    return fact in KEPT or fact.startswith(KEPT_GROUPS)


def known_facts(library: Library) -> dict[str, Values]:
    """Every fact that the rules can bring forth -> the constants it can equal, or None where any value can occur."""
    known = dict(BASE)
    for versions in library.instruments.values():
        for instrument in versions.values():
            known.update(of_instrument(instrument))
    for flows in library.flows.values():
        for flow in flows.values():
            _add_flow(known, flow)
    return known


def of_instrument(instrument: Questionnaire) -> dict[str, Values]:
    """Facts that running the instrument brings forth."""
    name = instrument.name
    known: dict[str, Values] = {f"{name}.status": STATUSES}
    for item in instrument.items:
        known[f"{name}.{item.link_id}"] = frozenset({*(one.value for one in item.options), SKIPPED, UNSURE})
    for score in instrument.scores:
        known[f"{name}.{score.name}"] = ANY
        known[f"{name}.{score.name}.positive"] = BOOLEAN
        known[f"{name}.{score.name}.complete"] = BOOLEAN
        known[f"{name}.{score.name}.band"] = frozenset(band.code for band in score.bands)
    return known


def _add_flow(known: dict[str, Values], flow: Flow) -> None:
    for step in flow.steps:
        if step.ask is None:
            continue
        fact = saved_fact(step.ask)
        if fact is None:
            continue
        values = _values(step.ask)
        earlier = known.get(fact, frozenset())
        known[fact] = None if values is None or earlier is None else earlier | values


def _values(ask: Ask) -> Values:
    codes = {option.code for option in ask.options}
    if ask.type == "choice":
        return frozenset({*codes, SKIPPED, UNSURE})
    if ask.type in ("integer", "place"):
        return None
    return frozenset({True, *codes, SKIPPED, UNSURE})


def saved_fact(ask: Ask) -> str | None:
    """The fact that gets the answer of a question."""
    if ask.saves:
        return ask.saves
    if ask.consent:
        return f"consent.{ask.consent}"
    return f"contact.{ask.contact}" if ask.contact else ask.sensitive
