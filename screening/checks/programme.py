"""The programme's switches: flows that do not exist, help that must never be off, and what is off and why."""

from __future__ import annotations

from collections.abc import Iterator

from screening.definitions import Library, Questionnaire
from screening.errors import INFO, WARNING, DefinitionError
from screening.programme import Switch, empty_slots
from screening.read.section import did_you_mean

# Help in danger, permissions and ways out are nobody's to switch off.
ALWAYS_ON = ("crisis", "control")


def check(library: Library) -> Iterator[DefinitionError]:
    """Every switch, every answer that depends on one, and every slot that waits for its text."""
    for switch in library.programme.switches.values():
        yield from _switch(library, switch)
    yield from _options(library)
    yield from _slots(library)


def _switch(library: Library, switch: Switch) -> Iterator[DefinitionError]:
    file, flow = library.programme.file, library.flow(switch.flow)
    if flow is None:
        hint = did_you_mean(switch.flow, library.flows) or "Revise el nombre."
        yield DefinitionError("flow_unknown", file, switch.line, f"No hay un flujo «{switch.flow}».", hint)
        return
    if flow.kind in ALWAYS_ON or flow.opens_on:
        message = f"«{switch.flow}» no se puede apagar: es una ayuda o una salida que siempre tiene que estar."
        yield DefinitionError("programme_always_on", file, switch.line, message, "Quite su interruptor.")
    for name in switch.needs:
        if name not in library.instruments:
            hint = did_you_mean(name, library.instruments) or "Revise el nombre."
            yield DefinitionError("instrument_unknown", file, switch.line, f"No hay un instrumento «{name}».", hint)
    yield from _state(library, switch)


def _state(library: Library, switch: Switch) -> Iterator[DefinitionError]:
    file, empty = library.programme.file, empty_slots(library, switch.needs)
    if not switch.on:
        yield DefinitionError("flow_off", file, switch.line, why_off(library, switch.flow), severity=INFO)
    elif empty:
        message = f"«{switch.flow}» está encendido y no se ofrece: no se tiene el texto de {', '.join(empty)}."
        hint = "Consiga el texto y su permiso de uso, o apáguelo."
        yield DefinitionError("flow_on_without_text", file, switch.line, message, hint, WARNING)


def why_off(library: Library, name: str) -> str:
    """Why a flow is not offered, in words for staff."""
    switch = library.programme.switches[name]
    empty = empty_slots(library, switch.needs)
    slots = f" Espacio vacío: {', '.join(empty)}." if empty else ""
    return f"«{name}» está apagado: {switch.why}{slots}"


def _options(library: Library) -> Iterator[DefinitionError]:
    for flow in library.newest_flows():
        for step in flow.steps:
            for option in step.ask.options if step.ask else ():
                if option.flow is not None and option.flow not in library.flows:
                    hint = did_you_mean(option.flow, library.flows) or "Revise el nombre."
                    message = f"La respuesta «{option.code}» depende de «{option.flow}», que no existe."
                    yield DefinitionError("flow_unknown", flow.file, option.line, message, hint)


def _slots(library: Library) -> Iterator[DefinitionError]:
    """Slots that a flow names; the others wait in silence, as nobody would come to them."""
    named = {step.target for flow in library.newest_flows() for step in flow.steps if step.kind == "instrument"}
    for instrument in library.newest_instruments():
        if instrument.name in named and not instrument.items:
            yield DefinitionError("slot_empty", instrument.file, 0, _waits(instrument), severity=INFO)


def _waits(instrument: Questionnaire) -> str:
    return f"«{instrument.name}» está vacío y no se pregunta. Permiso de uso: {instrument.copyright or 'no se vio'}."
