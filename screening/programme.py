"""Which flows a programme offers: what staff switched on, what is off and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from screening.definitions import Flow, Library


@dataclass(frozen=True)
class Switch:
    """One flow's switch. why: in staff's words; needs: instruments without whose text the flow stays off."""

    flow: str
    on: bool
    why: str
    needs: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Programme:
    """All switches. A flow without one is always offered."""

    version: str = ""
    switches: Mapping[str, Switch] = field(default_factory=dict)
    file: str = ""

    def is_off(self, flow: str) -> bool:
        """Whether staff switched the flow off."""
        switch = self.switches.get(flow)
        return switch is not None and not switch.on

    def needs(self, flow: str) -> tuple[str, ...]:
        """The instruments without whose text the flow is not offered."""
        switch = self.switches.get(flow)
        return switch.needs if switch else ()


def is_on(library: Library, name: str, above: frozenset[str] = frozenset()) -> bool:
    """Whether the programme offers the flow: it is switched on, and no slot that it needs is empty.

    A menu that only a button opens is on when something that it offers is. above: menus that are being looked into,
    so that two which offer each other do not go round.
    """
    programme = library.programme
    if programme.is_off(name) or empty_slots(library, programme.needs(name)):
        return False
    flow = library.flow(name)
    offered = _offered(flow) if flow and flow.kind == "menu" and not flow.opens_on else []
    above |= {name}
    return not offered or any(is_on(library, one, above) for one in offered if one not in above)


def _offered(flow: Flow) -> list[str]:
    return [option.flow for step in flow.steps if step.ask for option in step.ask.options if option.flow]


def empty_slots(library: Library, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the instruments that have no questions yet: a place kept for a text that has not been obtained."""
    return tuple(name for name in names if (one := library.instrument(name)) is None or not one.items)
