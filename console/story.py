"""A person's story in words: what they answered, what was found, what was done. Newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.cases import district_words, language_words
from console.clockwords import moment_words
from console.labels import label, labels
from console.referral_words import word
from console.site import Site
from console.staff_language import told
from followup.by_phone_rules import by_phone_rules
from followup.first_aid_sessions import FirstAidSession
from followup.person import Answer, Call, Moment, PersonPage, Score, Screening
from followup.referral_rules import referral_rules
from followup.ruleset import CallbackRules
from screening.definitions import Questionnaire
from screening.definitions import Score as ScoreDefinition

QUIET_EVENTS = ("claimed", "released", "lease_expired", "assigned")
"""Changes of a task that say nothing about the person."""


@dataclass(frozen=True)
class AnswerWords:
    """A question and what the person said, in Spanish as they are recorded. risky: the answer that shows a risk,
    whatever the score. withheld: there is no answer, and the words say why."""

    question: str
    answer: str
    risky: bool
    corrected: bool
    withheld: bool = False


@dataclass(frozen=True)
class ScoreWords:
    """A score with what it is measured against. positive: None when it cannot be said."""

    title: str
    points: str
    outcome: str
    positive: bool | None
    cutoff: str
    source: str
    completeness: str


@dataclass(frozen=True)
class ScreeningWords:
    """A filled questionnaire. draft: what must be known about its translation."""

    title: str
    version: str
    status: str
    draft: str
    scores: tuple[ScoreWords, ...]
    answers: tuple[AnswerWords, ...]


@dataclass(frozen=True)
class Entry:
    """One line of the story; `screening` when there is more to open."""

    at: datetime
    when: str
    title: str
    tone: str
    lines: tuple[str, ...]
    note: str | None = None
    screening: ScreeningWords | None = None


class Storyteller:
    """Puts the moments of one person into words."""

    def __init__(self, site: Site, rules: CallbackRules, now: datetime) -> None:
        self._site = site
        self._rules = rules
        self._now = now

    def tell(self, page: PersonPage) -> tuple[Entry, ...]:
        """All that a counselor should know, newest first."""
        return tuple(entry for moment in page.timeline if (entry := self._entry(moment)) is not None)

    def _entry(self, moment: Moment) -> Entry | None:
        tellers = {
            "screening": self._screening,
            "call": self._call,
            "flag": self._flag,
            "first_aid": self._first_aid,
            "session": self._session,
            "talk": self._talk,
            "referral": self._referral,
            "referral_step": self._referral_step,
            "consent": self._consent,
            "message": self._message,
            "task": self._task,
        }
        return tellers[moment.kind](moment.at, moment.data)

    def _make(self, at: datetime, title: str, *lines: str, tone: str = "none", **more: Any) -> Entry:
        told = tuple(line for line in lines if line)
        return Entry(at, moment_words(at, self._now), title, tone, told, **more)

    def _flag(self, at: datetime, data: Mapping[str, Any]) -> Entry:
        source = str(data["source"]).partition(":")[0]
        level = label(data["level"], "flag_level")
        ended = "" if data["status"] == "active" else told("Ya no se considera vigente.")
        title = f"{label(data['code'], 'flag')}: {level}"
        tone = "crisis" if data["level"] in ("crisis", "imminent", "high") else "high"
        known = told("Se supo {source}.", source=label(source, "source"))
        return self._make(at, title, known, self._rule(data["rule"]), ended, tone=tone)

    def _rule(self, rule_id: str) -> str:
        rule = next((one for one in self._site.library.triage.rules if one.id == rule_id), None)
        return f"{rule_id}: {told(rule.explain)}" if rule and rule.explain else ""

    def _call(self, at: datetime, data: Mapping[str, Any]) -> Entry:
        call: Call = data["call"]
        contact = self._rules.contact_results.get(call.contact_result)
        disposition = self._rules.dispositions.get(call.disposition or "")
        words = [told(contact.label) if contact else call.contact_result]
        words += [told(disposition.label)] if disposition else []
        following = (
            told("Próximo intento: {moment}.", moment=moment_words(call.next_at, self._now)) if call.next_at else ""
        )
        undone = told("Este resultado se deshizo.") if call.undone else ""
        title = told("Llamada {number}: {state}", number=call.attempt_no, state=" · ".join(words))
        return self._make(at, title, _by(call.by), following, undone, note=call.note)

    def _first_aid(self, at: datetime, data: Mapping[str, Any]) -> Entry:
        script = self._site.library.flow(data["script"])
        ended = label(data["helped"], "helped") if data["completed_at"] else told("No llegó al final.")
        title = told("Primeros auxilios: {title}", title=script.title if script else data["script"])
        return self._make(at, title, ended)

    def _session(self, at: datetime, data: Mapping[str, Any]) -> Entry:
        given: FirstAidSession = data["session"]
        topics = by_phone_rules(self._site.database.rules).topics
        done = " · ".join(told(topics.get(code, code)) for code in given.topics)
        length = told("{minutes} minutos.", minutes=given.minutes) if given.minutes else ""
        following = (
            told("Siguiente sesión: {moment}.", moment=moment_words(given.next_at, self._now)) if given.next_at else ""
        )
        helped = label(given.helped, "helped")
        title = told("Primeros auxilios por teléfono: sesión {number}", number=given.number)
        told_by = " ".join(filter(None, (length, _by(given.by), helped)))
        return self._make(at, title, done, told_by, following, note=given.note)

    def _talk(self, at: datetime, data: Mapping[str, Any]) -> Entry:
        ended = label(data["end_reason"], "handover_end") if data["ended_at"] else told("sigue abierta")
        number = data["messages"]
        words = told("1 mensaje guardado") if number == 1 else told("{number} mensajes guardados", number=number)
        return self._make(at, told("Conversación escrita con {name}", name=data["by"]), f"{words} · {ended}.")

    def _referral(self, at: datetime, data: Mapping[str, Any]) -> Entry:
        reasons = " · ".join(told(self._site.library.triage.reasons.get(code, code)) for code in data["reasons"])
        title = told("Necesita atención: {what}", what=label(data["kind"], "referral"))
        return self._make(at, title, reasons)

    def _referral_step(self, at: datetime, data: Mapping[str, Any]) -> Entry:
        outcome = referral_rules(self._site.database.rules).outcomes.get(data["outcome"] or "")
        what = told(outcome.label) if outcome else word(data["event"], "event")
        by = _by(data["by"]) if data["by"] else ""
        title = told("Derivación, {kind}: {what}", kind=word(data["kind"], "kind"), what=what)
        return self._make(at, title, data["place"], by)

    def _consent(self, at: datetime, data: Mapping[str, Any]) -> Entry:
        return self._make(at, f"{label(data['kind'], 'consent')}: {label(data['status'], 'consent_status')}")

    def _message(self, at: datetime, data: Mapping[str, Any]) -> Entry:
        return self._make(at, f"{label(data['kind'], 'message_kind')}: {label(data['status'], 'message_status')}")

    def _task(self, at: datetime, data: Mapping[str, Any]) -> Entry | None:
        if data["event"] in QUIET_EVENTS:
            return None
        by = _by(data["by"]) if data["by"] else ""
        title = f"{label(data['task_kind'], 'kind')}: {label(data['event'], 'task_event').lower()}"
        reason = data["detail"].get("reason")
        disposition = self._rules.dispositions.get(reason or "")
        why = told(disposition.label) if disposition else label(reason, "status_reason")
        return self._make(at, title, why, by, note=data.get("note"))

    def _screening(self, at: datetime, data: Mapping[str, Any]) -> Entry:
        done: Screening = data["screening"]
        words = screening_words(done, self._site)
        positive = any(score.positive for score in words.scores)
        return self._make(at, words.title, tone="high" if positive else "none", screening=words)


def screening_words(done: Screening, site: Site) -> ScreeningWords:
    """A questionnaire as it was filled, in the words of the version that was used."""
    used = site.library.instrument(done.instrument, done.version) or site.library.instrument(done.instrument)
    state = done.translation_state if done.language != "es" else ""
    return ScreeningWords(
        title=used.title if used else done.instrument,
        version=_version_words(done),
        status=label(done.status, "response_status"),
        draft=label(state, "translation_state") if state in ("draft", "adapted") else "",
        scores=tuple(score_words(score, done, site) for score in done.scores),
        answers=tuple(_answer(answer, used) for answer in done.answers),
    )


def _by(name: str) -> str:
    return told("Por {name}.", name=name)


def _version_words(done: Screening) -> str:
    words = told("versión {version}, en {language}")
    return words.format(version=done.version, language=language_words(done.language, None).lower()) + _asked(done)


def _asked(done: Screening) -> str:
    """How it was asked, where that was not in the chat."""
    return f", {label(done.method, 'response_method')}" if done.method else ""


def score_words(score: Score, done: Screening, site: Site) -> ScoreWords:
    """One score of a questionnaire, in the words of the version that was used."""
    used = site.library.instrument(done.instrument, done.version) or site.library.instrument(done.instrument)
    return _score(score, done.instrument, used)


def _score(score: Score, instrument: str, used: Questionnaire | None) -> ScoreWords:
    definition = next((one for one in used.scores if one.name == score.name), None) if used else None
    cutoff = dict(score.cutoff or {})
    at = cutoff.get("positive_at")
    return ScoreWords(
        title=_score_title(instrument, score.name),
        points=_points(score, definition),
        outcome=labels()["outcome"][_outcome(score)] if at is not None else _band(score, definition),
        positive=score.positive,
        cutoff=told("corte: {points} o más", points=_number(at)) if at is not None else "",
        source=str(cutoff.get("source") or ""),
        completeness=_completeness(score),
    )


def _score_title(instrument: str, name: str) -> str:
    titles: Mapping[str, str] = labels()["score"]
    return titles.get(f"{instrument}.{name}") or titles.get(f"*.{name}") or name


def _points(score: Score, definition: ScoreDefinition | None) -> str:
    highest = definition.range[1] if definition and definition.range else None
    points = _number(score.value)
    return told("{points} de {highest}", points=points, highest=_number(highest)) if highest is not None else points


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _outcome(score: Score) -> str:
    if score.positive is None:
        return "undetermined"
    return "positive" if score.positive else "negative"


def _band(score: Score, definition: ScoreDefinition | None) -> str:
    bands = definition.bands if definition else ()
    return next((told(band.label) for band in bands if band.code == score.band), score.band or "")


def _completeness(score: Score) -> str:
    if score.complete:
        return told("respondió todas ({number})", number=score.expected)
    return told("INCOMPLETO: respondió {answered} de {expected}", answered=score.answered, expected=score.expected)


def _answer(answer: Answer, used: Questionnaire | None) -> AnswerWords:
    item = used.item(answer.link_id) if used else None
    return AnswerWords(
        question=item.text if item else answer.link_id,
        answer=_answer_words(answer, item),
        risky=bool(item and item.risk and item.risk.when({"value": answer.value})),
        corrected=answer.corrected,
        withheld=bool(answer.absent_reason),
    )


def _answer_words(answer: Answer, item: Any) -> str:
    if answer.absent_reason:
        return label(answer.absent_reason, "absent")
    option = item.option(answer.code) if item and answer.code else None
    if option is not None:
        return str(option.label)
    return _number(answer.value) if answer.value is not None else ""


def head_words(page: PersonPage, site: Site) -> tuple[str, ...]:
    """Language, place, age and sex of a person, as far as they are known."""
    known = (
        language_words(page.language, page.variety),
        district_words(page.district, site.districts),
        told("{age} años", age=page.age) if page.age is not None else "",
        label(page.sex, "sex"),
        ", ".join(label(channel, "channel") for channel in page.channels),
    )
    return tuple(words for words in known if words)
