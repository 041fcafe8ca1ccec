"""A rehearsal: what people once answered, without who they were, answered again on rules that nobody uses yet.

Crisis flows are left out, so that a path is only what a person answered in the questionnaire; the triage rules that
hold are compared all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from screening.calendar import Calendar
from screening.checks.names import BUTTON_LABEL, LIST_LABEL, LIST_ROWS
from screening.checks.texts import BUBBLE
from screening.definitions import SKIPPED, UNSURE, Library
from screening.engine import Engine
from screening.errors import EngineError
from screening.events import ScoreComputed
from screening.session import INSTRUMENT, Session
from screening.turn import QUESTION, Reply, Say, Turn

Translate = Callable[[str, str, str], str]
REHEARSED = "ensayo"
BUTTONS = 3
LANGUAGES = ("es", "qu")
LANGUAGE_NAMES = {"es": "castellano", "qu": "quechua"}
# What is told first: what no longer works, then who would be helped differently, then what is only counted otherwise.
GONE, TRIAGE, POSITIVE, SCORE, LIMIT, LANGUAGE = "gone", "triage", "positive", "score", "limit", "language"
ORDER = (GONE, TRIAGE, POSITIVE, SCORE, LIMIT, LANGUAGE)
COMMANDS = {SKIPPED: "skip", UNSURE: "unsure"}


@dataclass(frozen=True)
class RecordedPath:
    """How somebody answered an instrument: linkId -> code. Nothing else is known of them."""

    instrument: str
    version: str
    answers: Mapping[str, str]


@dataclass(frozen=True)
class Finding:
    """A difference. kind: gone, triage, positive, score, limit or language; paths: how many show it."""

    kind: str
    text: str
    paths: int
    languages: tuple[str, ...]

    def __str__(self) -> str:
        paths = "1 recorrido" if self.paths == 1 else f"{self.paths} recorridos"
        only = "" if len(self.languages) > 1 else f" (en {LANGUAGE_NAMES.get(self.languages[0], self.languages[0])})"
        return f"{paths}{only}: {self.text}"


@dataclass(frozen=True)
class Rehearsal:
    """What came of it. paths: how many were played, each in every language; same: those without any difference."""

    paths: int
    same: int
    findings: tuple[Finding, ...]


@dataclass
class _Heard:
    """One path as it was played. open: the question to which there was no answer."""

    scores: dict[str, ScoreComputed] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    says: tuple[Say, ...] = ()
    open: str | None = None
    failed: str = ""


def rehearse(
    old: Library,
    new: Library,
    paths: Sequence[RecordedPath],
    translate: Translate,
    calendar: Calendar,
    now: datetime,
    languages: Sequence[str] = LANGUAGES,
) -> Rehearsal:
    """Every path on both libraries in every language, and where the new one comes to something else.

    translate: with the words of the draft; the channels' limits are looked at in each language.
    """
    engines = [Engine(_without_crises(library), calendar, translate) for library in (old, new)]
    found: Counter[tuple[str, str, str]] = Counter()
    differing: set[int] = set()
    for number, path in enumerate(paths):
        for language in languages:
            before, after = (_play(engine, path, language, now) for engine in engines)
            differences = {*_differences(new, path, before, after), *_limits(before, after, translate, language)}
            found.update((kind, text, language) for kind, text in differences)
            differing |= {number} if differences else set()
    for kind, text, language in _languages(old, new, {path.instrument for path in paths}, languages):
        found[kind, text, language] = len(paths)
    return Rehearsal(len(paths), len(paths) - len(differing), _findings(found))


def _without_crises(library: Library) -> Library:
    rules = tuple(replace(rule, opens=None) for rule in library.triage.rules)
    return replace(library, triage=replace(library.triage, rules=rules))


def _play(engine: Engine, path: RecordedPath, language: str, now: datetime) -> _Heard:
    heard = _Heard()
    try:
        turn = engine.start(f"{INSTRUMENT}:{path.instrument}", REHEARSED, language, now)
        _hear(heard, turn)
        while (frame := turn.session.running) is not None and frame.step is not None and frame.waiting:
            heard.asked += (frame.step,)
            code = path.answers.get(frame.step)
            following = _answer(engine, turn.session, code, now) if code is not None else None
            if following is None:
                heard.open = frame.step
                heard.refused += ((frame.step, code),) if code is not None else ()
                break
            turn = following
            _hear(heard, turn)
    except EngineError as error:
        heard.failed = str(error)
    return heard


def _answer(engine: Engine, session: Session, code: str, now: datetime) -> Turn | None:
    """The turn that the answer makes; None when the question has no such answer."""
    if code in COMMANDS:
        return engine.command(session, COMMANDS[code], now)
    question = engine.question(session, now)
    option = next((one for one in question.options if one.code == code), None) if question else None
    return engine.reply(session, Reply(choice=option.key), now) if option else None


def _hear(heard: _Heard, turn: Turn) -> None:
    heard.scores |= {event.name: event for event in turn.events if isinstance(event, ScoreComputed)}
    heard.rules = turn.session.fired
    heard.says += turn.say


def _differences(new: Library, path: RecordedPath, before: _Heard, after: _Heard) -> Iterator[tuple[str, str]]:
    """(kind, words) of one path in one language."""
    if after.failed and not before.failed:
        yield GONE, f"«{path.instrument}» ya no se puede preguntar."
        return
    yield from _questions(path, before, after)
    yield from _rules(new, before, after)
    yield from _scores(path, before, after)


def _questions(path: RecordedPath, before: _Heard, after: _Heard) -> Iterator[tuple[str, str]]:
    for link_id, code in after.refused:
        yield GONE, f"La pregunta «{link_id}» ya no tiene la respuesta «{code}»."
    if after.open is not None and not after.refused and before.open is None:
        yield GONE, f"La pregunta «{after.open}» es nueva: nadie la había contestado; ahí se detiene el ensayo."
        return
    for link_id in path.answers:
        if link_id in before.asked and link_id not in after.asked and after.open is None:
            yield GONE, f"Ya no se pregunta «{link_id}»."


def _rules(new: Library, before: _Heard, after: _Heard) -> Iterator[tuple[str, str]]:
    meanings = {rule.id: rule.explain for rule in new.triage.rules}
    for rule in before.rules:
        if rule not in after.rules:
            yield TRIAGE, f"Ya no se aplica la regla {rule}."
    for rule in after.rules:
        if rule not in before.rules:
            yield TRIAGE, f"Ahora se aplica la regla {rule}: {meanings.get(rule) or ''}".strip()


def _scores(path: RecordedPath, before: _Heard, after: _Heard) -> Iterator[tuple[str, str]]:
    for name in sorted({*before.scores, *after.scores}):
        old, new = before.scores.get(name), after.scores.get(name)
        where = f"«{path.instrument}.{name}»"
        if old is None or new is None:
            yield SCORE, f"{where} {'ya no se calcula' if new is None else 'se calcula ahora'}."
            continue
        if old.positive != new.positive:
            yield POSITIVE, f"{where} pasa de {_said(old.positive)} a {_said(new.positive)}."
        if old.value != new.value:
            yield SCORE, f"{where} pasa de {old.value:g} a {new.value:g} puntos."
        if old.band != new.band:
            yield SCORE, f"{where} pasa del rango «{old.band or 'ninguno'}» al rango «{new.band or 'ninguno'}»."


def _said(positive: bool | None) -> str:
    return "sin decidir" if positive is None else "positivo" if positive else "negativo"


def _limits(before: _Heard, after: _Heard, translate: Translate, language: str) -> set[tuple[str, str]]:
    """What does not fit a channel in the new rules, and did in the old ones."""
    return {*_too_much(after.says, translate, language)} - {*_too_much(before.says, translate, language)}


def _too_much(says: Iterable[Say], translate: Translate, language: str) -> Iterator[tuple[str, str]]:
    for say in says:
        words = translate(say.context, say.text, language) if say.text else ""
        if len(words) > BUBBLE:
            yield LIMIT, f"El texto «{say.context}» tiene {len(words)} letras y caben {BUBBLE}."
        if say.kind == QUESTION:
            yield from _options(say, translate, language)


def _options(say: Say, translate: Translate, language: str) -> Iterator[tuple[str, str]]:
    longest = BUTTON_LABEL if len(say.options) <= BUTTONS else LIST_LABEL
    if len(say.options) > LIST_ROWS:
        yield LIMIT, f"La pregunta «{say.context}» tiene {len(say.options)} respuestas y WhatsApp admite {LIST_ROWS}."
    for option in say.options:
        label = translate(option.context, option.label, language) if option.label else ""
        if len(label) > longest:
            yield LIMIT, f"La respuesta «{label}» de «{say.context}» pasa de {longest} letras: WhatsApp la corta."


def _languages(
    old: Library, new: Library, names: Iterable[str], languages: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """Instruments that would no longer be asked in a language."""
    for name in sorted(names):
        before, after = old.instrument(name), new.instrument(name)
        for language in languages:
            if before and after and before.state_in(language) != "none" == after.state_in(language):
                words = f"«{name}» ya no se pregunta en {LANGUAGE_NAMES.get(language, language)}."
                yield LANGUAGE, words, language


def _findings(found: Counter[tuple[str, str, str]]) -> tuple[Finding, ...]:
    """One for each difference, with the languages in which it shows; what weighs most comes first."""
    together: dict[tuple[str, str], dict[str, int]] = {}
    for (kind, text, language), count in found.items():
        together.setdefault((kind, text), {})[language] = count
    made = [
        Finding(kind, text, max(counts.values()), tuple(sorted(counts))) for (kind, text), counts in together.items()
    ]
    return tuple(sorted(made, key=lambda one: (ORDER.index(one.kind), -one.paths, one.text)))
