"""Instruments: scores that do not add up, bands with holes, risk items that nobody answers to."""

from __future__ import annotations

from collections.abc import Iterator

from screening.answer_option import AnswerOption
from screening.definitions import Item, Library, Questionnaire, Score
from screening.errors import WARNING, DefinitionError
from screening.read.section import did_you_mean
from screening.response import Answers
from screening.scoring import compute, facts_of


def check(library: Library) -> Iterator[DefinitionError]:
    """Every instrument in use."""
    for instrument in library.newest_instruments():
        for item in instrument.items:
            yield from _item(instrument, item)
            yield from _risk(library, instrument, item)
        for score in instrument.scores:
            yield from _score(instrument, score)


def _item(instrument: Questionnaire, item: Item) -> Iterator[DefinitionError]:
    if not item.explain:
        yield DefinitionError(
            "explain_missing",
            instrument.file,
            item.line,
            f"A «{item.link_id}» le falta «explain».",
            "Diga lo mismo con palabras más sencillas y un ejemplo de la vida diaria, sin cambiar el sentido.",
        )


def _risk(library: Library, instrument: Questionnaire, item: Item) -> Iterator[DefinitionError]:
    if item.risk is None:
        return
    risky = [option for option in item.options if item.risk.when({"value": option.value})]
    if not risky:
        message = f"Ninguna respuesta de «{item.link_id}» cumple su «risk»."
        yield DefinitionError("risk_never", instrument.file, item.line, message, "Revise los valores de sus opciones.")
    for option in risky:
        if not _opens_crisis(library, instrument, item, option):
            yield DefinitionError(
                "risk_unhandled",
                instrument.file,
                item.line,
                f"«{item.link_id}» = {option.code} es un riesgo y ninguna regla de triage.yml abre una crisis.",
                f'Agregue una regla con when: "{instrument.name}.{item.link_id} == {option.value}" y «opens».',
            )


def _opens_crisis(library: Library, instrument: Questionnaire, item: Item, option: AnswerOption) -> bool:
    """Whether that answer alone, with nothing else known, leads to a crisis flow."""
    answers: Answers = {item.link_id: option.code}
    facts = {f"{instrument.name}.{item.link_id}": option.value}
    for score in instrument.scores_of[item.link_id]:
        facts.update(facts_of(instrument, compute(instrument, score, answers)))
    for rule in library.triage.rules:
        flow = library.flow(rule.opens) if rule.opens else None
        if flow and flow.kind == "crisis" and rule.when(facts):
            return True
    return False


def _score(instrument: Questionnaire, score: Score) -> Iterator[DefinitionError]:
    items = [instrument.item(link_id) for link_id in score.items]
    known = [item for item in items if item]
    for link_id, item in zip(score.items, items, strict=True):
        yield from _score_item(instrument, score, link_id, item)
    if len(set(score.items)) < len(score.items):
        message = f"El puntaje «{score.name}» cuenta dos veces la misma pregunta."
        yield DefinitionError("id_duplicated", instrument.file, score.line, message, "Quite la repetida.")
    if len(known) == len(score.items) and all(item.options for item in known):
        yield from _limits(instrument, score, known)


def _score_item(instrument: Questionnaire, score: Score, link_id: str, item: Item | None) -> Iterator[DefinitionError]:
    if item is None:
        hint = did_you_mean(link_id, instrument.places) or "Use el linkId de una pregunta de este archivo."
        message = f"El puntaje «{score.name}» cuenta «{link_id}», que no existe."
        yield DefinitionError("score_item_unknown", instrument.file, score.line, message, hint)
    elif not item.scored:
        message = f"El puntaje «{score.name}» cuenta «{link_id}», que dice «scored: false»."
        yield DefinitionError(
            "score_item_unscored", instrument.file, score.line, message, "Quite una de las dos cosas."
        )


def _limits(instrument: Questionnaire, score: Score, items: list[Item]) -> Iterator[DefinitionError]:
    low = sum(min(option.value or 0 for option in item.options) for item in items)
    high = sum(max(option.value or 0 for option in item.options) for item in items)
    file, line = instrument.file, score.line
    if score.range is not None and score.range != (low, high):
        message = (
            f"«{score.name}» dice ir de {score.range[0]} a {score.range[1]}, y sus preguntas suman de {low} a {high}."
        )
        yield DefinitionError("score_range_wrong", file, line, message, "Revise «range», «items» y los valores.")
    if score.cutoff and not low < score.cutoff.positive_at <= high:
        message = f"El corte de «{score.name}» ({score.cutoff.positive_at}) queda fuera de {low} a {high}."
        yield DefinitionError("cutoff_out_of_range", file, score.cutoff.line, message, "Revise «positive_at».")
    if score.cutoff and not score.meaning:
        message = f"A «{score.name}» le falta «meaning»: si la persona pregunta por su resultado, no hay qué decirle."
        yield DefinitionError(
            "meaning_missing", file, line, message, "Agregue positive, negative y undetermined.", WARNING
        )
    yield from _bands(instrument, score, low, high)


def _bands(instrument: Questionnaire, score: Score, low: float, high: float) -> Iterator[DefinitionError]:
    expected = low
    for band in sorted(score.bands, key=lambda band: band.min):
        file, line = instrument.file, band.line
        if band.max < band.min:
            message = f"La franja «{band.code}» va de {band.min} a {band.max}."
            yield DefinitionError("band_backwards", file, line, message, "«min» es el menor de los dos.")
        if band.min > expected:
            message = f"De {expected} a {band.min - 1} no hay franja en «{score.name}»."
            yield DefinitionError("band_gap", file, line, message, "Cada puntaje posible tiene que caer en una franja.")
        if band.min < expected:
            message = f"La franja «{band.code}» se cruza con la anterior en «{score.name}»."
            yield DefinitionError("band_overlap", file, line, message, "Cada puntaje cae en una sola franja.")
        expected = max(expected, band.max + 1)
    if score.bands and expected != high + 1:
        message = f"Las franjas de «{score.name}» terminan en {expected - 1} y el puntaje llega a {high}."
        code = "band_gap" if expected <= high else "band_out_of_range"
        yield DefinitionError(code, instrument.file, score.line, message, "Ajuste la última franja.")
