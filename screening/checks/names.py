"""Names that occur twice, answers that cannot be told apart, labels that do not fit a button."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screening.answer_option import AnswerOption
from screening.definitions import Ask, Flow, Library, Questionnaire, Step
from screening.errors import WARNING, DefinitionError
from screening.fold import fold

BUTTONS = 3
BUTTON_LABEL = 20
LIST_LABEL = 24
LIST_ROWS = 10
# A button's key has to fit into the 64 bytes of Telegram's callback data: "/answer{"k":"sid:step:code:tag"}".
KEY = 38
RESERVED_CODES = ("skip", "unsure", "explain")
RESERVED_NAMES = ("status",)


def check(library: Library) -> Iterator[DefinitionError]:
    """Duplicates and labels, in every file."""
    for instrument in library.newest_instruments():
        yield from _instrument(instrument)
    for flow in library.newest_flows():
        yield from _flow(flow)
    yield from _twice("TR", library.triage.file, ((rule.id, rule.line) for rule in library.triage.rules))
    for file in {service.file for service in library.services}:
        yield from _twice("servicio", file, ((service.id, service.line) for service in library.services))
    yield from _two_kinds(library)


def _instrument(instrument: Questionnaire) -> Iterator[DefinitionError]:
    file = instrument.file
    named = [(item.link_id, item.line) for item in instrument.items]
    named += [(score.name, score.line) for score in instrument.scores]
    yield from _twice("linkId o puntaje", file, named)
    for name, line in named:
        if name in RESERVED_NAMES:
            yield DefinitionError(
                "id_reserved", file, line, f"«{name}» es una palabra del programa.", "Use otro nombre."
            )
    for item in instrument.items:
        yield from _options(file, item.link_id, item.options, published=True)


def _flow(flow: Flow) -> Iterator[DefinitionError]:
    yield from _twice("paso", flow.file, ((step.id, step.line) for step in flow.steps))
    for step in flow.steps:
        if step.ask:
            yield from _options(flow.file, step.id, step.ask.options, published=False)
            yield from _rows(flow, step, step.ask)
    if flow.offer and len(flow.offer) > BUTTON_LABEL:
        line = flow.lines.get("offer", 1)
        message = f"«{flow.offer}» tiene {len(flow.offer)} letras y el botón admite {BUTTON_LABEL}."
        yield DefinitionError("option_label_too_long", flow.file, line, message, "Acórtelo.")


def _rows(flow: Flow, step: Step, ask: Ask) -> Iterator[DefinitionError]:
    """WhatsApp's lists hold ten rows, the program's own «prefiero no decir» among them."""
    own = 1 if ask.optional and ask.consent is None else 0
    if len(ask.options) + own > LIST_ROWS:
        message = f"El paso «{step.id}» tiene {len(ask.options)} respuestas y caben {LIST_ROWS - own} en una lista."
        hint = "Júntelas en menos respuestas, o haga dos preguntas."
        yield DefinitionError("options_too_many", flow.file, step.line, message, hint)


def _two_kinds(library: Library) -> Iterator[DefinitionError]:
    for name in sorted(set(library.flows) & set(library.instruments)):
        flow = library.flow(name)
        if flow:
            message = f"«{name}» es a la vez un flujo y un instrumento."
            yield DefinitionError("id_duplicated", flow.file, 1, message, "Cambie uno: sus textos se confundirían.")


def _twice(kind: str, file: str, named: Iterable[tuple[str, int]]) -> Iterator[DefinitionError]:
    seen: dict[str, int] = {}
    for name, line in named:
        if name in seen:
            message = f"El {kind} «{name}» ya está en la línea {seen[name]}."
            yield DefinitionError("id_duplicated", file, line, message, "Cada uno lleva su propio nombre.")
        seen.setdefault(name, line)


def _options(file: str, step: str, options: tuple[AnswerOption, ...], published: bool) -> Iterator[DefinitionError]:
    yield from _twice("código de respuesta", file, ((option.code, option.line) for option in options))
    limit = BUTTON_LABEL if len(options) <= BUTTONS else LIST_LABEL
    for option in options:
        if len(option.label) > limit:
            yield _too_long(file, option, limit, published)
        if option.code in RESERVED_CODES:
            message = f"«{option.code}» es un código del programa."
            yield DefinitionError("option_code_reserved", file, option.line, message, "Use otro código.")
        if len(step) + len(option.code) > KEY:
            message = f"«{step}» y «{option.code}» juntos pasan de {KEY} letras y no caben en un botón."
            yield DefinitionError("button_key_too_long", file, option.line, message, "Acorte uno de los dos.")
    yield from _confusable(file, options)


def _too_long(file: str, option: AnswerOption, limit: int, published: bool) -> DefinitionError:
    message = f"«{option.label}» tiene {len(option.label)} letras y el botón admite {limit}."
    if published:
        hint = "Si es la etiqueta publicada, déjela: el canal la mostrará completa en el mensaje."
        return DefinitionError("option_label_too_long", file, option.line, message, hint, WARNING)
    hint = f"Acórtela; con más de {BUTTONS} respuestas caben {LIST_LABEL}."
    return DefinitionError("option_label_too_long", file, option.line, message, hint)


def _confusable(file: str, options: tuple[AnswerOption, ...]) -> Iterator[DefinitionError]:
    owner: dict[str, str] = {}
    for option in options:
        for phrase in sorted({fold(option.label), *option.spoken}):
            if phrase in owner:
                message = f"«{phrase}» vale para «{owner[phrase]}» y para «{option.code}»."
                hint = "Déjela en una sola: si no se sabe qué quiso decir, se vuelve a preguntar."
                yield DefinitionError("phrase_ambiguous", file, option.line, message, hint)
            owner.setdefault(phrase, option.code)
