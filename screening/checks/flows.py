"""Flows: steps that lead nowhere, are never reached, or go round without asking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screening.definitions import Ask, Flow, Library, Questionnaire, Step
from screening.errors import WARNING, DefinitionError
from screening.read.section import did_you_mean

END = -1
LANGUAGES = ("es", "qu")
WAITING = ("ask", "instrument", "first_aid", "run")
CHOICES = ("by_profile", "choose")
TYPED = {"name": "name", "guardian_name": "name", "phone": "phone", "guardian_phone": "phone"}
Graph = dict[int, set[int]]


def check(library: Library) -> Iterator[DefinitionError]:
    """Every flow in use."""
    for flow in library.newest_flows():
        for step in flow.steps:
            yield from _pointer(library, flow, step)
            yield from _question(flow, step)
        yield from _shape(flow)
        if flow.kind == "first_aid" and flow.profile is None:
            message = f"A «{flow.name}» le falta «profile»: nadie la recibiría sin pedirla."
            yield DefinitionError("profile_missing", flow.file, 1, message, "Escriba cuándo se elige.", WARNING)
    yield from _recursion(library)
    yield from _intents(library)


def _pointer(library: Library, flow: Flow, step: Step) -> Iterator[DefinitionError]:
    """What a step names must exist."""
    known: Iterable[str]
    if step.kind == "goto":
        known, code, what = flow.places, "goto_unknown", "un paso"
    elif step.kind == "run":
        known, code, what = library.flows, "flow_unknown", "un flujo"
    elif step.kind == "first_aid":
        scripts = [script.name for script in library.first_aid()]
        known, code, what = [*CHOICES, *scripts], "first_aid_unknown", "una primera ayuda"
    elif step.kind == "instrument":
        known, code, what = library.instruments, "instrument_unknown", "un instrumento"
        yield from _usable(library, flow, step)
    else:
        known, code, what = (), "", ""
    if code and step.target not in known:
        hint = did_you_mean(step.target or "", known) or "Revise el nombre."
        yield DefinitionError(code, flow.file, step.line, f"No hay {what} que se llame «{step.target}».", hint)
    for option in step.ask.options if step.ask else ():
        if option.goto is not None and option.goto not in flow.places:
            hint = did_you_mean(option.goto, flow.places) or "Revise el nombre."
            yield DefinitionError("goto_unknown", flow.file, option.line, f"No hay un paso «{option.goto}».", hint)


def _otherwise(flow: Flow, instrument: str) -> bool:
    """Whether the flow goes another way where the instrument is not offered: a step asks for its status."""
    return any(step.when and f"{instrument}.status" in step.when.facts for step in flow.steps)


def _usable(library: Library, flow: Flow, step: Step) -> Iterator[DefinitionError]:
    """An instrument is in force, and a language that it does not exist in has been thought of."""
    instrument = library.instrument(step.target or "")
    named = step.when.facts if step.when else frozenset()
    if instrument and "language" not in named and _missing(instrument) and not _otherwise(flow, instrument.name):
        message = f"«{step.target}» no existe en todos los idiomas y el paso «{step.id}» no lo tiene en cuenta."
        hint = "Agregue «when» con el idioma, por ejemplo: language == 'es', y otro camino para los demás."
        yield DefinitionError("language_unhandled", flow.file, step.line, message, hint)
    if instrument and instrument.status == "retired":
        message = f"«{step.target}» está retirado."
        yield DefinitionError("instrument_retired", flow.file, step.line, message, "Use otro o actívelo de nuevo.")
    if instrument and instrument.status == "draft" and instrument.items:
        message = f"«{step.target}» es un borrador."
        yield DefinitionError(
            "instrument_draft", flow.file, step.line, message, "Actívelo cuando esté revisado.", WARNING
        )


def _missing(instrument: Questionnaire) -> bool:
    return any(instrument.state_in(language) == "none" for language in LANGUAGES)


def _question(flow: Flow, step: Step) -> Iterator[DefinitionError]:
    ask = step.ask
    if ask is None:
        return
    if not ask.explain:
        yield DefinitionError(
            "explain_missing",
            flow.file,
            step.line,
            f"Al paso «{step.id}» le falta «explain».",
            "Diga la pregunta con palabras más sencillas y un ejemplo de la vida diaria.",
        )
    if step.kind == "ask" and ask.type == "choice" and not ask.options:
        message = f"El paso «{step.id}» no tiene respuestas."
        yield DefinitionError("options_missing", flow.file, step.line, message, "Agregue «options».")
    if ask.type == "integer" and (ask.min is None or ask.max is None or ask.min > ask.max):
        message = f"El paso «{step.id}» pide un número y no dice entre cuáles."
        yield DefinitionError("integer_limits", flow.file, step.line, message, "Agregue «min» y «max».")
    if ask.sensitive and TYPED[ask.sensitive] != ask.type:
        message = f"El paso «{step.id}» guarda {ask.sensitive}, pero pregunta «type: {ask.type}»."
        yield DefinitionError("sensitive_type", flow.file, step.line, message, f"Use «type: {TYPED[ask.sensitive]}».")
    if ask.type in ("name", "phone") and not ask.sensitive:
        message = f"El paso «{step.id}» pide un dato personal sin decir cuál."
        yield DefinitionError("sensitive_missing", flow.file, step.line, message, "Agregue «sensitive».")
    yield from _consent(flow, step, ask)


def _consent(flow: Flow, step: Step, ask: Ask) -> Iterator[DefinitionError]:
    if ask.consent is None:
        return
    if not {"yes", "no"} <= {option.code for option in ask.options}:
        message = f"El permiso «{step.id}» tiene que tener las respuestas «yes» y «no»."
        yield DefinitionError("consent_codes", flow.file, step.line, message, "Agréguelas.")
    if ask.optional:
        message = f"El permiso «{step.id}» no se puede saltar."
        yield DefinitionError("consent_optional", flow.file, step.line, message, "Quite «optional: true».")


def _graph(flow: Flow) -> Graph:
    """Where the conversation can go on from each step; END is the end of the flow."""
    return {number: _ways(flow, number, step) for number, step in enumerate(flow.steps)}


def _ways(flow: Flow, number: int, step: Step) -> set[int]:
    next_step = number + 1 if number + 1 < len(flow.steps) else END
    ways = {next_step} if step.when else set()
    if step.kind in ("end", "end_session"):
        return ways | {END}
    if step.kind == "goto":
        return ways | {flow.places.get(step.target or "", END)}
    if step.kind == "ask" and step.ask and step.ask.options:
        ways |= {flow.places.get(option.goto, END) for option in step.ask.options if option.goto}
        if step.ask.optional or any(option.goto is None for option in step.ask.options):
            ways.add(next_step)
        return ways
    return ways | {next_step}


def _shape(flow: Flow) -> Iterator[DefinitionError]:
    graph = _graph(flow)
    if not graph:
        yield DefinitionError("steps_missing", flow.file, 1, f"«{flow.name}» no tiene pasos.", "Agregue «steps».")
        return
    reached = _reach({0}, graph)
    ending = _reach({END}, _reversed(graph))
    for number, step in enumerate(flow.steps):
        if number not in reached:
            message = f"Nunca se llega al paso «{step.id}»."
            yield DefinitionError(
                "step_unreachable", flow.file, step.line, message, "Bórrelo o póngale un «goto» que lo alcance."
            )
        elif number not in ending:
            message = f"Desde el paso «{step.id}» la conversación no puede terminar nunca."
            yield DefinitionError(
                "flow_dead_end", flow.file, step.line, message, "Agregue una salida con «end» o «goto»."
            )
    yield from _rounds(flow, graph)


def _rounds(flow: Flow, graph: Graph) -> Iterator[DefinitionError]:
    silent = {number: ways for number, ways in graph.items() if flow.steps[number].kind not in WAITING}
    for number, step in enumerate(flow.steps):
        if number in silent and number in _reach(silent[number], silent):
            message = f"Desde el paso «{step.id}» se da la vuelta sin preguntar nada."
            yield DefinitionError(
                "goto_loop", flow.file, step.line, message, "Ponga una pregunta en la vuelta o quite el «goto»."
            )
            return


def _reach(start: set[int], graph: Graph) -> set[int]:
    reached, todo = set(start), list(start)
    while todo:
        number = todo.pop()
        for way in graph.get(number, ()):
            if way not in reached:
                reached.add(way)
                todo.append(way)
    return reached


def _reversed(graph: Graph) -> Graph:
    back: Graph = {}
    for number, ways in graph.items():
        for way in ways:
            back.setdefault(way, set()).add(number)
    return back


def _recursion(library: Library) -> Iterator[DefinitionError]:
    """A flow that runs itself before anything is asked would never come to an end."""
    runs = {flow.name: _runs_at_once(flow) for flow in library.newest_flows()}
    for flow in library.newest_flows():
        todo, seen = list(runs[flow.name]), set[str]()
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += runs.get(name, ())
        if flow.name in seen:
            message = f"«{flow.name}» se vuelve a abrir a sí mismo sin preguntar nada."
            yield DefinitionError("run_recursive", flow.file, 1, message, "Quite uno de los «run».")


def _runs_at_once(flow: Flow) -> list[str]:
    found = []
    for step in flow.steps:
        if step.kind in ("ask", "instrument"):
            break
        if step.kind in ("run", "first_aid") and step.target and step.target not in CHOICES:
            found.append(step.target)
    return found


def _intents(library: Library) -> Iterator[DefinitionError]:
    owner: dict[str, str] = {}
    for flow in library.newest_flows():
        for intent in flow.opens_on:
            if intent in owner:
                message = f"«{intent}» ya abre «{owner[intent]}»."
                line = flow.lines.get("opens_on", 1)
                yield DefinitionError("intent_twice", flow.file, line, message, "Una intención abre un solo flujo.")
            owner.setdefault(intent, flow.name)
