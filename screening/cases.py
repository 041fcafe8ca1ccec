"""Runs the cases beside the definitions: invented people, what they answer, and what has to come of it.

Between any two replies the session goes through JSON, so that every case also proves that nothing is lost there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

from screening.calendar import AlwaysOpen
from screening.checks.missing_cases import case_file
from screening.definitions import SKIPPED, UNSURE, Flow, Item, Library, Questionnaire, TriageRule
from screening.engine import Engine
from screening.errors import DefinitionError, EngineError
from screening.events import Event
from screening.keys import make_key
from screening.read.positions import Mapping, Sequence, parse
from screening.read.section import Section, did_you_mean, sections_of
from screening.response import next_item, value_of
from screening.scoring import compute
from screening.session import Session
from screening.triage import holding, outcome
from screening.turn import Reply, Say, Turn

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)
CASE_SESSION = "caso"
STOPS_WITHOUT = "in-progress"


class Failed(Exception):
    """A case did not come out as expected, or cannot be run; Spanish message."""


def run_cases(library: Library) -> list[DefinitionError]:
    """Every case of the library; what did not come out as expected, with its place."""
    problems: list[DefinitionError] = []
    for instrument in library.newest_instruments():
        for case in _cases(library, instrument.file, "instruments", problems):
            _try(case, partial(_instrument_case, instrument, case), problems)
    engine = Engine(library, AlwaysOpen())
    for flow in library.newest_flows():
        for case in _cases(library, flow.file, "flows", problems):
            _try(case, partial(_flow_case, engine, flow, case), problems)
    for case in _cases(library, library.triage.file, "triage", problems):
        _try(case, partial(_triage_case, library, case), problems)
    return problems


def _cases(library: Library, file: str, kind: str, problems: list[DefinitionError]) -> list[Section]:
    path = case_file(library.folder, file)
    if not file or not path.exists():
        return []
    name = path.relative_to(Path(library.folder)).as_posix()
    raw = parse(path.read_text(encoding="utf-8"), name, problems)
    listed = raw.get(kind) if isinstance(raw, Mapping) else None
    if not isinstance(listed, Sequence) or not listed:
        message = f"El archivo de casos no tiene «{kind}:» con casos."
        problems.append(DefinitionError("cases_missing", name, 0, message, "Escriba al menos un caso."))
        return []
    return sections_of(listed, name, "caso", problems)


def _try(case: Section, run: Callable[[], None], problems: list[DefinitionError]) -> None:
    name = case.text("name") or "sin nombre"
    try:
        run()
    except Failed as failure:
        case.complain("case_failed", None, f"El caso «{name}» no salió: {failure}")
    except EngineError as error:
        case.complain("case_failed", None, f"El caso «{name}» no se pudo correr: {error}")
    if case.problems is not problems:
        problems += case.problems


# instruments


def _instrument_case(instrument: Questionnaire, case: Section) -> None:
    answers = _answers(instrument, case)
    risks = _risks(instrument, answers)
    answers = _corrected(instrument, answers, case.plain("corrections") or {})
    risks |= _risks(instrument, answers)
    expected = case.plain("expect") or {}
    for name, wanted in (expected.get("scores") or {}).items():
        score = next((score for score in instrument.scores if score.name == name), None)
        if score is None:
            raise Failed(f"no hay un puntaje «{name}». {did_you_mean(name, [one.name for one in instrument.scores])}")
        _compare(f"{name}.", wanted, vars(compute(instrument, score, answers)))
    if "risks" in expected:
        _same("risks", sorted(expected["risks"] or ()), sorted(risks))
    if "status" in expected:
        done = next_item(instrument, answers) is None
        stopped = "stopped" if case.plain("stop_after") is not None else STOPS_WITHOUT
        _same("status", expected["status"], "completed" if done else stopped)


def _answers(instrument: Questionnaire, case: Section) -> dict[str, str]:
    """The answers in the order in which they are asked, up to the item after which the person stops."""
    wanted, stop = case.plain("answers") or {}, case.plain("stop_after")
    for name in (*wanted, stop):
        if name not in (*instrument.places, "default", None):
            raise Failed(f"no hay una pregunta «{name}». {did_you_mean(str(name), instrument.places)}")
    answers: dict[str, str] = {}
    while item := next_item(instrument, answers):
        code = wanted.get(item.link_id, wanted.get("default"))
        if code is None:
            break
        answers[item.link_id] = _possible(item, code)
        if item.link_id == stop:
            break
    return answers


def _corrected(instrument: Questionnaire, answers: dict[str, str], corrections: dict[str, str]) -> dict[str, str]:
    """The answers after the person went back and changed some of them."""
    changed = dict(answers)
    for link_id, code in corrections.items():
        item = instrument.item(link_id)
        if item is None or link_id not in answers:
            raise Failed(f"no se puede corregir «{link_id}»: no se había contestado.")
        changed[link_id] = _possible(item, code)
    return changed


def _possible(item: Item, code: str) -> str:
    if code not in (SKIPPED, UNSURE) and item.option(code) is None:
        codes = [option.code for option in item.options]
        raise Failed(f"«{item.link_id}» no tiene la respuesta «{code}». {did_you_mean(str(code), codes)}")
    return code


def _risks(instrument: Questionnaire, answers: dict[str, str]) -> set[str]:
    found = set()
    for link_id, code in answers.items():
        item = instrument.item(link_id)
        if item and item.risk and item.risk.when({"value": value_of(item, code)}):
            found.add(item.risk.code)
    return found


# triage


def _triage_case(library: Library, case: Section) -> None:
    facts, expected = case.plain("facts") or {}, case.plain("expect") or {}
    result = outcome(holding(library.triage, facts))
    _same("rules", sorted(expected.get("rules") or ()), sorted(rule.id for rule in result.rules))
    if "level" in expected:
        _same("level", expected["level"], result.level)
    strongest = _strongest(result.tasks, expected.get("task"))
    for name in ("task", "priority", "due"):
        if name in expected:
            _same(name, expected[name], getattr(strongest, name) if strongest else None)
    if "referral" in expected:
        kinds = [rule.referral for rule, _ in result.referrals]
        if expected["referral"] not in (kinds or [None]):
            raise Failed(f"se esperaba referral = {expected['referral']} y salió {kinds or None}.")
    if "opens" in expected:
        _same("opens", expected["opens"], result.opens[0] if result.opens else None)


def _strongest(tasks: Iterable[tuple[TriageRule, tuple[TriageRule, ...]]], kind: str | None) -> TriageRule | None:
    rules = [rule for rule, _ in tasks]
    of_kind = [rule for rule in rules if rule.task == kind]
    return next(iter(of_kind or rules), None)


# flows


def _flow_case(engine: Engine, flow: Flow, case: Section) -> None:
    language = case.text("language") or "es"
    turn = engine.start(flow.name, CASE_SESSION, language, NOW, case.plain("facts") or {})
    events, says = list(turn.events), list(turn.say)
    for number, reply in enumerate(case.plain("replies") or (), start=1):
        turn = _reply(engine, Session.from_json(json.loads(json.dumps(turn.session.to_json()))), reply)
        if turn.stale or not turn.understood:
            raise Failed(f"no se entendió la respuesta {number} ({_shown(reply)}){_asked(says)}.")
        events += turn.events
        says += turn.say
    _expect(case.plain("expect") or {}, turn.session, events, says)


def _reply(engine: Engine, session: Session, reply: Any) -> Turn:
    """One line of «replies»: a text, {choice}, {command}, {risk, level}, {language}, {open} or {text, intent, …}."""
    if not isinstance(reply, dict):
        return engine.reply(session, Reply(text=str(reply)), NOW)
    if "choice" in reply:
        return engine.reply(session, Reply(choice=_key(engine, session, str(reply["choice"]))), NOW)
    if "command" in reply:
        return engine.command(session, reply["command"], NOW)
    if "risk" in reply:
        return engine.note_risk(session, reply["risk"], reply.get("level", "crisis"), NOW)
    if "language" in reply:
        return engine.set_language(session, reply["language"], NOW)
    if "open" in reply:
        return engine.open(session, reply["open"], NOW)
    text, intent = str(reply.get("text", "")), reply.get("intent")
    return engine.reply(session, Reply(text=text, intent=intent, confidence=float(reply.get("confidence", 1))), NOW)


def _key(engine: Engine, session: Session, code: str) -> str:
    question = engine.question(session)
    if question is None:
        raise Failed(f"se eligió «{code}» y no había ninguna pregunta.")
    step = question.context.rpartition(".")[2]
    return make_key(session.id, step, code, question.context, frozenset())


def _expect(expected: dict[str, Any], session: Session, events: list[Event], says: list[Say]) -> None:
    _compare("", expected.get("facts") or {}, {**dict.fromkeys(expected.get("facts") or {}), **session.facts})
    steps = [say.context.split(".")[1] for say in says if say.context.count(".")]
    _in_order("said", expected.get("said") or (), steps)
    names = {type(event).__name__ for event in events}
    for name in expected.get("events") or ():
        if name not in names:
            raise Failed(f"no ocurrió {name}; ocurrieron {', '.join(sorted(names))}.")
    if "status" in expected:
        _same("status", expected["status"], session.status)


def _compare(prefix: str, wanted: dict[str, Any], found: dict[str, Any]) -> None:
    for name, value in wanted.items():
        if name not in found:
            raise Failed(f"no existe «{prefix}{name}». {did_you_mean(name, found)}")
        _same(f"{prefix}{name}", value, found[name])


def _same(name: str, wanted: object, found: object) -> None:
    if wanted != found:
        raise Failed(f"se esperaba {name} = {_shown(wanted)} y salió {_shown(found)}.")


def _in_order(name: str, wanted: Iterable[str], found: list[str]) -> None:
    rest: Iterator[str] = iter(found)
    for step in wanted:
        if step not in rest:
            heard = " → ".join(dict.fromkeys(found))
            raise Failed(f"se esperaba {name} «{step}» en ese lugar; se dijo: {heard}.")


def _asked(says: list[Say]) -> str:
    question = next((say for say in reversed(says) if say.kind == "question"), None)
    return f", a la pregunta {question.context}" if question else ""


def _shown(value: object) -> str:
    """The value as it is written in a case file."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
