"""Clinical content says where it comes from, or says that it is a proposal."""

from __future__ import annotations

from collections.abc import Iterator

from screening.definitions import Library, Questionnaire
from screening.errors import DefinitionError

HINT = "Agregue «source» con la dirección, o «proposal: true» si falta la firma clínica."


def check(library: Library) -> Iterator[DefinitionError]:
    """Instruments, cut-offs, flows, triage rules and services."""
    for instrument in library.newest_instruments():
        yield from _instrument(instrument)
    for flow in library.newest_flows():
        if not flow.source and not flow.proposal:
            yield DefinitionError("source_missing", flow.file, 1, f"«{flow.name}» no dice de dónde viene.", HINT)
    for rule in library.triage.rules:
        if not rule.source and not rule.proposal:
            message = f"La regla {rule.id} no dice de dónde viene."
            yield DefinitionError("source_missing", library.triage.file, rule.line, message, HINT)
    for service in library.services:
        if not service.source or service.seen is None:
            message = f"El servicio «{service.id}» no dice dónde ni cuándo se leyó."
            hint = "Agregue «source» y «seen» (fecha de la fuente)."
            yield DefinitionError("source_missing", service.file, service.line, message, hint)


def _instrument(instrument: Questionnaire) -> Iterator[DefinitionError]:
    if not instrument.source:
        message = f"«{instrument.name}» no dice de dónde se copió."
        yield DefinitionError("source_missing", instrument.file, 1, message, "Agregue «source» con la dirección.")
    for score in instrument.scores:
        if score.cutoff and not score.cutoff.source:
            message = f"El corte de «{score.name}» no dice quién lo propone."
            yield DefinitionError("source_missing", instrument.file, score.cutoff.line, message, "Agregue «source».")
