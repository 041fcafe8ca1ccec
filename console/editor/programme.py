"""The programme's switches on their page: which topic cannot be switched on, and why."""

from __future__ import annotations

from dataclasses import dataclass

from screening.definitions import Library
from screening.programme import empty_slots


@dataclass(frozen=True)
class Cannot:
    """A topic and why it would stay off however its switch stands. waits_for: texts that nobody has obtained."""

    title: str
    waits_for: tuple[str, ...]


def cannot_switch_on(library: Library) -> dict[str, Cannot]:
    """Pointer of the switch -> why its topic would not be offered; topics that can be switched on are there as well."""
    found = {}
    for number, switch in enumerate(library.programme.switches.values()):
        flow = library.flow(switch.flow)
        title = flow.title if flow else switch.flow
        found[f"flows/{number}"] = Cannot(
            title, tuple(_named(library, one) for one in empty_slots(library, switch.needs))
        )
    return found


def _named(library: Library, name: str) -> str:
    instrument = library.instrument(name)
    return instrument.title if instrument else name
